// Elements of the prime-order subgroup of Ed25519, without the identity: nothing else parses.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/scalar.h"

namespace quorate::ed25519 {

class Point {
 public:
  // RFC 9591 section 6.1, DeserializeElement. Refuses with `malformed`: non-canonical encodings,
  // points off the curve, the identity, and points outside the prime-order subgroup.
  [[nodiscard]] static Result<Point> parse(ByteView encoded);
  // scalar·B in constant time. The scalar is not zero: SecretScalar::draw() never gives zero, and
  // whoever computes one checks is_zero() first.
  static Point base_times(const SecretScalar& scalar);

  const ByteArray<32>& bytes() const { return bytes_; }

  friend bool operator==(const Point&, const Point&) = default;
  friend auto operator<=>(const Point&, const Point&) = default;  // by encoding, for ordered maps

 private:
  friend class PublicSum;
  Point() = default;
  ByteArray<32> bytes_{};
};

// Whether libsodium's own check finds points of mixed order (frost.md's CVE-2025-69277 probe), and
// the second check for where it does not. Exposed so that tests reach the slow path on every
// machine.
bool library_check_finds_mixed_order();
bool is_of_prime_order_by_multiplication(const ByteArray<32>& encoded);

}  // namespace quorate::ed25519
