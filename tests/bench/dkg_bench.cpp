// A DKG as one member computes it from beginning to end: deal to everybody, check what everybody
// dealt, add up. All members together cost n times that, on n machines at once.

#include <vector>

#include "crypto/base/invariant.h"
#include "crypto/dkg/dealer.h"
#include "crypto/dkg/envelope.h"
#include "crypto/dkg/receiver.h"
#include "crypto/frost/signer.h"
#include "tests/bench/yardstick.h"
#include "tests/support/dealer.h"

namespace quorate::bench {
namespace {

using ed25519::SecretScalar;
using frost::Identifier;
using testing::SeededEntropy;

// What reaches the first member.
struct Deal {
  Identifier dealer;
  dkg::Commitments commitments;
  dkg::Proof proof;
  dkg::Envelope envelope;
};

Deal deal_to(Identifier receiver, const dkg::ReceivePublicKey& key, Identifier dealer,
             std::uint16_t threshold, Entropy& entropy) {
  const dkg::Polynomial polynomial = dkg::Polynomial::draw(threshold, entropy);
  return {dealer, polynomial.commitments(),
          polynomial.prove(dealer, {}, SecretScalar::draw(entropy)),
          dkg::seal(polynomial.at(receiver), key, entropy).value()};
}

class Member {
 public:
  explicit Member(const Shape& shape) : threshold_(shape.threshold), entropy_(1) {
    for (std::uint16_t number = 1; number <= shape.members; ++number) {
      members_.push_back(testing::identifier(number));
      keys_.push_back(dkg::ReceiveKey::generate(entropy_));
    }
    for (std::size_t i = 0; i < members_.size(); ++i) {
      deals_.push_back(
          deal_to(members_[0], keys_[i].public_key, members_[i], threshold_, entropy_));
    }
  }

  std::size_t deal() {
    const dkg::Polynomial polynomial = dkg::Polynomial::draw(threshold_, entropy_);
    const dkg::Commitments commitments = polynomial.commitments();
    const dkg::Proof proof = polynomial.prove(members_[0], {}, SecretScalar::draw(entropy_));
    std::size_t size = commitments.size() + proof.bytes().size();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      size += dkg::seal(polynomial.at(members_[i]), keys_[i].public_key, entropy_).value().size();
    }
    return size;
  }

  // Points are parsed again, as they come in.
  dkg::Outcome receive() const {
    std::vector<dkg::Commitments> all;
    std::vector<SecretScalar> shares;
    for (std::size_t i = 0; i < deals_.size(); ++i) {
      const Deal& deal = deals_[i];
      dkg::Commitments commitments;
      for (const ed25519::Point& point : deal.commitments) {
        commitments.push_back(ed25519::Point::parse(point.bytes()).value());
      }
      QUORATE_INVARIANT(dkg::check_proof(deal.dealer, commitments, deal.proof, {}).has_value());
      shares.push_back(dkg::open(deal.envelope, keys_[i]).value());
      QUORATE_INVARIANT(dkg::check_share(members_[0], shares.back(), commitments).has_value());
      all.push_back(std::move(commitments));
    }
    dkg::Outcome outcome = dkg::combine(all, members_).value();
    const frost::Share share{members_[0], frost::Epoch{1}, dkg::sum(shares)};
    QUORATE_INVARIANT(frost::fits(share, outcome.verification_shares.at(members_[0])));
    return outcome;
  }

 private:
  std::uint16_t threshold_;
  SeededEntropy entropy_;
  std::vector<Identifier> members_;
  std::vector<dkg::ReceiveKey> keys_;  // of the first member, one for each dealer
  std::vector<Deal> deals_;
};

void one_member(benchmark::State& state, const Shape& shape) {
  Member member(shape);
  measure(
      state, [] { return 0; },
      [&](int /*nothing*/) {
        benchmark::DoNotOptimize(member.deal());
        return member.receive();
      });
}

}  // namespace

void register_dkg() {
  for (const Shape& shape : shapes) add("dkg_one_member", shape, one_member);
}

}  // namespace quorate::bench
