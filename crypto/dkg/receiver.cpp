#include "crypto/dkg/receiver.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/ed25519/public_arithmetic.h"

namespace quorate::dkg {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;

namespace {

PublicSum value_at(const Commitments& commitments, Identifier place) {
  PublicSum sum;
  Scalar power = Scalar::of(1);
  for (const Point& commitment : commitments) {
    if (power == Scalar::of(1)) {
      sum.add(commitment);
    } else {
      sum.add_product(power, commitment);
    }
    power = power * Scalar::of(place.number());
  }
  return sum;
}

}  // namespace

Result<Point> evaluate(const Commitments& commitments, Identifier place) {
  return value_at(commitments, place).value_vartime();
}

Status check_share(Identifier receiver, const SecretScalar& share, const Commitments& commitments) {
  const Result<Point> expected = evaluate(commitments, receiver);
  const bool fits =
      share.is_zero() ? !expected.has_value() : expected && Point::base_times(share) == *expected;
  if (!fits) {
    return fail(Code::share_invalid, "the share of participant " +
                                         std::to_string(receiver.number()) +
                                         " does not fit the dealer's commitments");
  }
  return Done{};
}

Result<Outcome> combine(std::span<const Commitments> deals, std::span<const Identifier> members) {
  if (deals.empty()) return fail(Code::wrong_participants, "no deals to combine");
  std::size_t threshold = deals.front().size();
  if (QUORATE_PLANTED(B09)) {
    for (const Commitments& deal : deals) threshold = std::max(threshold, deal.size());
  } else if (std::any_of(deals.begin(), deals.end(),
                         [&](const Commitments& deal) { return deal.size() != threshold; })) {
    return fail(Code::wrong_participants, "the dealers committed to different thresholds");
  }
  Outcome outcome;
  for (std::size_t k = 0; k < threshold; ++k) {
    PublicSum sum;
    for (const Commitments& deal : deals) {
      if (!QUORATE_PLANTED(B09) || k < deal.size()) sum.add(deal[k]);
    }
    QUORATE_TRY(const Point total, sum.value_vartime());
    outcome.commitments.push_back(total);
  }
  for (const Identifier member : members) {
    QUORATE_TRY(const Point share, evaluate(outcome.commitments, member));
    outcome.verification_shares.emplace(member, share);
  }
  return outcome;
}

SecretScalar sum(std::span<const SecretScalar> shares) {
  QUORATE_INVARIANT(!shares.empty());
  SecretScalar total = Scalar::of(1) * shares.front();
  for (const SecretScalar& share : shares.subspan(1)) total = total + share;
  return total;
}

}  // namespace quorate::dkg
