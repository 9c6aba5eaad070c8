// Lower-case hexadecimal, the only form in which our files and tools write bytes for people.

#pragma once

#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate {

std::string to_hex(ByteView bytes);

// Refuses upper case, odd length and anything else to_hex() would not have written: `malformed`.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

template <std::size_t n>
[[nodiscard]] Result<ByteArray<n>> from_hex_exactly(std::string_view text) {
  QUORATE_TRY(const Bytes bytes, from_hex(text));
  if (bytes.size() != n) {
    return fail(Code::malformed, "expected " + std::to_string(2 * n) + " hex digits, found " +
                                     std::to_string(text.size()));
  }
  ByteArray<n> out;
  for (std::size_t i = 0; i < n; ++i) out[i] = bytes[i];
  return out;
}

}  // namespace quorate
