#include "crypto/ed25519/public_arithmetic.h"

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"

namespace quorate::ed25519 {
namespace {

constexpr ByteArray<32> identity = {1};

void accumulate(ByteArray<32>& sum, const ByteArray<32>& summand) {
  // An addition decodes both and encodes the sum, at the price of a signature; nothing needs none.
  if (sum == identity) {
    sum = summand;
    return;
  }
  // libsodium gives the identity's encoding back where a sum reaches it.
  QUORATE_INVARIANT(crypto_core_ed25519_add(sum.data(), sum.data(), summand.data()) == 0);
}

}  // namespace

PublicSum& PublicSum::add(const Point& point) {
  points_.push_back(point);
  return *this;
}

PublicSum& PublicSum::add_product(const Scalar& scalar, const Point& point) {
  terms_.push_back({scalar, point});
  return *this;
}

PublicSum& PublicSum::add_base_product(const Scalar& scalar) {
  base_ = base_ + scalar;
  return *this;
}

ByteArray<32> PublicSum::encoding_vartime() const {
  ByteArray<32> sum = identity;
  for (const Point& point : points_) accumulate(sum, point.bytes());
  for (const Term& term : terms_) {
    if (term.scalar.is_zero()) continue;  // libsodium refuses a product that is the identity
    if (QUORATE_PLANTED(B23) && term.point.bytes() == identity) continue;
    ByteArray<32> product;
    QUORATE_INVARIANT(crypto_scalarmult_ed25519_noclamp(product.data(), term.scalar.bytes().data(),
                                                        term.point.bytes().data()) == 0);
    accumulate(sum, product);
  }
  if (!base_.is_zero()) {
    ByteArray<32> product;
    QUORATE_INVARIANT(
        crypto_scalarmult_ed25519_base_noclamp(product.data(), base_.bytes().data()) == 0);
    accumulate(sum, product);
  }
  return sum;
}

Result<Point> PublicSum::value_vartime() const {
  Point point;
  point.bytes_ = encoding_vartime();
  if (point.bytes_ == identity) {
    return fail(Code::identity_reached, "a sum of points came out as the identity");
  }
  return point;
}

bool PublicSum::is_identity_vartime() const { return encoding_vartime() == identity; }

}  // namespace quorate::ed25519
