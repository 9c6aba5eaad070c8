// SSH's wire format (RFC 4251 section 5): big-endian integers, strings with a u32 length, and
// mpints in their one shortest form.
//
// The Reader can't look past its field, knows every limit before it reads, and finish() refuses
// trailing bytes. Its views point into the bytes it was made from; the caller keeps those alive.
// Errors: `malformed` where the bytes end early or have a form that no Writer makes, `too_large`
// where a length exceeds the caller's limit. The message names the field.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::ssh {

// For a field that is bounded by bytes whose size was checked already: what claims to be longer
// than they are is `malformed`, as any other broken layout.
constexpr std::size_t no_limit = 0xffffffff;

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  // `field` is what the message calls it: "the key id".
  [[nodiscard]] Result<std::uint8_t> u8(std::string_view field);
  [[nodiscard]] Result<std::uint32_t> u32(std::string_view field);
  [[nodiscard]] Result<std::uint64_t> u64(std::string_view field);
  [[nodiscard]] Result<ByteView> raw(std::size_t size, std::string_view field);
  [[nodiscard]] Result<ByteView> string(std::size_t limit, std::string_view field);
  // A string of printable ASCII (20..7e), so that nothing shown to people can move the cursor.
  [[nodiscard]] Result<std::string> text(std::size_t limit, std::string_view field);
  // The magnitude without leading zeros, empty for zero. Refuses negative numbers and long forms.
  [[nodiscard]] Result<ByteView> mpint(std::size_t limit, std::string_view field);

  std::size_t left() const { return rest_.size(); }
  ByteView rest() const { return rest_; }
  [[nodiscard]] Status finish(std::string_view what) const;

 private:
  template <typename Integer>
  Result<Integer> big_endian(std::string_view field);

  ByteView rest_;
};

// The caller keeps the limits: a string of 2^32 bytes is a mistake of ours (QUORATE_INVARIANT).
class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  Writer& raw(ByteView bytes);  // no length in front
  Writer& string(ByteView bytes);
  Writer& text(std::string_view characters) { return string(bytes_of(characters)); }
  Writer& mpint(ByteView magnitude);  // big-endian; leading zeros are dropped

  const Bytes& bytes() const& { return out_; }
  Bytes bytes() && { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace quorate::ssh
