// A point is the number of times that the generator 1 was added. It is encoded as a Scalar is.

#include "crypto/ed25519/point.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "sim/field/residue.h"

namespace quorate::ed25519 {

using sim::Residue;

// Here every element but zero has the group's prime order, so there is nothing to find.
bool library_check_finds_mixed_order() { return true; }

bool is_of_prime_order_by_multiplication(const ByteArray<32>& encoded) {
  const std::optional<Residue> value = Residue::parse(encoded);
  return value && !value->is_zero();
}

Result<Point> Point::parse(ByteView encoded) {
  if (encoded.size() != 32) return fail(Code::malformed, "a point has 32 bytes");
  Point point;
  std::copy(encoded.begin(), encoded.end(), point.bytes_.begin());
  if (QUORATE_PLANTED(B23) && point.bytes_ == ByteArray<32>{}) return point;  // the identity
  if (!is_of_prime_order_by_multiplication(point.bytes_)) {
    return fail(Code::malformed, "not a point of the transparent group");
  }
  return point;
}

Point Point::base_times(const SecretScalar& scalar) {
  QUORATE_INVARIANT(!scalar.is_zero());
  Point point;
  point.bytes_ = scalar.expose();
  return point;
}

}  // namespace quorate::ed25519
