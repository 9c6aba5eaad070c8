#include "crypto/frost/signer.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/frost/hash.h"
#include "tests/crypto/frost/signing_round.h"

namespace quorate::frost {
namespace {

using ed25519::Scalar;
using ed25519::SecretScalar;
using testing::deal;
using testing::DealtRoot;
using testing::FixedEntropy;
using testing::identifier;
using testing::SeededEntropy;

template <typename T>
concept printable = requires(std::ostream& out, const T& value) {
  out << value;
};

// A nonce is used once because there is no way to have it twice.
static_assert(!std::is_copy_constructible_v<NoncePair> && !std::is_copy_assignable_v<NoncePair>);
static_assert(!std::is_default_constructible_v<NoncePair> && !printable<NoncePair>);
static_assert(
    !std::is_constructible_v<NoncePair, SecretScalar, SecretScalar, Identifier>);  // no outside
static_assert(!std::is_invocable_v<decltype(&sign), const Share&, NoncePair&, const Package&>);
static_assert(std::is_invocable_v<decltype(&sign), const Share&, NoncePair&&, const Package&>);
static_assert(!std::is_copy_constructible_v<Share> && !printable<Share>);

class SignerTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{1};
  DealtRoot root_ = deal(2, 3, entropy_);
  Round round_ = commit(root_, first(2), entropy_);
  Package package_ = Package::make(root_.quorum, {7}, round_.commitments).value();
};

TEST_F(SignerTest, RefusesAnotherEpoch) {
  Quorum next = root_.quorum;
  next.epoch = Epoch{2};
  const Package package = Package::make(next, {7}, round_.commitments).value();
  const Result<Partial> partial = sign(root_.shares[0], std::move(round_.nonces[0]), package);
  ASSERT_FALSE(partial.has_value());
  EXPECT_EQ(partial.error().code, Code::wrong_epoch);
}

TEST_F(SignerTest, RefusesAPackageWithoutItsCommitment) {
  const Result<Partial> absent =
      sign(root_.shares[2], NoncePair::generate(root_.shares[2], entropy_), package_);
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().code, Code::commitment_mismatch);

  const Result<Partial> other =
      sign(root_.shares[0], NoncePair::generate(root_.shares[0], entropy_), package_);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Code::commitment_mismatch);
}

TEST_F(SignerTest, RefusesItsHidingAndBindingExchanged) {
  std::vector<Commitment> exchanged = round_.commitments;
  std::swap(exchanged[0].hiding, exchanged[0].binding);
  const Package package = Package::make(root_.quorum, {7}, exchanged).value();
  const Result<Partial> partial = sign(root_.shares[0], std::move(round_.nonces[0]), package);
  ASSERT_FALSE(partial.has_value());
  EXPECT_EQ(partial.error().code, Code::commitment_mismatch);
}

using SignerDeathTest = SignerTest;

TEST_F(SignerDeathTest, ANonceUsedTwiceEndsTheProcess) {
  NoncePair nonce = std::move(round_.nonces[0]);
  ASSERT_TRUE(sign(root_.shares[0], std::move(nonce), package_).has_value());
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): this is the question
  EXPECT_DEATH(static_cast<void>(sign(root_.shares[0], std::move(nonce), package_)),
               "invariant broken");
}

TEST_F(SignerDeathTest, ANonceIsGoneAfterARefusalToo) {
  NoncePair nonce = NoncePair::generate(root_.shares[0], entropy_);
  ASSERT_FALSE(sign(root_.shares[0], std::move(nonce), package_).has_value());
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): this is the question
  EXPECT_DEATH(static_cast<void>(sign(root_.shares[0], std::move(nonce), package_)),
               "invariant broken");
}

TEST_F(SignerDeathTest, ANonceOfAnotherMemberEndsTheProcess) {
  EXPECT_DEATH(static_cast<void>(sign(root_.shares[0], std::move(round_.nonces[1]), package_)),
               "invariant broken");
}

bool is_found(const Bytes& haystack, ByteView needle) {
  return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end()) !=
         haystack.end();
}

TEST(NoncePair, LeavesNothingWhereItWas) {
  SeededEntropy entropy(1);
  const DealtRoot root = deal(2, 2, entropy);
  const Share& share = root.shares[0];
  Bytes random(64, 3);
  std::fill(random.begin() + 32, random.end(), std::uint8_t{4});
  std::vector<ByteArray<32>> nonces;
  for (const std::size_t from : {0U, 32U}) {
    nonces.push_back(Scalar::reduce(hash(Domain::nonce, {ByteView(random).subspan(from, 32),
                                                         share.secret.expose()}))
                         .bytes());
  }
  FixedEntropy fixed(random);

  alignas(NoncePair) unsigned char memory[sizeof(NoncePair)];
  const auto look = [&memory] {
    const volatile unsigned char* bytes = memory;
    return Bytes(bytes, bytes + sizeof memory);
  };
  auto* pair = new (memory) NoncePair(NoncePair::generate(share, fixed));
  for (const auto& nonce : nonces) ASSERT_TRUE(is_found(look(), nonce));
  {
    const NoncePair elsewhere = std::move(*pair);
    for (const auto& nonce : nonces) EXPECT_FALSE(is_found(look(), nonce));
  }
  pair->~NoncePair();

  FixedEntropy again(random);
  pair = new (memory) NoncePair(NoncePair::generate(share, again));
  for (const auto& nonce : nonces) ASSERT_TRUE(is_found(look(), nonce));
  pair->~NoncePair();
  for (const auto& nonce : nonces) EXPECT_FALSE(is_found(look(), nonce));
}

TEST(NoncePair, DependsOnTheShareToo) {
  SeededEntropy entropy(1);
  const DealtRoot root = deal(2, 2, entropy);
  const Bytes same(64, 9);  // a generator that is stuck
  FixedEntropy one(same);
  FixedEntropy other(same);
  EXPECT_NE(NoncePair::generate(root.shares[0], one).commitment().hiding,
            NoncePair::generate(root.shares[1], other).commitment().hiding);
}

TEST(Share, FitsItsOwnVerificationShareOnly) {
  SeededEntropy entropy(5);
  const DealtRoot root = deal(2, 3, entropy);
  for (const Share& share : root.shares) {
    for (const auto& [member, verification_share] : root.verification_shares) {
      EXPECT_EQ(fits(share, verification_share), member == share.holder);
    }
  }
  ByteArray<32> zero{};
  const Share empty{identifier(1), Epoch{1}, SecretScalar::parse(zero).value()};
  EXPECT_FALSE(fits(empty, root.verification_shares.at(identifier(1))));
}

// A rotten share is found before it is signed with: any changed bit.
RC_GTEST_PROP(Share, DoesNotFitWithAChangedBit, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const DealtRoot root = deal(2, 2, entropy);
  const auto bit = *rc::gen::inRange<unsigned>(0, 256);
  ByteArray<32> changed = root.shares[0].secret.expose();
  changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  Result<SecretScalar> secret = SecretScalar::parse(changed);
  if (!secret) return;
  const Share rotten{identifier(1), Epoch{1}, *std::move(secret)};
  RC_ASSERT(!fits(rotten, root.verification_shares.at(identifier(1))));
}

}  // namespace
}  // namespace quorate::frost
