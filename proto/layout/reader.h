// Reads the layout of docs/protocol.md, "One encoding". Cannot look past its field, knows every
// limit before it reads, and finish() refuses trailing bytes. Views point into the bytes that the
// Reader was made from; the caller keeps those alive.
//
// Errors: `malformed` where the bytes end early or have a form no Writer makes, `too_large` where
// a length or count exceeds the limit given by the caller. The message names the field.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::layout {

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  // `field` is what the message calls it: "not_before".
  [[nodiscard]] Result<std::uint8_t> u8(std::string_view field);
  [[nodiscard]] Result<std::uint16_t> u16(std::string_view field);
  [[nodiscard]] Result<std::uint32_t> u32(std::string_view field);
  [[nodiscard]] Result<std::uint64_t> u64(std::string_view field);
  [[nodiscard]] Result<ByteView> raw(std::size_t size, std::string_view field);
  // A name: u8 length, `[a-z0-9][a-z0-9-]{0,62}`.
  [[nodiscard]] Result<std::string> name(std::string_view field);
  // As name(), or of length 0.
  [[nodiscard]] Result<std::string> name_or_empty(std::string_view field);
  // u16 length, printable ASCII (20..7e).
  [[nodiscard]] Result<std::string> text(std::size_t limit, std::string_view field);
  // u32 length.
  [[nodiscard]] Result<ByteView> blob(std::size_t limit, std::string_view field);
  // u16: how many items the list has.
  [[nodiscard]] Result<std::uint16_t> count(std::size_t limit, std::string_view field);

  template <std::size_t n>
  [[nodiscard]] Result<ByteArray<n>> array(std::string_view field) {
    QUORATE_TRY(const ByteView bytes, raw(n, field));
    ByteArray<n> out;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }

  std::size_t left() const { return rest_.size(); }
  [[nodiscard]] Status finish(std::string_view what) const;

 private:
  template <typename Integer>
  Result<Integer> big_endian(std::string_view field);

  ByteView rest_;
};

// `[a-z0-9][a-z0-9-]{0,62}`: roots, purposes, profiles, nodes, quorums.
bool is_name(std::string_view text);

}  // namespace quorate::layout
