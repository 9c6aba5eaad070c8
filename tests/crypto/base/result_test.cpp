#include "crypto/base/result.h"

#include <gtest/gtest.h>

#include "crypto/base/bytes.h"
#include "crypto/base/invariant.h"

namespace quorate {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Code::malformed, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  QUORATE_TRY(const int once, half(number));
  QUORATE_TRY(const int twice, half(once));
  return twice;
}

Status is_even(int number, int& reached) {
  QUORATE_TRY(const int ignored, half(number));
  reached += 1 + 0 * ignored;
  return Done{};
}

Status are_even(int one, int other, int& reached) {
  QUORATE_CHECK(is_even(one, reached));
  QUORATE_CHECK(is_even(other, reached));
  return Done{};
}

TEST(Result, TryDeclaresTheValueOrReturnsTheError) {
  EXPECT_EQ(quarter(12).value(), 3);
  const Result<int> odd = quarter(6);
  ASSERT_FALSE(odd.has_value());
  EXPECT_EQ(odd.error().code, Code::malformed);
  EXPECT_EQ(odd.error().message, "odd");
}

TEST(Result, CheckStopsAtTheFirstError) {
  int reached = 0;
  EXPECT_TRUE(are_even(2, 4, reached).has_value());
  EXPECT_EQ(reached, 2);
  EXPECT_FALSE(are_even(1, 4, reached).has_value());
  EXPECT_EQ(reached, 2);
  EXPECT_FALSE(are_even(2, 3, reached).has_value());
  EXPECT_EQ(reached, 3);
}

TEST(Invariant, EndsTheProcessAndShowsTheConditionOnly) {
  const int secret = 7;
  EXPECT_DEATH(QUORATE_INVARIANT(secret == 8), "invariant broken: secret == 8");
  QUORATE_INVARIANT(secret == 7);
}

TEST(Bytes, AppendPutsBytesAtTheEnd) {
  Bytes bytes = {1};
  append(bytes, Bytes{2, 3});
  append(bytes, {});
  append(bytes, bytes_of("4"));
  EXPECT_EQ(bytes, (Bytes{1, 2, 3, '4'}));
  EXPECT_EQ(text_of(ByteView(bytes).last(1)), "4");
}

}  // namespace
}  // namespace quorate
