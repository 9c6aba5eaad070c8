// A DKG of 2 of 3 by another implementation: commitments, proofs, shares and the joint key. Its
// proofs have an empty context.

#include <gtest/gtest.h>

#include "crypto/dkg/dealer.h"
#include "crypto/dkg/receiver.h"
#include "tests/support/dealer.h"
#include "tests/support/known_answers.h"

namespace quorate::dkg {
namespace {

using ed25519::Point;
using ed25519::SecretScalar;
using frost::Identifier;
using nlohmann::json;
using testing::hex_of;
using testing::identifier;

class DkgVector : public ::testing::Test {
 protected:
  const json inputs_ = testing::known_answers("frost-ed25519/zf-vectors_dkg.json").at("inputs");
  const std::vector<Identifier> members_ = {identifier(1), identifier(2), identifier(3)};

  const json& of(Identifier member) const { return inputs_.at(std::to_string(member.number())); }
  Polynomial polynomial(Identifier member) const {
    std::vector<SecretScalar> coefficients;
    coefficients.push_back(testing::secret(of(member).at("signing_key")));
    coefficients.push_back(testing::secret(of(member).at("coefficient")));
    return Polynomial::of(std::move(coefficients)).value();
  }
  Commitments commitments(Identifier member) const {
    Commitments points;
    for (const json& point : of(member).at("vss_commitments")) {
      points.push_back(testing::point(point));
    }
    return points;
  }
};

TEST_F(DkgVector, CommitmentsFollowFromTheCoefficients) {
  for (const Identifier member : members_) {
    EXPECT_EQ(polynomial(member).commitments(), commitments(member));
  }
}

TEST_F(DkgVector, ProofsVerifyForTheirDealerOnly) {
  for (const Identifier member : members_) {
    const Proof proof = Proof::parse(testing::bytes(of(member).at("proof_of_knowledge"))).value();
    EXPECT_EQ(hex_of(proof), of(member).at("proof_of_knowledge"));
    for (const Identifier dealer : members_) {
      EXPECT_EQ(check_proof(dealer, commitments(member), proof, {}).has_value(), dealer == member);
    }
    EXPECT_FALSE(check_proof(member, commitments(member), proof, Bytes{0}).has_value());
  }
}

TEST_F(DkgVector, SharesAndTheKeyComeOut) {
  for (const Identifier receiver : members_) {
    std::vector<SecretScalar> shares;
    for (const Identifier dealer : members_) {
      SecretScalar share = polynomial(dealer).at(receiver);
      if (dealer != receiver) {
        EXPECT_EQ(hex_of(share),
                  of(receiver).at("signing_shares").at(std::to_string(dealer.number())));
      }
      EXPECT_TRUE(check_share(receiver, share, commitments(dealer)).has_value());
      shares.push_back(std::move(share));
    }
    EXPECT_EQ(hex_of(sum(shares)), of(receiver).at("signing_share"));
  }

  std::vector<Commitments> deals;
  for (const Identifier dealer : members_) deals.push_back(commitments(dealer));
  const Outcome outcome = combine(deals, members_).value();
  EXPECT_EQ(hex_of(outcome.commitments.front()), inputs_.at("verifying_key"));
  for (const Identifier member : members_) {
    EXPECT_EQ(hex_of(outcome.verification_shares.at(member)), of(member).at("verifying_share"));
  }
}

TEST(DkgSample, ProofOfKnowledgeParses) {
  const json samples = testing::known_answers("frost-ed25519/zf-samples.json");
  const Proof proof = Proof::parse(testing::bytes(samples.at("proof_of_knowledge"))).value();
  EXPECT_EQ(hex_of(proof), samples.at("proof_of_knowledge"));
  EXPECT_EQ(hex_of(proof.commitment), samples.at("element1"));
  EXPECT_EQ(hex_of(proof.response), samples.at("scalar1"));
}

}  // namespace
}  // namespace quorate::dkg
