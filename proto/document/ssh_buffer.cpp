#include "proto/document/ssh_buffer.h"

#include <algorithm>
#include <limits>

#include "crypto/base/invariant.h"

namespace quorate::ssh {
namespace {

template <typename Integer>
void big_endian(Bytes& out, Integer value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace

template <typename Integer>
Result<Integer> Reader::big_endian(std::string_view field) {
  QUORATE_TRY(const ByteView bytes, raw(sizeof(Integer), field));
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return static_cast<Integer>(value);
}

Result<std::uint8_t> Reader::u8(std::string_view field) { return big_endian<std::uint8_t>(field); }
Result<std::uint32_t> Reader::u32(std::string_view field) {
  return big_endian<std::uint32_t>(field);
}
Result<std::uint64_t> Reader::u64(std::string_view field) {
  return big_endian<std::uint64_t>(field);
}

Result<ByteView> Reader::raw(std::size_t size, std::string_view field) {
  if (size > rest_.size()) {
    return fail(Code::malformed, "the bytes end inside " + std::string(field));
  }
  const ByteView bytes = rest_.first(size);
  rest_ = rest_.subspan(size);
  return bytes;
}

Result<ByteView> Reader::string(std::size_t limit, std::string_view field) {
  QUORATE_TRY(const std::uint32_t size, u32(field));
  if (size > limit) {
    return fail(Code::too_large, std::string(field) + " has " + std::to_string(size) +
                                     " bytes, at most " + std::to_string(limit));
  }
  return raw(size, field);
}

Result<std::string> Reader::text(std::size_t limit, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, string(limit, field));
  const auto is_printable = [](std::uint8_t byte) { return byte >= 0x20 && byte <= 0x7e; };
  if (!std::all_of(bytes.begin(), bytes.end(), is_printable)) {
    return fail(Code::malformed, std::string(field) + " must be printable ASCII");
  }
  return std::string(text_of(bytes));
}

Result<ByteView> Reader::mpint(std::size_t limit, std::string_view field) {
  // One byte more than the magnitude: the leading 00 that keeps it positive.
  QUORATE_TRY(ByteView bytes, string(limit + 1, field));
  if (bytes.empty()) return bytes;
  if (bytes.front() >= 0x80) {
    return fail(Code::malformed, std::string(field) + " is negative");
  }
  if (bytes.front() == 0) {
    bytes = bytes.subspan(1);
    if (bytes.empty() || bytes.front() < 0x80) {
      return fail(Code::malformed, std::string(field) + " has a needless leading zero");
    }
  }
  if (bytes.size() > limit) {
    return fail(Code::too_large,
                std::string(field) + " is longer than " + std::to_string(limit) + " bytes");
  }
  return bytes;
}

Status Reader::finish(std::string_view what) const {
  if (!rest_.empty()) {
    return fail(Code::malformed,
                std::to_string(rest_.size()) + " bytes too many after " + std::string(what));
  }
  return Done{};
}

Writer& Writer::u8(std::uint8_t value) {
  out_.push_back(value);
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

Writer& Writer::string(ByteView bytes) {
  QUORATE_INVARIANT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
  return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

Writer& Writer::mpint(ByteView magnitude) {
  while (!magnitude.empty() && magnitude.front() == 0) magnitude = magnitude.subspan(1);
  const bool looks_negative = !magnitude.empty() && magnitude.front() >= 0x80;
  u32(static_cast<std::uint32_t>(magnitude.size() + (looks_negative ? 1 : 0)));
  if (looks_negative) u8(0);
  return raw(magnitude);
}

}  // namespace quorate::ssh
