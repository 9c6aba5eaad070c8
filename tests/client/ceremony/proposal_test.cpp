#include "client/ceremony/proposal.h"

#include <gtest/gtest.h>

#include "crypto/ed25519/signing_key.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::leader {
namespace {

constexpr std::uint64_t now_s = 1'700'000'000;

class ProposalTest : public ::testing::Test {
 protected:
  ed25519::Point identity() {
    SecretBytes<32> seed;
    entropy_.fill(seed.writable());
    return ed25519::SigningKey(seed).public_key();
  }
  testing::SeededEntropy entropy_{1};
  NewRoot root_{"ssh-users", "ssh-user-ca", 2, {identity(), identity(), identity()}};
};

TEST_F(ProposalTest, IsWhatEveryNodeAcceptsAndDiffersEachTime) {
  const ceremony::Proposal proposal = propose(root_, now_s, entropy_).value();
  EXPECT_EQ(proposal.kind, ceremony::Kind::create);
  EXPECT_EQ(proposal.target.epoch, 1u);
  EXPECT_EQ(proposal.not_before, now_s - 60);
  EXPECT_EQ(proposal.not_after, now_s + 3600);
  EXPECT_EQ(proposal.target.members[2].index.number(), 3);
  EXPECT_EQ(proposal.target.members[2].identity, root_.members[2]);
  EXPECT_EQ(ceremony::decode_proposal(ceremony::encode(proposal)).value(), proposal);
  EXPECT_NE(ceremony::id(propose(root_, now_s, entropy_).value()), ceremony::id(proposal));
}

TEST_F(ProposalTest, RefusesSizesThatAreNoThreshold) {
  root_.threshold = 1;
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::limits);
  root_.threshold = 4;
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::limits);
}

TEST_F(ProposalTest, RefusesOneNodeTwice) {
  root_.members[1] = root_.members[0];
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::limits);
}

TEST_F(ProposalTest, RefusesNamesThatPeopleCouldMistake) {
  root_.name = "SSH users";
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::usage);
  root_.name = "ssh-users";
  root_.purpose = "";
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::usage);
}

TEST_F(ProposalTest, RefusesALifeOfMoreThanThirtyDays) {
  root_.life_s = std::uint64_t{31} * 24 * 60 * 60;
  EXPECT_EQ(propose(root_, now_s, entropy_).error().code, Code::outside_window);
}

}  // namespace
}  // namespace quorate::leader
