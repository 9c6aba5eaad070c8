#include "crypto/ed25519/foreign_key.h"

#include <algorithm>

#include <sodium.h>

namespace quorate::ed25519 {
namespace {

using Encoding = ByteArray<crypto_core_ed25519_BYTES>;

constexpr Encoding identity_encoding = {1};

// RFC 8032 section 5.1.3: y < p = 2^255 - 19, little-endian, the top bit being the sign of x.
// (The other non-canonical form, x = 0 with its sign set, exists only for points of small order.)
bool is_reduced(const Encoding& point) {
  if ((point[31] & 0x7f) != 0x7f) return true;
  const bool all_ones = std::all_of(point.begin() + 1, point.begin() + 31,
                                    [](std::uint8_t byte) { return byte == 0xff; });
  return !all_ones || point[0] < 0xed;
}

}  // namespace

bool is_usable_key(ByteView encoded) {
  Encoding encoding;
  if (encoded.size() != encoding.size()) return false;
  std::copy(encoded.begin(), encoded.end(), encoding.begin());
  if (!is_reduced(encoding)) return false;
  // Adding fails off the curve and knows nothing of subgroups, unlike is_valid_point(), which
  // demands the prime-order one. Three doublings multiply by the cofactor 8, and only what has
  // small order ends at the identity.
  Encoding multiple = encoding;
  for (int doubling = 0; doubling < 3; ++doubling) {
    if (crypto_core_ed25519_add(multiple.data(), multiple.data(), multiple.data()) != 0) {
      return false;
    }
  }
  return multiple != identity_encoding;
}

bool verifies_for(ByteView encoded_key, ByteView message, ByteView signature) {
  return encoded_key.size() == crypto_sign_PUBLICKEYBYTES &&
         signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     encoded_key.data()) == 0;
}

}  // namespace quorate::ed25519
