#include "proto/layout/reader.h"

namespace quorate::layout {
namespace {

tl::unexpected<Error> ends_early(std::string_view field) {
  return fail(Code::malformed, "the bytes end inside " + std::string(field));
}

bool is_lower_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 63 || !is_lower_alphanumeric(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

template <typename Integer>
Result<Integer> Reader::big_endian(std::string_view field) {
  QUORATE_TRY(const ByteView bytes, raw(sizeof(Integer), field));
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return static_cast<Integer>(value);
}

Result<std::uint8_t> Reader::u8(std::string_view field) { return big_endian<std::uint8_t>(field); }
Result<std::uint16_t> Reader::u16(std::string_view field) {
  return big_endian<std::uint16_t>(field);
}
Result<std::uint32_t> Reader::u32(std::string_view field) {
  return big_endian<std::uint32_t>(field);
}
Result<std::uint64_t> Reader::u64(std::string_view field) {
  return big_endian<std::uint64_t>(field);
}

Result<ByteView> Reader::raw(std::size_t size, std::string_view field) {
  if (size > rest_.size()) return ends_early(field);
  const ByteView bytes = rest_.first(size);
  rest_ = rest_.subspan(size);
  return bytes;
}

Result<std::string> Reader::name(std::string_view field) {
  QUORATE_TRY(std::string text, name_or_empty(field));
  if (text.empty()) return fail(Code::malformed, std::string(field) + " is empty");
  return text;
}

Result<std::string> Reader::name_or_empty(std::string_view field) {
  QUORATE_TRY(const std::uint8_t size, u8(field));
  QUORATE_TRY(const ByteView bytes, raw(size, field));
  std::string text(text_of(bytes));
  if (!text.empty() && !is_name(text)) {
    return fail(Code::malformed,
                std::string(field) + " must be 1 to 63 of a-z, 0-9 and -, not beginning with -");
  }
  return text;
}

Result<std::string> Reader::text(std::size_t limit, std::string_view field) {
  QUORATE_TRY(const std::uint16_t size, u16(field));
  if (size > limit) {
    return fail(Code::too_large, std::string(field) + " has " + std::to_string(size) +
                                     " characters, at most " + std::to_string(limit));
  }
  QUORATE_TRY(const ByteView bytes, raw(size, field));
  for (const std::uint8_t byte : bytes) {
    if (byte < 0x20 || byte > 0x7e) {
      return fail(Code::malformed, std::string(field) + " must be printable ASCII");
    }
  }
  return std::string(text_of(bytes));
}

Result<ByteView> Reader::blob(std::size_t limit, std::string_view field) {
  QUORATE_TRY(const std::uint32_t size, u32(field));
  if (size > limit) {
    return fail(Code::too_large, std::string(field) + " has " + std::to_string(size) +
                                     " bytes, at most " + std::to_string(limit));
  }
  return raw(size, field);
}

Result<std::uint16_t> Reader::count(std::size_t limit, std::string_view field) {
  QUORATE_TRY(const std::uint16_t items, u16(field));
  if (items > limit) {
    return fail(Code::too_large, std::to_string(items) + " entries in " + std::string(field) +
                                     ", at most " + std::to_string(limit));
  }
  return items;
}

Status Reader::finish(std::string_view what) const {
  if (!rest_.empty()) {
    return fail(Code::malformed,
                std::to_string(rest_.size()) + " bytes too many after " + std::string(what));
  }
  return Done{};
}

}  // namespace quorate::layout
