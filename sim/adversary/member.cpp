// What a member says in a ceremony, made by hand.

#include "crypto/base/invariant.h"
#include "crypto/dkg/dealer.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using ed25519::Scalar;
using ed25519::SecretScalar;

SecretScalar secret(const Scalar& value) {
  ByteArray<32> bytes = value.bytes();
  Result<SecretScalar> made = SecretScalar::parse(bytes);
  QUORATE_INVARIANT(made.has_value());  // a scalar is canonical
  return *std::move(made);
}

// (x - place) · g(x), with g of the size that is left.
dkg::Polynomial with_root_at(frost::Identifier place, std::size_t size, Entropy& entropy) {
  while (true) {
    std::vector<Scalar> g;
    for (std::size_t k = 0; k + 1 < size; ++k) {
      g.push_back(Scalar::reveal(SecretScalar::draw(entropy)));
    }
    std::vector<SecretScalar> product;
    bool has_zero = false;
    for (std::size_t k = 0; k < size; ++k) {
      const Scalar shifted = k == 0 ? Scalar() : g[k - 1];
      const Scalar scaled = k < g.size() ? g[k] * Scalar::of(place.number()) : Scalar();
      const Scalar coefficient = shifted - scaled;
      has_zero = has_zero || coefficient.is_zero();
      product.push_back(secret(coefficient));
    }
    if (has_zero) continue;
    Result<dkg::Polynomial> made = dkg::Polynomial::of(std::move(product));
    QUORATE_INVARIANT(made.has_value());
    return *std::move(made);
  }
}

}  // namespace

layout::Signed hello_by_hand(OwnCeremony& own, const ed25519::SigningKey& key, Entropy& entropy) {
  ceremony::Hello hello{ceremony::id(own.proposal), own.self.index, {}};
  own.receive_keys.clear();
  for (std::size_t i = 0; i < own.proposal.target.members.size(); ++i) {
    own.receive_keys.push_back(dkg::ReceiveKey::generate(entropy));
    hello.receive_keys.push_back(own.receive_keys.back().public_key);
  }
  return signed_by(key, ceremony::hello_label, ceremony::encode(hello));
}

layout::Signed deal_by_hand(const OwnCeremony& own, const ceremony::Hellos& hellos,
                            const ed25519::SigningKey& key, const DealPlan& plan,
                            Entropy& entropy) {
  const ceremony::Proposal& proposal = own.proposal;
  const auto size =
      static_cast<std::uint16_t>(std::max(1, proposal.target.threshold + plan.more_coefficients));
  const dkg::Polynomial polynomial = plan.zero_for ? with_root_at(*plan.zero_for, size, entropy)
                                                   : dkg::Polynomial::draw(size, entropy);
  ceremony::Id context = ceremony::id(proposal);
  ceremony::Deal deal{context,
                      hellos.hash,
                      own.self.index,
                      polynomial.commitments(),
                      polynomial.prove(own.self.index, context, SecretScalar::draw(entropy)),
                      {}};
  if (plan.has_foreign_proof) {
    context[0] ^= 1U;
    deal.proof = polynomial.prove(own.self.index, context, SecretScalar::draw(entropy));
  }
  for (const ceremony::Member& receiver : proposal.target.members) {
    const SecretScalar share = plan.wrong_for == receiver.index ? SecretScalar::draw(entropy)
                                                                : polynomial.at(receiver.index);
    const auto envelope =
        dkg::seal(share, hellos.receive_key(proposal, receiver.index, own.self.index), entropy);
    QUORATE_INVARIANT(envelope.has_value());  // check_hellos() refuses keys of low order
    deal.envelopes.push_back(*envelope);
  }
  return signed_by(key, ceremony::deal_label, ceremony::encode(deal));
}

}  // namespace quorate::sim
