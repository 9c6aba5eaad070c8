#include "crypto/ed25519/scalar.h"

#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/known_answers.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::ed25519 {
namespace {

using testing::FixedEntropy;
using testing::known_answers;
using testing::SeededEntropy;

template <typename T>
concept comparable = requires(const T& a, const T& b) {
  a == b;
};
template <typename T>
concept printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<SecretScalar>);
static_assert(!std::is_copy_assignable_v<SecretScalar>);
static_assert(!std::is_default_constructible_v<SecretScalar>);
static_assert(!comparable<SecretScalar> && !printable<SecretScalar>);
static_assert(!std::is_convertible_v<SecretScalar, Scalar>);  // only by the word `reveal`
static_assert(!std::is_invocable_v<decltype(&Scalar::reveal), SecretScalar&>);  // and by moving
// A product or sum with a secret in it is a secret.
static_assert(std::is_same_v<decltype(Scalar() * std::declval<SecretScalar>()), SecretScalar>);

const ByteArray<32> zeroes{};

Scalar any_scalar(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return Scalar::reveal(SecretScalar::draw(entropy));
}

SecretScalar hidden(const Scalar& scalar) {
  ByteArray<32> copy = scalar.bytes();
  return SecretScalar::parse(copy).value();
}

TEST(Scalar, ParsesExactlyTheCanonicalEncodings) {
  for (const auto& example : known_answers("frost-ed25519/encodings.json", "scalars")) {
    const Bytes encoded = testing::bytes(example.at("bytes"));
    const Result<Scalar> open = Scalar::parse(encoded);
    ByteArray<32> copy = testing::array<32>(example.at("bytes"));
    const Result<SecretScalar> secret = SecretScalar::parse(copy);
    EXPECT_EQ(copy, zeroes) << "wiped, accepted or not";
    ASSERT_EQ(open.has_value(), example.at("valid").get<bool>()) << example.at("what");
    ASSERT_EQ(secret.has_value(), open.has_value()) << example.at("what");
    if (open) {
      EXPECT_EQ(testing::hex_of(*open), example.at("bytes"));
      EXPECT_EQ(testing::hex_of(*secret), example.at("bytes"));
    } else {
      EXPECT_EQ(open.error().code, Code::malformed);
      EXPECT_EQ(secret.error().code, Code::malformed);
    }
  }
}

TEST(Scalar, HasThirtyTwoBytes) {
  for (const std::size_t size : {0U, 1U, 31U, 33U, 64U}) {
    EXPECT_EQ(Scalar::parse(Bytes(size)).error().code, Code::malformed);
  }
}

TEST(Scalar, ReducesWideNumbers) {
  for (const auto& example : known_answers("frost-ed25519/encodings.json", "wide_reduction")) {
    ByteArray<64> wide = testing::array<64>(example.at("wide"));
    EXPECT_EQ(testing::hex_of(Scalar::reduce(wide)), example.at("reduced"));
    EXPECT_EQ(testing::hex_of(SecretScalar::reduce(wide)), example.at("reduced"));
    EXPECT_EQ(wide, ByteArray<64>{}) << "the secret's source is wiped";
  }
}

TEST(Scalar, OfASmallNumberIsLittleEndian) {
  EXPECT_EQ(to_hex(Scalar::of(0x0102).bytes()).substr(0, 6), "020100");
  EXPECT_EQ(Scalar::of(300) * Scalar::of(200) + Scalar::of(5), Scalar::of(60005));
  EXPECT_EQ(Scalar::of(0), Scalar());
}

TEST(Scalar, SampleOfAnotherImplementationParses) {
  const auto samples = known_answers("frost-ed25519/zf-samples.json");
  for (const char* field : {"identifier", "scalar1"}) {
    EXPECT_EQ(testing::hex_of(testing::scalar(samples.at(field))), samples.at(field));
  }
}

RC_GTEST_PROP(Scalar, IsAField, (std::uint64_t first, std::uint64_t second, std::uint64_t third)) {
  const Scalar a = any_scalar(first);
  const Scalar b = any_scalar(second);
  const Scalar c = any_scalar(third);
  RC_ASSERT((a + b) + c == a + (b + c));
  RC_ASSERT(a * (b + c) == a * b + a * c);
  RC_ASSERT(a * b == b * a);
  RC_ASSERT((a - b) + b == a);
  RC_ASSERT((a - a).is_zero());
  RC_ASSERT(Scalar() - (Scalar() - a) == a);
  RC_ASSERT(a * a.inverted() == Scalar::of(1));
}

RC_GTEST_PROP(SecretScalar, ComputesWhatScalarComputes, (std::uint64_t one, std::uint64_t other)) {
  const Scalar a = any_scalar(one);
  const Scalar b = any_scalar(other);
  RC_ASSERT(Scalar::reveal(hidden(a) + hidden(b)) == a + b);
  RC_ASSERT(Scalar::reveal(a * hidden(b)) == a * b);
}

TEST(SecretScalar, IsDrawnAgainWhenItComesOutAsZero) {
  Bytes stream = testing::bytes(  // L, which is 0, then 1
      "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
      "0000000000000000000000000000000000000000000000000000000000000000"
      "0100000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000");
  FixedEntropy entropy(std::move(stream));
  EXPECT_EQ(Scalar::reveal(SecretScalar::draw(entropy)), Scalar::of(1));
  EXPECT_EQ(entropy.left(), 0U);
}

TEST(SecretScalar, LeavesNothingWhereItWas) {
  alignas(SecretScalar) unsigned char memory[sizeof(SecretScalar)];
  auto* scalar = new (memory) SecretScalar(hidden(any_scalar(1)));
  ASSERT_NE(std::memcmp(memory, zeroes.data(), zeroes.size()), 0);
  scalar->~SecretScalar();
  const volatile unsigned char* look = memory;
  for (std::size_t i = 0; i < sizeof memory; ++i) EXPECT_EQ(look[i], 0);

  SecretScalar first = hidden(any_scalar(2));
  const SecretScalar second = std::move(first);
  EXPECT_TRUE(first.is_zero());  // NOLINT(bugprone-use-after-move): this is the question
  EXPECT_FALSE(second.is_zero());
}

TEST(ScalarDeathTest, ZeroHasNoInverse) {
  EXPECT_DEATH(static_cast<void>(Scalar().inverted()), "invariant broken");
}

}  // namespace
}  // namespace quorate::ed25519
