#include "crypto/base/hex.h"

#include <sodium.h>

namespace quorate {

std::string to_hex(ByteView bytes) {
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.empty()) return Bytes{};  // libsodium wants memory to write to, even for nothing
  Bytes bytes(text.size() / 2);
  std::size_t written = 0;
  const bool decoded =
      text.size() % 2 == 0 && sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                             nullptr, &written, nullptr) == 0;
  if (!decoded || written != bytes.size() || to_hex(bytes) != text) {
    return fail(Code::malformed, "not lower-case hexadecimal");
  }
  return bytes;
}

}  // namespace quorate
