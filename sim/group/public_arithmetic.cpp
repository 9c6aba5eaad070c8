// The sum is kept as one number, in the member for multiples of the generator, of which here every
// point is one: so nothing is allocated.

#include "crypto/ed25519/public_arithmetic.h"

#include <bit>

namespace quorate::ed25519 {
namespace {

// Points and scalars have one encoding, and every point's is a scalar's.
Scalar logarithm(const Point& point) {
  static_assert(sizeof(Scalar) == sizeof(ByteArray<32>));
  return std::bit_cast<Scalar>(point.bytes());
}

}  // namespace

PublicSum& PublicSum::add(const Point& point) {
  base_ = base_ + logarithm(point);
  return *this;
}

PublicSum& PublicSum::add_product(const Scalar& scalar, const Point& point) {
  base_ = base_ + scalar * logarithm(point);
  return *this;
}

PublicSum& PublicSum::add_base_product(const Scalar& scalar) {
  base_ = base_ + scalar;
  return *this;
}

ByteArray<32> PublicSum::encoding_vartime() const { return base_.bytes(); }

Result<Point> PublicSum::value_vartime() const {
  if (base_.is_zero()) {
    return fail(Code::identity_reached, "a sum of points came out as the identity");
  }
  Point point;
  point.bytes_ = encoding_vartime();
  return point;
}

bool PublicSum::is_identity_vartime() const { return base_.is_zero(); }

}  // namespace quorate::ed25519
