// Token buckets: how many, how soon again, and what no restart or clock brings back.

#include "node/store/buckets.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::store {
namespace {

constexpr std::uint64_t start = 1'800'000'000'000;
constexpr Rate twenty_an_hour{20, 3600};

class BucketsTest : public ::testing::Test {
 protected:
  BucketsTest() { open(); }
  void open() {
    database_.reset();
    database_ = Database::open(folder_ / "node.db").value();
    EXPECT_TRUE(Buckets::create(*database_).has_value());
  }
  std::uint64_t wait(const std::string& name, const Rate& rate, std::uint64_t now) {
    return Buckets(*database_).wait_ms(name, rate, now).value();
  }
  void take(const std::string& name, const Rate& rate, std::uint64_t now) {
    ASSERT_TRUE(database_->begin().has_value());
    ASSERT_TRUE(Buckets(*database_).take(name, rate, now).has_value());
    ASSERT_TRUE(database_->commit().has_value());
  }
  std::int64_t rows() {
    Query query = database_->query("SELECT count(*) FROM bucket").value();
    EXPECT_TRUE(query.step().value());
    return query.integer(0);
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(BucketsTest, AFullBucketGivesAsManyAsItHoldsAndThenOneByOne) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(wait("a", twenty_an_hour, start), 0u) << i;
    take("a", twenty_an_hour, start);
  }
  EXPECT_EQ(wait("a", twenty_an_hour, start), 180'000u);  // an hour's twentieth
  EXPECT_EQ(wait("a", twenty_an_hour, start + 179'999), 1u);
  EXPECT_EQ(wait("a", twenty_an_hour, start + 180'000), 0u);
  take("a", twenty_an_hour, start + 180'000);
  EXPECT_EQ(wait("a", twenty_an_hour, start + 180'000), 180'000u);
  EXPECT_EQ(wait("b", twenty_an_hour, start), 0u);
}

TEST_F(BucketsTest, ARestartForgetsNothing) {
  for (int i = 0; i < 20; ++i) take("a", twenty_an_hour, start);
  open();
  EXPECT_EQ(wait("a", twenty_an_hour, start), 180'000u);
}

TEST_F(BucketsTest, AClockSetBackRefillsNothingAndNeitherDoesItsWayForward) {
  for (int i = 0; i < 20; ++i) take("a", twenty_an_hour, start);
  EXPECT_EQ(wait("a", twenty_an_hour, start - 86'400'000), 86'400'000u + 180'000);
  EXPECT_EQ(wait("a", twenty_an_hour, start), 180'000u);
  take("a", twenty_an_hour, start - 3'600'000);
  EXPECT_EQ(wait("a", twenty_an_hour, start), 180'000u);
}

TEST_F(BucketsTest, WhatWasNotCommittedWasNotTaken) {
  const Rate once{1, 60};
  ASSERT_TRUE(database_->begin().has_value());
  ASSERT_TRUE(Buckets(*database_).take("a", once, start).has_value());
  database_->roll_back();
  EXPECT_EQ(wait("a", once, start), 0u);
}

TEST_F(BucketsTest, AnotherRateKeepsWhatWasTaken) {
  for (int i = 0; i < 10; ++i) take("a", twenty_an_hour, start);
  EXPECT_EQ(wait("a", {10, 60}, start), 6'000u);  // ten of ten are taken
  EXPECT_EQ(wait("a", {11, 60}, start), 0u);
  EXPECT_EQ(wait("a", {5, 60}, start), 12'000u);  // and never more than there are
}

TEST_F(BucketsTest, ThoseThatAreFullAgainAreForgotten) {
  const Rate once{1, 60};
  for (int i = 0; i < 100; ++i) take("person-" + std::to_string(i), once, start);
  EXPECT_EQ(rows(), 100);
  for (int i = 0; i < 60; ++i) take("late", once, start + 60'000);
  EXPECT_EQ(rows(), 1);
}

TEST_F(BucketsTest, ARateThatDoesNotDivideLosesNothingToRounding) {
  const Rate seven{7, 3};  // one every 428.57 ms
  std::uint64_t now = start;
  for (int i = 0; i < 7; ++i) take("a", seven, now);
  std::uint64_t given = 0;
  for (; now < start + 30'000; ++now) {
    if (wait("a", seven, now) > 0) continue;
    take("a", seven, now);
    ++given;
  }
  EXPECT_EQ(given, 69u);  // 7 in every 3 s, the last of the 70 at the very end
}

}  // namespace
}  // namespace quorate::store
