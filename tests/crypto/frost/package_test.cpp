#include "crypto/frost/package.h"

#include <algorithm>
#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/ed25519/public_arithmetic.h"
#include "tests/crypto/frost/signing_round.h"

namespace quorate::frost {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using testing::deal;
using testing::DealtRoot;
using testing::identifier;
using testing::SeededEntropy;

static_assert(!std::is_default_constructible_v<Identifier>);
static_assert(!std::is_constructible_v<Identifier, int>);  // only by make(), so never zero
static_assert(!std::is_default_constructible_v<Package>);
static_assert(!std::is_convertible_v<std::uint64_t, Epoch>);

TEST(Identifier, IsAnyNumberFrom1To65535) {
  for (const std::uint32_t number : {1U, 255U, 256U, 65535U}) {
    EXPECT_EQ(Identifier::make(number).value().number(), number);
  }
  for (const std::uint32_t number : {0U, 65536U, 65537U, 0xffffffffU}) {
    EXPECT_EQ(Identifier::make(number).error().code, Code::unknown_participant) << number;
  }
}

TEST(Identifier, SortsByNumberAndNotByBytes) {
  EXPECT_LT(identifier(129), identifier(256));
  EXPECT_LT(identifier(256), identifier(257));
}

TEST(Sizes, AreTwoToSixtyFourWithAThresholdBetween) {
  for (std::size_t threshold = 0; threshold <= 66; ++threshold) {
    for (std::size_t members = 0; members <= 66; ++members) {
      const Status status = check_sizes(threshold, members);
      EXPECT_EQ(status.has_value(), threshold >= 2 && threshold <= members && members <= 64);
      if (!status) {
        EXPECT_EQ(status.error().code, Code::threshold_invalid);
      }
    }
  }
}

class PackageTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{1};
  DealtRoot root_ = deal(3, 5, entropy_);
  std::vector<Commitment> all_ = commit(root_, first(5), entropy_).commitments;

  std::vector<Commitment> chosen(std::initializer_list<std::size_t> places) const {
    std::vector<Commitment> list;
    for (const std::size_t place : places) list.push_back(all_[place]);
    return list;
  }
  void expect_refused(std::vector<Commitment> list) const {
    const Result<Package> package = Package::make(root_.quorum, {}, std::move(list));
    ASSERT_FALSE(package.has_value());
    EXPECT_EQ(package.error().code, Code::wrong_participants);
  }
};

TEST_F(PackageTest, HoldsWhatItWasMadeOf) {
  const Package package = Package::make(root_.quorum, {1, 2}, chosen({0, 2, 4})).value();
  EXPECT_EQ(package.message(), (Bytes{1, 2}));
  EXPECT_EQ(package.group_key(), root_.quorum.group_key);
  EXPECT_EQ(package.epoch(), root_.quorum.epoch);
  EXPECT_EQ(package.commitments(), chosen({0, 2, 4}));
  ASSERT_NE(package.find(identifier(3)), nullptr);
  EXPECT_EQ(*package.find(identifier(3)), all_[2]);
  EXPECT_EQ(package.find(identifier(2)), nullptr);
}

TEST_F(PackageTest, RefusesTooFewAndTooMany) {
  expect_refused({});
  expect_refused(chosen({0, 1}));
  expect_refused(chosen({0, 1, 2, 3}));
}

TEST_F(PackageTest, RefusesRepeatedAndUnsorted) {
  expect_refused(chosen({0, 1, 1}));
  expect_refused(chosen({0, 0, 1}));
  expect_refused(chosen({1, 0, 2}));
  expect_refused(chosen({0, 2, 1}));
}

TEST_F(PackageTest, RefusesStrangers) {
  std::vector<Commitment> list = chosen({0, 1, 2});
  list[2].signer = identifier(6);
  expect_refused(list);
}

TEST(GroupCommitment, CannotBeTheIdentity) {
  SeededEntropy entropy(2);
  const DealtRoot root = deal(2, 2, entropy);
  std::vector<Commitment> list = commit(root, first(2), entropy).commitments;
  ByteArray<32> negative = list[0].hiding.bytes();
  negative[31] ^= 0x80;
  list[1].hiding = Point::parse(negative).value();  // D_2 = -D_1
  const Package package = Package::make(root.quorum, {}, list).value();
  BindingFactors none;
  for (const Commitment& commitment : list) none.emplace(commitment.signer, Scalar());
  EXPECT_EQ(group_commitment(package, none).error().code, Code::identity_reached);
}

TEST(GroupCommitment, IsTheSameWithTheOwnTermGiven) {
  SeededEntropy entropy(3);
  const DealtRoot root = deal(3, 3, entropy);
  const Package package =
      Package::make(root.quorum, {}, commit(root, first(3), entropy).commitments).value();
  const BindingFactors factors = binding_factors(package);
  for (const Commitment& own : package.commitments()) {
    const Point term = ed25519::PublicSum()
                           .add(own.hiding)
                           .add_product(factors.at(own.signer), own.binding)
                           .value_vartime()
                           .value();
    EXPECT_EQ(group_commitment(package, factors, OwnTerm{own.signer, term}).value(),
              group_commitment(package, factors).value());
  }
}

// Interpolation finds the polynomial's value: at 0, at a member's place, anywhere.
RC_GTEST_PROP(Lagrange, CoefficientsInterpolate, (std::uint64_t seed, std::uint16_t x)) {
  SeededEntropy entropy(seed);
  const auto threshold = *rc::gen::inRange<std::uint16_t>(1, 9);
  const DealtRoot root = any_root(threshold, threshold, entropy);
  ed25519::PublicSum value;
  for (const Identifier member : root.quorum.members) {
    value.add_product(lagrange_coefficient(root.quorum.members, member, x).value(),
                      root.verification_shares.at(member));
  }
  const Point expected =
      x == 0 ? root.quorum.group_key : dkg::evaluate(root.commitments, identifier(x)).value();
  RC_ASSERT(value.value_vartime().value() == expected);
}

TEST(Lagrange, RefusesWhatIsNoSet) {
  const std::vector<Identifier> repeated = {identifier(1), identifier(1)};
  const std::vector<Identifier> unsorted = {identifier(2), identifier(1)};
  const std::vector<Identifier> good = {identifier(1), identifier(2)};
  EXPECT_EQ(lagrange_coefficient(repeated, identifier(1)).error().code, Code::wrong_participants);
  EXPECT_EQ(lagrange_coefficient(unsorted, identifier(1)).error().code, Code::wrong_participants);
  EXPECT_EQ(lagrange_coefficient(good, identifier(3)).error().code, Code::unknown_participant);
  EXPECT_EQ(lagrange_coefficient({}, identifier(3)).error().code, Code::unknown_participant);
  EXPECT_EQ(lagrange_coefficient(good, identifier(1)).value(), Scalar::of(2));
}

}  // namespace
}  // namespace quorate::frost
