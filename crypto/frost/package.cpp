#include "crypto/frost/package.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "crypto/frost/hash.h"

namespace quorate::frost {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;

namespace {

// RFC 9591 section 4.3, encode_group_commitment_list.
Bytes encode_commitments(const Package& package) {
  Bytes out;
  for (const Commitment& commitment : package.commitments()) {
    append(out, Scalar::of(commitment.signer.number()).bytes());
    append(out, commitment.hiding.bytes());
    append(out, commitment.binding.bytes());
  }
  return out;
}

bool is_strictly_ascending(std::span<const Identifier> set) {
  return std::adjacent_find(set.begin(), set.end(), std::greater_equal<>()) == set.end();
}

std::vector<Identifier> signers_of(const std::vector<Commitment>& commitments) {
  std::vector<Identifier> signers;
  signers.reserve(commitments.size());
  for (const Commitment& commitment : commitments) signers.push_back(commitment.signer);
  return signers;
}

}  // namespace

Package::Package(const Quorum& quorum, Bytes message, std::vector<Commitment> chosen)
    : epoch_(quorum.epoch),
      group_key_(quorum.group_key),
      message_(std::move(message)),
      commitments_(std::move(chosen)) {}

Result<Package> Package::make(const Quorum& quorum, Bytes message, std::vector<Commitment> chosen) {
  if (chosen.size() != quorum.threshold) {
    return fail(Code::wrong_participants, "this root signs with exactly " +
                                              std::to_string(quorum.threshold) + " members, not " +
                                              std::to_string(chosen.size()));
  }
  const std::vector<Identifier> signers = signers_of(chosen);
  if (QUORATE_PLANTED(B22)) return Package(quorum, std::move(message), std::move(chosen));
  if (!is_strictly_ascending(signers)) {
    return fail(Code::wrong_participants, "the commitments are not in ascending order of signer");
  }
  for (const Identifier signer : signers) {
    if (std::find(quorum.members.begin(), quorum.members.end(), signer) == quorum.members.end()) {
      return fail(Code::wrong_participants,
                  "participant " + std::to_string(signer.number()) + " is not a member");
    }
  }
  return Package(quorum, std::move(message), std::move(chosen));
}

const Commitment* Package::find(Identifier signer) const {
  for (const Commitment& commitment : commitments_) {
    if (commitment.signer == signer) return &commitment;
  }
  return nullptr;
}

BindingFactors binding_factors(const Package& package) {
  const ByteArray<64> message_hash = hash(Domain::msg, {package.message()});
  const ByteArray<64> commitments_hash =
      QUORATE_PLANTED(B21) ? ByteArray<64>{} : hash(Domain::com, {encode_commitments(package)});
  BindingFactors factors;
  for (const Commitment& commitment : package.commitments()) {
    factors.emplace(commitment.signer,
                    Scalar::reduce(hash(
                        Domain::rho, {package.group_key().bytes(), message_hash, commitments_hash,
                                      Scalar::of(commitment.signer.number()).bytes()})));
  }
  return factors;
}

Result<Point> group_commitment(const Package& package, const BindingFactors& factors,
                               const std::optional<OwnTerm>& own) {
  PublicSum sum;
  for (const Commitment& commitment : package.commitments()) {
    if (own && own->signer == commitment.signer) {
      sum.add(own->point);
    } else {
      sum.add(commitment.hiding).add_product(factors.at(commitment.signer), commitment.binding);
    }
  }
  return sum.value_vartime();
}

Scalar challenge(const Point& group_commitment, const Point& group_key, ByteView message) {
  return Scalar::reduce(hash_challenge({group_commitment.bytes(), group_key.bytes(), message}));
}

Result<Scalar> lagrange_coefficient(std::span<const Identifier> set, Identifier of,
                                    std::uint16_t x) {
  if (!is_strictly_ascending(set) && !QUORATE_PLANTED(B22)) {
    return fail(Code::wrong_participants, "the set is not strictly ascending");
  }
  if (std::find(set.begin(), set.end(), of) == set.end()) {
    return fail(Code::unknown_participant,
                "participant " + std::to_string(of.number()) + " is not in the set");
  }
  // The product over j != i of (x - j) / (i - j). No factor of the denominator is zero: the set has
  // no number twice, and all are far smaller than the group order.
  Scalar numerator = Scalar::of(1);
  Scalar denominator = Scalar::of(1);
  for (const Identifier other : set) {
    if (other == of) continue;
    const Scalar j = Scalar::of(other.number());
    numerator = numerator * (Scalar::of(x) - j);
    denominator = denominator * (Scalar::of(of.number()) - j);
  }
  return numerator * denominator.inverted();
}

Scalar lagrange_coefficient(const Package& package, Identifier of) {
  const Result<Scalar> coefficient = lagrange_coefficient(signers_of(package.commitments()), of, 0);
  QUORATE_INVARIANT(coefficient.has_value());
  return *coefficient;
}

}  // namespace quorate::frost
