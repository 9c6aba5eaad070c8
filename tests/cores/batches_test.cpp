// Asks that are handed over together: one sync, one checkpoint, and nobody pays for another.

#include <gtest/gtest.h>

#include "proto/record/signed_verdict.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

class Batches : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.create_root("files", "file");
    ASSERT_TRUE(made);
    files_ = std::move(made);
  }
  node::Asked ask(const Bytes& request) {
    return {world_.desk.public_key(),
            node::SignAsk{request, files_->root_id(), 1, world_.commitments(*files_, {0, 1})}};
  }
  node::Asked new_ask() {
    return ask(world_.request_for(world_.file_statement(*files_), world_.requester));
  }
  std::vector<std::optional<node::Answer>> hand_over(const std::vector<node::Asked>& asks) {
    return world_.hosts[0]->core().handle(asks, world_.now());
  }
  static bool is_signed(const std::optional<node::Answer>& answer) {
    return answer && std::holds_alternative<node::PartialAnswer>(*answer);
  }
  static record::Checkpoint checkpoint_of(const node::Answer& answer,
                                          const ed25519::Point& identity) {
    const auto verdict =
        record::decode_signed_verdict(std::get<node::PartialAnswer>(answer).verdict).value();
    const auto receipt = record::decode_receipt(verdict.receipt).value();
    return record::check(receipt, verdict.record, "test/alpha", identity).value();
  }

  World world_;
  std::optional<ceremony::EpochRecord> files_;
};

TEST_F(Batches, StandUnderOneCheckpoint) {
  std::vector<node::Asked> asks;
  for (int i = 0; i < 20; ++i) asks.push_back(new_ask());
  const auto answers = hand_over(asks);
  ASSERT_EQ(answers.size(), 20u);
  const ed25519::Point& identity = world_.hosts[0]->identity();
  for (const auto& answer : answers) {
    ASSERT_TRUE(is_signed(answer));
    EXPECT_EQ(checkpoint_of(*answer, identity), checkpoint_of(*answers[0], identity));
  }
  EXPECT_EQ(checkpoint_of(*answers[0], identity).tree.size, world_.hosts[0]->records());
}

TEST_F(Batches, AnswerInTheirOrderWhateverIsBetweenThem) {
  std::vector<node::Asked> asks = {new_ask(),
                                   {world_.desk.public_key(), node::Describe{}},
                                   ask({1, 2, 3}),
                                   {world_.desk.public_key(), node::Commit{{}, 1, 1}},
                                   new_ask()};
  const auto answers = hand_over(asks);
  EXPECT_TRUE(is_signed(answers[0]));
  EXPECT_TRUE(std::holds_alternative<node::Description>(*answers[1]));
  EXPECT_EQ(code_of(*answers[2]), Code::malformed);
  EXPECT_EQ(code_of(*answers[3]), Code::unknown_root);
  EXPECT_TRUE(is_signed(answers[4]));
}

TEST_F(Batches, OneCommitmentServesOneOfThem) {
  const node::Asked twice = new_ask();
  const auto answers = hand_over({twice, twice, new_ask()});
  EXPECT_TRUE(is_signed(answers[0]));
  EXPECT_EQ(code_of(*answers[1]), Code::nonce_unknown);
  EXPECT_TRUE(is_signed(answers[2]));
}

TEST_F(Batches, TheSameRequestTwiceHasOneVerdict) {
  const Bytes request = world_.request_for(world_.file_statement(*files_), world_.requester);
  const std::uint64_t before = world_.hosts[0]->records();
  const auto answers = hand_over({ask(request), ask(request)});
  EXPECT_TRUE(is_signed(answers[0]));
  EXPECT_TRUE(is_signed(answers[1]));
  EXPECT_EQ(world_.hosts[0]->records(), before + 1);
}

TEST_F(Batches, ReloadedPolicyIsRecordedAndABrokenOneLeavesTheOldInForce) {
  Host& alpha = *world_.hosts[0];
  const std::uint64_t before = alpha.records();
  const std::string good = alpha.policy();
  EXPECT_FALSE(alpha.reload("version = 1\nprofil = 3\n", world_.now()).has_value());
  EXPECT_EQ(alpha.records(), before);
  const node::Answer described = world_.ask(0, node::Describe{});
  EXPECT_NE(std::get<node::Description>(described).policy_trouble.find("profil"),
            std::string::npos);
  EXPECT_TRUE(is_signed(hand_over({new_ask()})[0]));

  std::string other = good;
  const std::string both = "[\"file\", \"git\"]";
  other.replace(other.find(both), both.size(), "[\"git\"]");
  const std::uint64_t signed_one = alpha.records();
  ASSERT_TRUE(alpha.reload(other, world_.now()).has_value());
  EXPECT_EQ(alpha.records(), signed_one + 1);
  EXPECT_EQ(code_of(*hand_over({new_ask()})[0]), Code::namespace_not_allowed);
  const node::Answer again = world_.ask(0, node::Describe{});
  EXPECT_EQ(std::get<node::Description>(again).policy_trouble, "");
}

TEST_F(Batches, NodeWithoutAPolicySignsNothingAndSaysSo) {
  Host& alpha = *world_.hosts[0];
  ASSERT_TRUE(alpha.reload("version = 1\n", world_.now()).has_value());
  EXPECT_EQ(code_of(*hand_over({new_ask()})[0]), Code::key_unknown);
}

}  // namespace
}  // namespace quorate::testing
