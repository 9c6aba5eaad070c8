#include "crypto/frost/signer.h"

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/frost/hash.h"

namespace quorate::frost {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::SecretScalar;

namespace {

SecretScalar generate_nonce(const Share& share, Entropy& entropy) {
  for (;;) {
    SecretBytes<32> fresh;
    entropy.fill(fresh.writable());
    ByteArray<64> wide = hash(Domain::nonce, {fresh.expose(), share.secret.expose()});
    SecretScalar nonce = SecretScalar::reduce(wide);
    if (!nonce.is_zero()) return nonce;
  }
}

}  // namespace

bool fits(const Share& share, const Point& verification_share) {
  return !share.secret.is_zero() && Point::base_times(share.secret) == verification_share;
}

NoncePair::NoncePair(SecretScalar hiding, SecretScalar binding, Identifier signer)
    : hiding_(std::move(hiding)),
      binding_(std::move(binding)),
      commitment_{signer, Point::base_times(hiding_), Point::base_times(binding_)} {}

NoncePair NoncePair::generate(const Share& share, Entropy& entropy) {
  // Two statements: the order in which arguments are evaluated is unspecified, and known-answer
  // tests feed the hiding nonce's bytes first.
  SecretScalar hiding = generate_nonce(share, entropy);
  SecretScalar binding = generate_nonce(share, entropy);
  return NoncePair(std::move(hiding), std::move(binding), share.holder);
}

// The pair comes by value because that is how it is consumed.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
Result<Partial> sign(const Share& share, NoncePair nonce, const Package& package) {
  QUORATE_INVARIANT(!nonce.hiding_.is_zero() && !nonce.binding_.is_zero());  // not moved from
  QUORATE_INVARIANT(nonce.commitment_.signer == share.holder);

  if (package.epoch() != share.epoch) {
    return fail(Code::wrong_epoch, "the package is for another epoch of this root");
  }
  const Commitment* ours = package.find(share.holder);
  if (ours == nullptr || *ours != nonce.commitment_) {
    return fail(Code::commitment_mismatch, "the package does not carry this nonce's commitment");
  }

  const BindingFactors factors = binding_factors(package);
  // d + rho e: its multiple of B is our term of R, at the price of one base multiplication.
  const SecretScalar bound = nonce.hiding_ + factors.at(share.holder) * nonce.binding_;
  if (bound.is_zero()) return fail(Code::identity_reached, "our own nonces cancel each other");
  QUORATE_TRY(const Point commitment,
              group_commitment(package, factors, OwnTerm{share.holder, Point::base_times(bound)}));
  const Scalar c = challenge(commitment, package.group_key(), package.message());
  const Scalar lambda = lagrange_coefficient(package, share.holder);
  return Partial{share.holder, Scalar::reveal(bound + (lambda * c) * share.secret)};
}

}  // namespace quorate::frost
