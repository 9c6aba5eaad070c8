// How often somebody asked, within limits that a stranger can't grow: sessions of a request, and
// refusals of a requester.

#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "crypto/base/bytes.h"

namespace quorate::node {

class Attempts {
 public:
  // At most `most_keys` keys are remembered; beyond that the one that was quiet longest is
  // forgotten.
  Attempts(std::uint64_t window_ms, std::size_t most_keys)
      : window_ms_(window_ms), most_keys_(most_keys) {}

  // Whether `limit` were counted within the window.
  [[nodiscard]] bool is_full(ByteView key, std::size_t limit, std::uint64_t now_ms) const;

  // Counts one, unless `limit` were counted within the window already: then false.
  [[nodiscard]] bool count(ByteView key, std::size_t limit, std::uint64_t now_ms);

 private:
  void forget_quietest();

  std::uint64_t window_ms_;
  std::size_t most_keys_;
  std::map<Bytes, std::deque<std::uint64_t>> times_;
};

}  // namespace quorate::node
