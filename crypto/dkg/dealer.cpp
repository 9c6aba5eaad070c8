#include "crypto/dkg/dealer.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "crypto/frost/hash.h"

namespace quorate::dkg {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;

namespace {

// HDKG( id ‖ phi_0 ‖ R ‖ context )
Scalar proof_challenge(Identifier dealer, const Point& constant, const Point& commitment,
                       ByteView context) {
  return Scalar::reduce(frost::hash(
      frost::Domain::dkg,
      {Scalar::of(dealer.number()).bytes(), constant.bytes(), commitment.bytes(), context}));
}

}  // namespace

Result<Proof> Proof::parse(ByteView bytes) {
  if (bytes.size() != 64) return fail(Code::malformed, "a proof has 64 bytes");
  QUORATE_TRY(const Point commitment, Point::parse(bytes.first(32)));
  QUORATE_TRY(const Scalar response, Scalar::parse(bytes.subspan(32)));
  return Proof{commitment, response};
}

ByteArray<64> Proof::bytes() const {
  ByteArray<64> out;
  std::copy(commitment.bytes().begin(), commitment.bytes().end(), out.begin());
  std::copy(response.bytes().begin(), response.bytes().end(), out.begin() + 32);
  return out;
}

Polynomial::Polynomial(std::vector<SecretScalar> coefficients)
    : coefficients_(std::move(coefficients)) {
  QUORATE_INVARIANT(!coefficients_.empty());
}

Polynomial Polynomial::draw(std::uint16_t threshold, Entropy& entropy) {
  std::vector<SecretScalar> coefficients;
  coefficients.reserve(threshold);  // no reallocation: a moved-from secret is wiped, but why move
  for (std::uint16_t k = 0; k < threshold; ++k) coefficients.push_back(SecretScalar::draw(entropy));
  return Polynomial(std::move(coefficients));
}

Result<Polynomial> Polynomial::of(std::vector<SecretScalar> coefficients) {
  const bool has_zero = std::any_of(coefficients.begin(), coefficients.end(),
                                    [](const SecretScalar& c) { return c.is_zero(); });
  if (coefficients.empty() || has_zero) {
    return fail(Code::malformed, "a polynomial needs coefficients other than zero");
  }
  return Polynomial(std::move(coefficients));
}

Commitments Polynomial::commitments() const {
  Commitments commitments;
  for (const SecretScalar& coefficient : coefficients_) {
    commitments.push_back(Point::base_times(coefficient));
  }
  return commitments;
}

SecretScalar Polynomial::at(Identifier place) const {
  const Scalar x = Scalar::of(place.number());
  SecretScalar value = Scalar::of(1) * coefficients_.back();
  for (auto c = coefficients_.rbegin() + 1; c != coefficients_.rend(); ++c) {
    value = x * value + *c;  // Horner
  }
  return value;
}

// The nonce comes by value because that is how it is consumed.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
Proof Polynomial::prove(Identifier dealer, ByteView context, SecretScalar nonce) const {
  QUORATE_INVARIANT(!nonce.is_zero());
  const Point commitment = Point::base_times(nonce);
  const Scalar c =
      proof_challenge(dealer, Point::base_times(coefficients_.front()), commitment, context);
  return Proof{commitment, Scalar::reveal(nonce + c * coefficients_.front())};
}

Status check_proof(Identifier dealer, const Commitments& commitments, const Proof& proof,
                   ByteView context) {
  QUORATE_INVARIANT(!commitments.empty());
  const Scalar c = proof_challenge(dealer, commitments.front(), proof.commitment, context);
  // R = mu B - c phi_0
  const Result<Point> expected = PublicSum()
                                     .add_base_product(proof.response)
                                     .add_product(Scalar() - c, commitments.front())
                                     .value_vartime();
  if (!expected || *expected != proof.commitment) {
    return fail(Code::proof_invalid, "the proof of possession of dealer " +
                                         std::to_string(dealer.number()) + " does not verify");
  }
  return Done{};
}

}  // namespace quorate::dkg
