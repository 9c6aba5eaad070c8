#include "crypto/ed25519/point.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"

namespace quorate::ed25519 {

static_assert(crypto_core_ed25519_BYTES == 32);

namespace {

constexpr ByteArray<32> base_point = {
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};

// (0, -1), the point of order 2.
constexpr ByteArray<32> order_two = {
    0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

// L - 1, which maps a point of order L to its negative.
constexpr ByteArray<32> minus_one = {
    0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

}  // namespace

bool library_check_finds_mixed_order() {
  // libsodium up to 1.0.20 takes P + (0, -1) for a point of order L (CVE-2025-69277); Debian
  // repaired its 1.0.18. We try, instead of trusting a version number.
  static const bool finds = [] {
    ByteArray<32> mixed;
    QUORATE_INVARIANT(crypto_core_ed25519_add(mixed.data(), base_point.data(), order_two.data()) ==
                      0);
    return crypto_core_ed25519_is_valid_point(mixed.data()) == 0;
  }();
  return finds;
}

bool is_of_prime_order_by_multiplication(const ByteArray<32>& encoded) {
  ByteArray<32> product;
  if (crypto_scalarmult_ed25519_noclamp(product.data(), minus_one.data(), encoded.data()) != 0) {
    return false;
  }
  ByteArray<32> negative = encoded;
  negative[31] ^= 0x80;
  return product == negative;
}

Result<Point> Point::parse(ByteView encoded) {
  if (encoded.size() != 32) return fail(Code::malformed, "a point has 32 bytes");
  Point point;
  std::copy(encoded.begin(), encoded.end(), point.bytes_.begin());
  if (QUORATE_PLANTED(B23) && point.bytes_ == ByteArray<32>{1}) return point;  // the identity
  if (crypto_core_ed25519_is_valid_point(encoded.data()) != 1 ||
      (!library_check_finds_mixed_order() && !is_of_prime_order_by_multiplication(point.bytes_))) {
    return fail(Code::malformed, "not a point of the Ed25519 prime-order group");
  }
  return point;
}

Point Point::base_times(const SecretScalar& scalar) {
  Point point;
  const int failed =
      crypto_scalarmult_ed25519_base_noclamp(point.bytes_.data(), scalar.expose().data());
  QUORATE_INVARIANT(failed == 0);
  return point;
}

}  // namespace quorate::ed25519
