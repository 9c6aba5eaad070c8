// SecretScalar hides nothing here: no constant time. It is still wiped, like the real one.

#include "crypto/ed25519/scalar.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "sim/field/residue.h"

namespace quorate::ed25519 {

using sim::Residue;

Scalar Scalar::of(std::uint16_t small) {
  Scalar scalar;
  scalar.bytes_ = Residue(small).bytes();
  return scalar;
}

Scalar Scalar::reduce(const ByteArray<64>& wide) {
  Scalar scalar;
  scalar.bytes_ = Residue::reduce(wide).bytes();
  return scalar;
}

Result<Scalar> Scalar::parse(ByteView canonical) {
  if (canonical.size() != 32) return fail(Code::malformed, "a scalar has 32 bytes");
  Scalar scalar;
  std::copy(canonical.begin(), canonical.end(), scalar.bytes_.begin());
  if (!Residue::parse(scalar.bytes_)) {
    return fail(Code::malformed, "a scalar must be smaller than the group order");
  }
  return scalar;
}

Scalar Scalar::reveal(SecretScalar secret) {  // NOLINT(performance-unnecessary-value-param): sink
  Scalar scalar;
  scalar.bytes_ = secret.expose();
  return scalar;
}

Scalar Scalar::inverted() const {
  QUORATE_INVARIANT(!is_zero());
  Scalar inverse;
  inverse.bytes_ = Residue::of_canonical(bytes_).inverted().bytes();
  return inverse;
}

Scalar operator+(const Scalar& a, const Scalar& b) {
  Scalar sum;
  sum.bytes_ = (Residue::of_canonical(a.bytes_) + Residue::of_canonical(b.bytes_)).bytes();
  return sum;
}

Scalar operator-(const Scalar& a, const Scalar& b) {
  Scalar difference;
  difference.bytes_ = (Residue::of_canonical(a.bytes_) - Residue::of_canonical(b.bytes_)).bytes();
  return difference;
}

Scalar operator*(const Scalar& a, const Scalar& b) {
  Scalar product;
  product.bytes_ = (Residue::of_canonical(a.bytes_) * Residue::of_canonical(b.bytes_)).bytes();
  return product;
}

namespace {

void write(SecretBytes<32>& out, Residue value) {
  const ByteArray<32> bytes = value.bytes();
  std::copy(bytes.begin(), bytes.end(), out.writable().begin());
}

Residue value_of(const SecretScalar& scalar) { return Residue::of_canonical(scalar.expose()); }

}  // namespace

SecretScalar SecretScalar::draw(Entropy& entropy) {
  for (;;) {
    ByteArray<64> wide;
    entropy.fill(wide);
    SecretScalar drawn = reduce(wide);
    if (!drawn.is_zero()) return drawn;
  }
}

SecretScalar SecretScalar::reduce(ByteArray<64>& wiped_source) {
  SecretScalar scalar;
  write(scalar.bytes_, Residue::reduce(wiped_source));
  wiped_source.fill(0);
  return scalar;
}

Result<SecretScalar> SecretScalar::parse(std::span<std::uint8_t, 32> wiped_source) {
  SecretScalar scalar;
  scalar.bytes_ = SecretBytes<32>(wiped_source);
  if (!Residue::parse(scalar.expose())) {
    return fail(Code::malformed, "a secret scalar must be smaller than the group order");
  }
  return scalar;
}

bool SecretScalar::is_zero() const { return value_of(*this).is_zero(); }

SecretScalar operator+(const SecretScalar& a, const SecretScalar& b) {
  SecretScalar sum;
  write(sum.bytes_, value_of(a) + value_of(b));
  return sum;
}

SecretScalar operator*(const Scalar& a, const SecretScalar& b) {
  SecretScalar product;
  write(product.bytes_, Residue::of_canonical(a.bytes()) * value_of(b));
  return product;
}

}  // namespace quorate::ed25519
