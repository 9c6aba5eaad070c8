#include "proto/layout/writer.h"

#include <algorithm>
#include <limits>

#include "crypto/base/invariant.h"

namespace quorate::layout {
namespace {

template <typename Integer>
void big_endian(Bytes& out, Integer value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

}  // namespace

Writer& Writer::u8(std::uint8_t value) {
  out_.push_back(value);
  return *this;
}

Writer& Writer::u16(std::uint16_t value) {
  big_endian(out_, value);
  return *this;
}

Writer& Writer::u32(std::uint32_t value) {
  big_endian(out_, value);
  return *this;
}

Writer& Writer::u64(std::uint64_t value) {
  big_endian(out_, value);
  return *this;
}

Writer& Writer::raw(ByteView bytes) {
  append(out_, bytes);
  return *this;
}

Writer& Writer::str(std::string_view text) {
  QUORATE_INVARIANT(text.size() <= std::numeric_limits<std::uint8_t>::max());
  return u8(static_cast<std::uint8_t>(text.size())).raw(bytes_of(text));
}

Writer& Writer::text(std::string_view printable) {
  QUORATE_INVARIANT(printable.size() <= std::numeric_limits<std::uint16_t>::max());
  QUORATE_INVARIANT(std::all_of(printable.begin(), printable.end(), is_printable));
  return u16(static_cast<std::uint16_t>(printable.size())).raw(bytes_of(printable));
}

Writer& Writer::blob(ByteView bytes) {
  QUORATE_INVARIANT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
  return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

Writer& Writer::count(std::size_t items) {
  QUORATE_INVARIANT(items <= std::numeric_limits<std::uint16_t>::max());
  return u16(static_cast<std::uint16_t>(items));
}

}  // namespace quorate::layout
