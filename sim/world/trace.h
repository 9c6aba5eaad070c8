// What happened, as a hash and as text. Each event goes into one running BLAKE2b hash: two runs of
// one seed that differ anywhere differ here. Lines are kept only where somebody wants to read.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <sodium.h>

#include "crypto/base/bytes.h"
#include "sim/world/queue.h"

namespace quorate::sim {

class Trace {
 public:
  // Called for each line, where there is one.
  using Reader = std::function<void(Time time, std::string_view host, std::string_view text)>;

  explicit Trace(Reader reader = {});

  // An event and what it hung on. `data` is hashed, and never shown.
  void event(Time time, std::string_view host, std::string_view what, ByteView data = {});
  // A remark for people, which is not hashed. Costs nothing where nobody reads: pass a lambda.
  template <typename Words>
  void say(Time time, std::string_view host, Words&& words) {
    if (reader_) reader_(time, host, words());
  }
  bool is_read() const { return static_cast<bool>(reader_); }

  // Of all events so far.
  ByteArray<32> hash() const;

 private:
  Reader reader_;
  crypto_generichash_state state_;
};

}  // namespace quorate::sim
