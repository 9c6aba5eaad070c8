#include "crypto/frost/aggregator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/crypto/frost/signing_round.h"

namespace quorate::frost {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::Signature;
using testing::deal;
using testing::DealtRoot;
using testing::identifier;
using testing::SeededEntropy;

bool libsodium_verifies(const Signature& signature, const Bytes& message, const Point& key) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.bytes().data()) == 0;
}

struct Shape {
  std::uint16_t threshold;
  std::size_t members;
};

Shape any_shape() {
  const auto members = *rc::gen::inRange<std::size_t>(2, 9).as("members");
  const auto threshold =
      *rc::gen::inRange<std::uint16_t>(2, static_cast<std::uint16_t>(members + 1)).as("threshold");
  return {threshold, members};
}

RC_GTEST_PROP(Aggregator, AnyThresholdOfMembersSigns, (std::uint64_t seed, const Bytes& message)) {
  SeededEntropy entropy(seed);
  const Shape shape = any_shape();
  const DealtRoot root = any_root(shape.threshold, shape.members, entropy);
  Round round = commit(root, some(shape.threshold, shape.members, entropy), entropy);
  const Package package = Package::make(root.quorum, message, round.commitments).value();
  const std::vector<Partial> partials = sign_all(round, package);
  for (const Partial& partial : partials) {
    RC_ASSERT(check(partial, package, root.verification_shares.at(partial.signer)));
  }
  const auto signature = aggregate(partials, package, root.verification_shares);
  RC_ASSERT(signature.has_value());
  RC_ASSERT(libsodium_verifies(*signature, message, root.quorum.group_key));
}

// Fewer than the threshold get nowhere, though each does its part right and nobody is to blame.
RC_GTEST_PROP(Aggregator, OneLessThanTheThresholdDoesNot, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const Shape shape = any_shape();
  const DealtRoot root = any_root(shape.threshold, shape.members, entropy);
  const std::size_t few = shape.threshold - 1U;
  Round round = commit(root, some(few, shape.members, entropy), entropy);
  RC_ASSERT(Package::make(root.quorum, {1}, round.commitments).error().code ==
            Code::wrong_participants);

  Quorum believed = root.quorum;  // by somebody who thinks that fewer are enough
  believed.threshold = static_cast<std::uint16_t>(few);
  const Package package = Package::make(believed, {1}, round.commitments).value();
  const auto signature = aggregate(sign_all(round, package), package, root.verification_shares);
  RC_ASSERT(!signature.has_value());
  RC_ASSERT(signature.error().guilty.empty());
  RC_ASSERT(signature.error().error.code == Code::wrong_participants);
}

RC_GTEST_PROP(Aggregator, AChangedBitOfAPartialNamesItsSigner, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const DealtRoot root = deal(3, 4, entropy);
  Round round = commit(root, some(3, 4, entropy), entropy);
  const Package package = Package::make(root.quorum, {1, 2, 3}, round.commitments).value();
  std::vector<Partial> partials = sign_all(round, package);

  Partial& victim = partials[*rc::gen::inRange<std::size_t>(0, 3)];
  const auto bit = *rc::gen::inRange<unsigned>(0, 256);
  ByteArray<32> changed = victim.value.bytes();
  changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  const Result<Scalar> value = Scalar::parse(changed);
  if (!value) return;  // refused even earlier
  victim.value = *value;
  RC_ASSERT(!check(victim, package, root.verification_shares.at(victim.signer)));
  const auto signature = aggregate(partials, package, root.verification_shares);
  RC_ASSERT(!signature.has_value());
  RC_ASSERT(signature.error().error.code == Code::partial_invalid);
  RC_ASSERT(signature.error().guilty == std::vector{victim.signer});
}

TEST(Aggregator, EveryBitOfAPartialCounts) {
  SeededEntropy entropy(11);
  const DealtRoot root = deal(2, 2, entropy);
  Round round = commit(root, first(2), entropy);
  const Package package = Package::make(root.quorum, {}, round.commitments).value();
  const Partial good = sign_all(round, package)[0];
  const Point& verification_share = root.verification_shares.at(good.signer);
  ASSERT_TRUE(check(good, package, verification_share));
  for (unsigned bit = 0; bit < 256; ++bit) {
    ByteArray<32> changed = good.value.bytes();
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Result<Scalar> value = Scalar::parse(changed);
    EXPECT_FALSE(value && check({good.signer, *value}, package, verification_share)) << bit;
  }
}

// One signer is shown another message, key, list or share than the others: it answers honestly to
// that, and exactly its partial does not fit. Every field of what is agreed on counts.
RC_GTEST_PROP(Aggregator, WhoeverSignedSomethingElseIsNamed, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const DealtRoot root = deal(3, 5, entropy);
  Round round = commit(root, some(3, 5, entropy), entropy);
  const auto odd = *rc::gen::inRange<std::size_t>(0, 3).as("who differs");
  const auto field = *rc::gen::inRange(0, 5).as("in what");

  Bytes message = {1, 2, 3};
  const Package package = Package::make(root.quorum, message, round.commitments).value();
  Quorum quorum = root.quorum;
  std::vector<Commitment> list = round.commitments;
  Commitment& another = list[(odd + 1) % 3];
  const NoncePair fresh = NoncePair::generate(*round.signers[(odd + 1) % 3], entropy);
  Share share{round.signers[odd]->holder, round.signers[odd]->epoch,
              Scalar::of(1) * round.signers[odd]->secret};
  switch (field) {
    case 0:
      message[entropy.number() % 3] ^= static_cast<std::uint8_t>(1U << entropy.number() % 8);
      break;
    case 1: quorum.group_key = fresh.commitment().hiding; break;
    case 2: another.hiding = fresh.commitment().hiding; break;
    case 3: another.binding = fresh.commitment().binding; break;
    default: share.secret = Scalar::of(2) * share.secret; break;
  }
  const Package seen = Package::make(quorum, message, list).value();
  std::vector<Partial> partials;
  for (std::size_t i = 0; i < 3; ++i) {
    partials.push_back(i == odd
                           ? sign(share, std::move(round.nonces[i]), seen).value()
                           : sign(*round.signers[i], std::move(round.nonces[i]), package).value());
  }
  const auto signature = aggregate(partials, package, root.verification_shares);
  RC_ASSERT(!signature.has_value());
  RC_ASSERT(signature.error().error.code == Code::partial_invalid);
  RC_ASSERT(signature.error().guilty == std::vector{share.holder});
}

class AggregatorTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{3};
  DealtRoot root_ = deal(3, 4, entropy_);
  Round round_ = commit(root_, first(3), entropy_);
  Package package_ = Package::make(root_.quorum, {5}, round_.commitments).value();
  std::vector<Partial> partials_ = sign_all(round_, package_);

  void expect_wrong_participants(const std::vector<Partial>& partials,
                                 const VerificationShares& verification_shares) const {
    const auto signature = aggregate(partials, package_, verification_shares);
    ASSERT_FALSE(signature.has_value());
    EXPECT_EQ(signature.error().error.code, Code::wrong_participants);
    EXPECT_TRUE(signature.error().guilty.empty());
  }
};

TEST_F(AggregatorTest, NamesAllLiarsAndNotOnlyTheFirst) {
  partials_[0].value = Scalar();  // zero, too, is only a wrong answer
  partials_[2].value = partials_[2].value + Scalar::of(1);
  const auto signature = aggregate(partials_, package_, root_.verification_shares);
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().guilty, (std::vector{identifier(1), identifier(3)}));
  EXPECT_NE(signature.error().error.message.find("1, 3"), std::string::npos);
}

TEST_F(AggregatorTest, NamesLiarsWhoseLiesWouldExchange) {
  std::swap(partials_[0].value, partials_[1].value);  // the sum is still right
  // ... and so is the signature: only the sum enters it.
  EXPECT_TRUE(aggregate(partials_, package_, root_.verification_shares).has_value());
  EXPECT_FALSE(check(partials_[0], package_, root_.verification_shares.at(identifier(1))));
  EXPECT_FALSE(check(partials_[1], package_, root_.verification_shares.at(identifier(2))));
}

TEST_F(AggregatorTest, TakesOnePartialOfEachSignerAscending) {
  std::vector<Partial> fewer(partials_.begin(), partials_.end() - 1);
  expect_wrong_participants(fewer, root_.verification_shares);
  expect_wrong_participants({}, root_.verification_shares);
  std::vector<Partial> more = partials_;
  more.push_back({identifier(4), Scalar()});
  expect_wrong_participants(more, root_.verification_shares);
  std::vector<Partial> unsorted = partials_;
  std::swap(unsorted[0], unsorted[1]);
  expect_wrong_participants(unsorted, root_.verification_shares);
  std::vector<Partial> twice = partials_;
  twice[1] = twice[0];
  expect_wrong_participants(twice, root_.verification_shares);
}

TEST_F(AggregatorTest, NeedsTheVerificationShareOfEverySigner) {
  VerificationShares missing = root_.verification_shares;
  missing.erase(identifier(2));
  expect_wrong_participants(partials_, missing);
}

TEST_F(AggregatorTest, BlamesNobodyWhenKeyAndVerificationSharesAreOfDifferentRoots) {
  const DealtRoot other = deal(3, 4, entropy_);
  Round round = commit(root_, first(3), entropy_);
  Quorum mixed = root_.quorum;
  mixed.group_key = other.quorum.group_key;
  const Package package = Package::make(mixed, {5}, round.commitments).value();
  const std::vector<Partial> partials = sign_all(round, package);
  const auto signature = aggregate(partials, package, root_.verification_shares);
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().error.code, Code::wrong_participants);
  EXPECT_TRUE(signature.error().guilty.empty());
}

TEST_F(AggregatorTest, CheckSaysNoToAStranger) {
  EXPECT_FALSE(check({identifier(4), partials_[0].value}, package_,
                     root_.verification_shares.at(identifier(4))));
  EXPECT_FALSE(check(partials_[0], package_, root_.verification_shares.at(identifier(2))));
}

}  // namespace
}  // namespace quorate::frost
