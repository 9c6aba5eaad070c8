// Roots for tests, dealt in the clear by one hand. Production has no dealer, and no code like this.

#pragma once

#include <vector>

#include "crypto/dkg/dealer.h"
#include "crypto/dkg/receiver.h"
#include "crypto/frost/aggregator.h"
#include "crypto/frost/signer.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {

struct DealtRoot {
  frost::Quorum quorum;
  dkg::Commitments commitments;
  frost::VerificationShares verification_shares;
  std::vector<frost::Share> shares;  // in the order of quorum.members
};

inline frost::Identifier identifier(std::uint32_t number) {
  return frost::Identifier::make(number).value();
}

inline DealtRoot deal(std::uint16_t threshold, const std::vector<frost::Identifier>& members,
                      Entropy& entropy, frost::Epoch epoch = frost::Epoch{1}) {
  const dkg::Polynomial polynomial = dkg::Polynomial::draw(threshold, entropy);
  const dkg::Commitments commitments = polynomial.commitments();
  DealtRoot root{{epoch, threshold, commitments.front(), members}, commitments, {}, {}};
  for (const frost::Identifier member : members) {
    frost::Share share{member, epoch, polynomial.at(member)};
    root.verification_shares.emplace(member, ed25519::Point::base_times(share.secret));
    root.shares.push_back(std::move(share));
  }
  return root;
}

// Members 1, 2, ... n.
inline DealtRoot deal(std::uint16_t threshold, std::uint16_t members, Entropy& entropy) {
  std::vector<frost::Identifier> numbered;
  for (std::uint16_t number = 1; number <= members; ++number) {
    numbered.push_back(identifier(number));
  }
  return deal(threshold, numbered, entropy);
}

}  // namespace quorate::testing
