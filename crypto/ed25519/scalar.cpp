#include "crypto/ed25519/scalar.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::ed25519 {

static_assert(crypto_core_ed25519_SCALARBYTES == 32);
static_assert(crypto_core_ed25519_NONREDUCEDSCALARBYTES == 64);

Scalar Scalar::of(std::uint16_t small) {
  Scalar scalar;
  scalar.bytes_[0] = static_cast<std::uint8_t>(small & 0xff);
  scalar.bytes_[1] = static_cast<std::uint8_t>(small >> 8);
  return scalar;
}

Scalar Scalar::reduce(const ByteArray<64>& wide) {
  Scalar scalar;
  crypto_core_ed25519_scalar_reduce(scalar.bytes_.data(), wide.data());
  return scalar;
}

Result<Scalar> Scalar::parse(ByteView canonical) {
  if (canonical.size() != 32) return fail(Code::malformed, "a scalar has 32 bytes");
  ByteArray<64> wide{};
  std::copy(canonical.begin(), canonical.end(), wide.begin());
  const Scalar reduced = reduce(wide);
  if (!std::equal(canonical.begin(), canonical.end(), reduced.bytes_.begin())) {
    return fail(Code::malformed, "a scalar must be smaller than the group order");
  }
  return reduced;
}

Scalar Scalar::reveal(SecretScalar secret) {  // NOLINT(performance-unnecessary-value-param): sink
  Scalar scalar;
  scalar.bytes_ = secret.expose();
  return scalar;
}

Scalar Scalar::inverted() const {
  Scalar inverse;
  const int failed = crypto_core_ed25519_scalar_invert(inverse.bytes_.data(), bytes_.data());
  QUORATE_INVARIANT(failed == 0);
  return inverse;
}

Scalar operator+(const Scalar& a, const Scalar& b) {
  Scalar sum;
  crypto_core_ed25519_scalar_add(sum.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return sum;
}

Scalar operator-(const Scalar& a, const Scalar& b) {
  Scalar difference;
  crypto_core_ed25519_scalar_sub(difference.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return difference;
}

Scalar operator*(const Scalar& a, const Scalar& b) {
  Scalar product;
  crypto_core_ed25519_scalar_mul(product.bytes_.data(), a.bytes_.data(), b.bytes_.data());
  return product;
}

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
  crypto_core_ed25519_scalar_reduce(scalar.bytes_.writable().data(), wiped_source.data());
  sodium_memzero(wiped_source.data(), wiped_source.size());
  return scalar;
}

Result<SecretScalar> SecretScalar::parse(std::span<std::uint8_t, 32> wiped_source) {
  SecretBytes<32> given(wiped_source);
  SecretBytes<64> wide;
  std::copy(given.expose().begin(), given.expose().end(), wide.writable().begin());
  SecretScalar scalar;
  crypto_core_ed25519_scalar_reduce(scalar.bytes_.writable().data(), wide.expose().data());
  // libsodium 1.0.18 exports no scalar_is_canonical.
  if (sodium_memcmp(scalar.expose().data(), given.expose().data(), 32) != 0) {
    return fail(Code::malformed, "a secret scalar must be smaller than the group order");
  }
  return scalar;
}

bool SecretScalar::is_zero() const {
  return sodium_is_zero(bytes_.expose().data(), bytes_.expose().size()) == 1;
}

SecretScalar operator+(const SecretScalar& a, const SecretScalar& b) {
  SecretScalar sum;
  crypto_core_ed25519_scalar_add(sum.bytes_.writable().data(), a.expose().data(),
                                 b.expose().data());
  return sum;
}

SecretScalar operator*(const Scalar& a, const SecretScalar& b) {
  SecretScalar product;
  crypto_core_ed25519_scalar_mul(product.bytes_.writable().data(), a.bytes().data(),
                                 b.expose().data());
  return product;
}

}  // namespace quorate::ed25519
