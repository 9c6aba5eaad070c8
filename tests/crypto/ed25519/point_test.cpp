#include "crypto/ed25519/point.h"

#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/support/known_answers.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::ed25519 {
namespace {

using testing::known_answers;
using testing::SeededEntropy;

static_assert(!std::is_default_constructible_v<Point>);  // there is no identity to start with
static_assert(!std::is_constructible_v<Point, ByteArray<32>>);

const std::string base = "5866666666666666666666666666666666666666666666666666666666666666";
const std::string order_two = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
const std::string order_eight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";

ByteArray<32> sum_of(const std::string& one, const std::string& other) {
  ByteArray<32> sum;
  EXPECT_EQ(crypto_core_ed25519_add(sum.data(), testing::array<32>(one).data(),
                                    testing::array<32>(other).data()),
            0);
  return sum;
}

Point any_point(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return Point::base_times(SecretScalar::draw(entropy));
}

TEST(Point, ParsesExactlyTheValidEncodings) {
  for (const auto& example : known_answers("frost-ed25519/encodings.json", "points")) {
    const Result<Point> point = Point::parse(testing::bytes(example.at("bytes")));
    ASSERT_EQ(point.has_value(), example.at("valid").get<bool>()) << example.at("what");
    if (point) {
      EXPECT_EQ(testing::hex_of(*point), example.at("bytes"));
    } else {
      EXPECT_EQ(point.error().code, Code::malformed);
    }
  }
}

TEST(Point, HasThirtyTwoBytes) {
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    Bytes encoded = testing::bytes(base);
    encoded.resize(size, 0);
    EXPECT_EQ(Point::parse(encoded).error().code, Code::malformed);
  }
}

TEST(Point, SamplesOfAnotherImplementationParseAndItsInvalidElementDoesNot) {
  const auto samples = known_answers("frost-ed25519/zf-samples.json");
  for (const char* field : {"element1", "element2"}) {
    EXPECT_EQ(testing::hex_of(testing::point(samples.at(field))), samples.at(field));
  }
  const auto elements = known_answers("frost-ed25519/zf-elements.json").at("elements");
  EXPECT_FALSE(Point::parse(testing::bytes(elements.at("invalid_element"))).has_value());
}

TEST(Point, OfMixedOrderIsRefused) {
  EXPECT_FALSE(Point::parse(sum_of(base, order_two)).has_value());
  EXPECT_FALSE(Point::parse(sum_of(base, order_eight)).has_value());
}

// The way taken where libsodium lacks the repair of CVE-2025-69277: tested on every machine.
TEST(Point, SlowSubgroupCheckFindsMixedAndSmallOrder) {
  EXPECT_TRUE(is_of_prime_order_by_multiplication(testing::array<32>(base)));
  EXPECT_FALSE(is_of_prime_order_by_multiplication(sum_of(base, order_two)));
  EXPECT_FALSE(is_of_prime_order_by_multiplication(sum_of(base, order_eight)));
  EXPECT_FALSE(is_of_prime_order_by_multiplication(testing::array<32>(order_two)));
  EXPECT_FALSE(is_of_prime_order_by_multiplication(testing::array<32>(order_eight)));
}

// Both ways agree on every example for which the library's answer can be trusted.
TEST(Point, SlowSubgroupCheckAgreesWithTheVectors) {
  for (const auto& example : known_answers("frost-ed25519/encodings.json", "points")) {
    const auto encoded = testing::array<32>(example.at("bytes"));
    EXPECT_EQ(is_of_prime_order_by_multiplication(encoded) &&
                  crypto_core_ed25519_is_valid_point(encoded.data()) == 1,
              example.at("valid").get<bool>())
        << example.at("what");
  }
}

TEST(Point, ProbeSaysWhatTheInstalledLibraryDoes) {
  const bool refuses = crypto_core_ed25519_is_valid_point(sum_of(base, order_two).data()) == 0;
  EXPECT_EQ(library_check_finds_mixed_order(), refuses);
}

RC_GTEST_PROP(Point, TimesTheBaseIsOfPrimeOrderAndParsesAgain, (std::uint64_t seed)) {
  const Point point = any_point(seed);
  RC_ASSERT(Point::parse(point.bytes()).value() == point);
  RC_ASSERT(is_of_prime_order_by_multiplication(point.bytes()));
  for (const std::string& torsion : {order_two, order_eight}) {
    RC_ASSERT(!Point::parse(sum_of(testing::hex_of(point), torsion)).has_value());
  }
}

// A changed bit gives no encoding, or another point: never the same one twice.
RC_GTEST_PROP(Point, HasOneEncoding, (std::uint64_t seed)) {
  const Point point = any_point(seed);
  for (unsigned bit = 0; bit < 256; ++bit) {
    ByteArray<32> changed = point.bytes();
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Result<Point> other = Point::parse(changed);
    RC_ASSERT(!other || *other != point);
    RC_ASSERT(!other || other->bytes() == changed);
  }
}

TEST(PointDeathTest, ZeroTimesTheBaseIsNoPoint) {
  ByteArray<32> nothing{};
  const SecretScalar zero = SecretScalar::parse(nothing).value();
  EXPECT_DEATH(static_cast<void>(Point::base_times(zero)), "invariant broken");
}

}  // namespace
}  // namespace quorate::ed25519
