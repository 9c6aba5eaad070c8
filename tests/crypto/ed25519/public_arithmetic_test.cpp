#include "crypto/ed25519/public_arithmetic.h"

#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/known_answers.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::ed25519 {
namespace {

using testing::SeededEntropy;

// Nothing secret enters: the arithmetic may take variable time.
static_assert(
    !std::is_invocable_v<decltype(&PublicSum::add_base_product), PublicSum, SecretScalar&&>);
static_assert(!std::is_invocable_v<decltype(&PublicSum::add_product), PublicSum, SecretScalar&&,
                                   const Point&>);

Scalar any_scalar(Entropy& entropy) { return Scalar::reveal(SecretScalar::draw(entropy)); }

Point times_base(const Scalar& scalar) {
  ByteArray<32> copy = scalar.bytes();
  return Point::base_times(SecretScalar::parse(copy).value());
}

TEST(PublicSum, OfNothingIsTheIdentityWhichIsNoPoint) {
  EXPECT_TRUE(PublicSum().is_identity_vartime());
  EXPECT_EQ(PublicSum().value_vartime().error().code, Code::identity_reached);
}

RC_GTEST_PROP(PublicSum, IsTheSumOfItsTerms, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const Scalar a = any_scalar(entropy);
  const Scalar b = any_scalar(entropy);
  const Scalar k = any_scalar(entropy);
  const Scalar m = any_scalar(entropy);
  const Result<Point> sum = PublicSum()
                                .add(times_base(a))
                                .add_product(k, times_base(b))
                                .add_base_product(m)
                                .add_base_product(m)
                                .value_vartime();
  RC_ASSERT(sum.value() == times_base(a + k * b + m + m));
}

RC_GTEST_PROP(PublicSum, NoticesTheIdentity, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const Scalar a = any_scalar(entropy);
  const Scalar k = any_scalar(entropy);
  PublicSum sum;
  sum.add(times_base(a)).add_product(k, times_base(a));
  RC_ASSERT(!sum.is_identity_vartime());
  sum.add_base_product(Scalar() - (a + k * a));
  RC_ASSERT(sum.is_identity_vartime());
  RC_ASSERT(sum.value_vartime().error().code == Code::identity_reached);
  sum.add(times_base(k));  // and goes on from there
  RC_ASSERT(sum.value_vartime().value() == times_base(k));
}

TEST(PublicSum, TakesFactorsOfZeroAndOne) {
  SeededEntropy entropy(1);
  const Point point = times_base(any_scalar(entropy));
  EXPECT_EQ(PublicSum().add_product(Scalar::of(1), point).value_vartime().value(), point);
  EXPECT_TRUE(PublicSum().add_product(Scalar(), point).is_identity_vartime());
  EXPECT_TRUE(PublicSum().add_base_product(Scalar()).is_identity_vartime());
}

TEST(PublicSum, GivesTheVectorsMultiple) {
  EXPECT_EQ(
      testing::hex_of(PublicSum().add_base_product(Scalar::of(12345)).value_vartime().value()),
      "ef4f62f8479733ad879cfaced3c89a9c39dd4fc795ef2efa1c3eafe4d729a081");
}

}  // namespace
}  // namespace quorate::ed25519
