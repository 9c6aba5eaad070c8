#include <algorithm>

#include <sodium.h>

#include "proto/document/key_fields.h"

namespace quorate::ssh {
namespace {

using Encoding = ByteArray<crypto_core_ed25519_BYTES>;

constexpr Encoding identity = {1};

// RFC 8032 section 5.1.3: y < p = 2^255 - 19, little-endian, the top bit being the sign of x.
// (The other non-canonical form, x = 0 with its sign set, exists only for points of small order.)
bool is_reduced(const Encoding& point) {
  if ((point[31] & 0x7f) != 0x7f) return true;
  const bool all_ones = std::all_of(point.begin() + 1, point.begin() + 31,
                                    [](std::uint8_t byte) { return byte == 0xff; });
  return !all_ones || point[0] < 0xed;
}

}  // namespace

bool is_usable_ed25519(ByteView point) {
  Encoding encoding;
  if (point.size() != encoding.size()) return false;
  std::copy(point.begin(), point.end(), encoding.begin());
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
  return multiple != identity;
}

}  // namespace quorate::ssh
