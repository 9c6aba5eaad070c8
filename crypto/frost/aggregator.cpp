#include "crypto/frost/aggregator.h"

#include <algorithm>

#include "crypto/ed25519/public_arithmetic.h"

namespace quorate::frost {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::Signature;

namespace {

// z B = D + rho E + (c lambda) Y
bool holds(const Partial& partial, const Package& package, const BindingFactors& factors,
           const Scalar& c, const Point& verification_share) {
  const Commitment* commitment = package.find(partial.signer);
  if (commitment == nullptr) return false;
  const Scalar weight = c * lagrange_coefficient(package, partial.signer);
  return PublicSum()
      .add(commitment->hiding)
      .add_product(factors.at(partial.signer), commitment->binding)
      .add_product(weight, verification_share)
      .add_base_product(Scalar() - partial.value)
      .is_identity_vartime();
}

tl::unexpected<AggregateFault> fault(Code code, std::string message,
                                     std::vector<Identifier> guilty = {}) {
  return tl::unexpected(AggregateFault{{code, std::move(message)}, std::move(guilty)});
}

bool is_one_for_each_signer(const std::vector<Partial>& partials, const Package& package) {
  return std::equal(partials.begin(), partials.end(), package.commitments().begin(),
                    package.commitments().end(),
                    [](const Partial& partial, const Commitment& commitment) {
                      return partial.signer == commitment.signer;
                    });
}

}  // namespace

bool check(const Partial& partial, const Package& package, const Point& verification_share) {
  const BindingFactors factors = binding_factors(package);
  const Result<Point> commitment = group_commitment(package, factors);
  if (!commitment) return false;
  const Scalar c = challenge(*commitment, package.group_key(), package.message());
  return holds(partial, package, factors, c, verification_share);
}

tl::expected<Signature, AggregateFault> aggregate(const std::vector<Partial>& partials,
                                                  const Package& package,
                                                  const VerificationShares& verification_shares) {
  if (!is_one_for_each_signer(partials, package)) {
    return fault(Code::wrong_participants,
                 "aggregation takes one partial for each signer of the package, ascending");
  }
  for (const Partial& partial : partials) {
    if (!verification_shares.contains(partial.signer)) {
      return fault(Code::wrong_participants, "no verification share of participant " +
                                                 std::to_string(partial.signer.number()));
    }
  }

  const BindingFactors factors = binding_factors(package);
  const Result<Point> commitment = group_commitment(package, factors);
  if (!commitment) return tl::unexpected(AggregateFault{commitment.error(), {}});
  Scalar z;
  for (const Partial& partial : partials) z = z + partial.value;

  Signature signature;
  std::copy(commitment->bytes().begin(), commitment->bytes().end(), signature.begin());
  std::copy(z.bytes().begin(), z.bytes().end(), signature.begin() + 32);
  if (ed25519::verifies(package.group_key(), package.message(), signature)) return signature;

  // The sum of the partials' equations is the verification equation, so at least one fails where
  // key and verification shares belong together.
  const Scalar c = challenge(*commitment, package.group_key(), package.message());
  std::vector<Identifier> guilty;
  std::string names;
  for (const Partial& partial : partials) {
    if (holds(partial, package, factors, c, verification_shares.at(partial.signer))) continue;
    guilty.push_back(partial.signer);
    names += (names.empty() ? "" : ", ") + std::to_string(partial.signer.number());
  }
  if (guilty.empty()) {
    return fault(
        Code::wrong_participants,
        "every partial fits its verification share, but these are not shares of this group "
        "key with this threshold");
  }
  return fault(Code::partial_invalid, "wrong partial signature of participant " + names,
               std::move(guilty));
}

}  // namespace quorate::frost
