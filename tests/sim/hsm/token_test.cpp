// The simulated token, through the custody that a node uses, so that the codes a node meets are
// those that it would meet from a real one.

#include <gtest/gtest.h>

#include "node/custody/blob.h"
#include "sim/hsm/token.h"

namespace quorate::sim {
namespace {

using custody::KeyId;
using custody::KeyKind;
using custody::Place;
using custody::Purpose;
using custody::State;

class Token : public ::testing::Test {
 protected:
  Result<Bytes> seal() { return custody::seal_blob(token_, place_, bytes_of("a share"), entropy_); }
  std::optional<Code> opened(const Bytes& blob) {
    const auto opened = custody::open_blob(token_, place_, blob);
    if (!opened) return opened.error().code;
    return std::nullopt;
  }
  void SetUp() override {
    ASSERT_TRUE(token_.create_key(share_, entropy_));
    blob_ = seal().value();
    ASSERT_EQ(opened(blob_), std::nullopt);
  }

  StreamEntropy entropy_{1, "test"};
  SimToken token_{"node", 1, Card::fresh(entropy_)};
  KeyId share_{KeyKind::share, {1}};
  Place place_{share_, Purpose::frost_share, {}};
  Bytes blob_;
};

TEST_F(Token, DestroyedKeyOpensNothingUntilABackupBringsItBack) {
  const Card backup = token_.card();
  ASSERT_TRUE(token_.destroy_key(share_));
  EXPECT_EQ(opened(blob_), Code::key_missing);
  EXPECT_FALSE(token_.has_key(share_).value());
  ASSERT_TRUE(token_.create_key(share_, entropy_));
  EXPECT_EQ(opened(blob_), Code::blob_damaged);  // another key of the same name
  token_.insert(backup);
  EXPECT_EQ(opened(blob_), std::nullopt);
}

TEST_F(Token, EachStateHasItsCodeAndEndsByItself) {
  for (const State state :
       {State::absent, State::wrong_token, State::pin_missing, State::pin_refused,
        State::pin_locked, State::key_missing, State::suspect}) {
    token_.fail_until(10 * second, state);
    token_.set_now(10 * second - 1);
    EXPECT_EQ(token_.health().state, state);
    EXPECT_EQ(opened(blob_), custody::code_of(state));
    EXPECT_FALSE(token_.create_key(share_, entropy_).has_value());
    token_.set_now(10 * second);
    EXPECT_EQ(token_.health().state, State::ready);
    EXPECT_EQ(opened(blob_), std::nullopt);
  }
}

TEST_F(Token, SwappedCardIsRecognisedOrAnswersWithItsOwnObjects) {
  SimToken other("other", 1, Card::fresh(entropy_));
  ASSERT_TRUE(other.create_key(share_, entropy_));
  token_.insert(other.card());
  EXPECT_EQ(opened(blob_), Code::token_wrong);
  token_.check_serial(false);
  EXPECT_EQ(opened(blob_), Code::key_missing);  // for want of the node's seal key
  Card mixed = other.card();
  mixed.keys[token_.seal_key()] = {};
  token_.insert(mixed);
  EXPECT_EQ(opened(blob_), Code::blob_damaged);
}

TEST_F(Token, InitialisedAnewHasNothing) {
  token_.initialise();
  EXPECT_EQ(token_.health().state, State::key_missing);
  EXPECT_EQ(opened(blob_), Code::key_missing);
}

TEST_F(Token, ObjectThatIsMissingLeavesTheOthers) {
  const KeyId second_key{KeyKind::share, {2}};
  ASSERT_TRUE(token_.create_key(second_key, entropy_));
  token_.lose_key(share_);
  EXPECT_EQ(opened(blob_), Code::key_missing);
  EXPECT_TRUE(token_.has_key(second_key).value());
}

TEST_F(Token, CloneOpensWhatTheOriginalSealed) {
  SimToken clone("clone", 1, token_.card());
  EXPECT_TRUE(custody::open_blob(clone, place_, blob_).has_value());
}

TEST_F(Token, RatesStrikeAsOftenAsTheySay) {
  token_.set_rates({0, 0, one_in(4)});
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += opened(blob_) == Code::token_suspect ? 1 : 0;
  EXPECT_NEAR(refused, 250, 50);
  token_.set_rates({0, one_in(1), 0});
  EXPECT_EQ(opened(blob_), Code::token_busy);
  token_.set_rates({one_in(1), one_in(1), 0});
  EXPECT_EQ(opened(blob_), Code::token_suspect);
}

TEST_F(Token, LostAnswerHasHappenedAllTheSame) {
  token_.fail_after_effect();
  EXPECT_EQ(token_.destroy_key(share_).error().code, Code::token_suspect);
  EXPECT_FALSE(token_.has_key(share_).value());
  EXPECT_TRUE(token_.destroy_key(share_));
}

TEST_F(Token, CallsTakeTheTimeTheyAreGiven) {
  (void)token_.take_latency();
  token_.set_call_time(2 * millisecond);
  ASSERT_EQ(opened(blob_), std::nullopt);
  ASSERT_TRUE(token_.has_key(share_));
  EXPECT_EQ(token_.take_latency(), 4 * millisecond);
  EXPECT_EQ(token_.take_latency(), 0u);
}

}  // namespace
}  // namespace quorate::sim
