// Writes the layout of docs/protocol.md, "One encoding": integers big-endian, fixed sizes, counted
// lists; one encoding for each value by construction. The caller keeps the limits: exceeding one
// here is a mistake of ours (QUORATE_INVARIANT), never something a peer can cause.

#pragma once

#include <string_view>

#include "crypto/base/bytes.h"

namespace quorate::layout {

class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  Writer& raw(ByteView bytes);               // no length in front: the size is fixed by the layout
  Writer& str(std::string_view text);        // u8 length, at most 255 bytes
  Writer& text(std::string_view printable);  // u16 length, printable ASCII
  Writer& blob(ByteView bytes);              // u32 length
  Writer& count(std::size_t items);          // u16, in front of a list

  const Bytes& bytes() const& { return out_; }
  Bytes bytes() && { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace quorate::layout
