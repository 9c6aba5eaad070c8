// Reads a recording, strictly.
//
//   QUORATE_TRY(Reader reader, Reader::open(bytes));
//   while (true) {
//     QUORATE_TRY(const std::optional<Entry> entry, reader.next());
//     if (!entry) break;      reader.is_cut(): the writer died in the middle of the next one
//     ...
//   }

#pragma once

#include <optional>

#include "crypto/base/result.h"
#include "proto/recording/format.h"

namespace quorate::recording {

class Reader {
 public:
  // The bytes outlive the reader. `malformed` where this is no recording, or of a later version.
  [[nodiscard]] static Result<Reader> open(ByteView bytes);

  Core core() const { return core_; }

  // The next entry; nothing at the end, and where the file ends inside an entry. `malformed` where
  // an entry is not what was written, `too_large` where it claims more than any has; and then the
  // same for ever.
  [[nodiscard]] Result<std::optional<Entry>> next();
  bool is_cut() const { return is_cut_; }
  // How many entries next() has given.
  std::size_t count() const { return count_; }

 private:
  Reader(Core core, ByteView rest, Bytes check)
      : core_(core), rest_(rest), check_(std::move(check)) {}

  Core core_;
  ByteView rest_;
  Bytes check_;
  std::size_t count_ = 0;
  bool is_cut_ = false;
};

}  // namespace quorate::recording
