// Sweeps in short: that nothing is lost at any of the points tried, and that a node which is built
// to lose something is found to.

#include <gtest/gtest.h>

#include "crypto/base/plant.h"
#include "sim/run/sweep.h"

namespace quorate::sim {
namespace {

std::string text(const SweepReport& report) {
  std::string all = report.scenario + ", " + std::string(name(report.cut)) + ": ";
  for (const std::string& failure : report.failures) all += failure + "\n";
  return all;
}

class Sweeps : public ::testing::TestWithParam<std::string> {};

TEST_P(Sweeps, LoseNothing) {
  for (const Cut cut : {Cut::drop, Cut::keep, Cut::subset, Cut::torn, Cut::sector}) {
    const auto report = sweep(GetParam(), cut, 1, 12);
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->is_clean()) << text(*report);
    EXPECT_EQ(report->runs, 13u);  // and the one without a crash
    EXPECT_GT(report->points, 50u);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Sweeps, ::testing::ValuesIn(sweep_names()), [](const auto& swept) {
  std::string name = swept.param;
  std::erase(name, '-');
  return name;
});

TEST(Sweep, RefusesANameThatIsNone) {
  const auto report = sweep("everything", Cut::drop, 1);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, Code::usage);
  EXPECT_NE(report.error().message.find("ledger-copy"), std::string::npos);
}

TEST(Sweep, SaysTheSameTwice) {
  const auto once = sweep("signing", Cut::torn, 7, 5);
  const auto again = sweep("signing", Cut::torn, 7, 5);
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->points, again->points);
  EXPECT_EQ(text(*once), text(*again));
}

#if QUORATE_PLANT

class PlantedBugs : public ::testing::Test {
 protected:
  ~PlantedBugs() override { plant::plant(plant::Bug::none); }
  SweepReport with(plant::Bug bug, const std::string& scenario, Cut cut, std::uint64_t most) {
    plant::plant(bug);
    return sweep(scenario, cut, 1, most).value();
  }
};

TEST_F(PlantedBugs, PartialThatLeavesBeforeItsVerdictIsDurable) {
  EXPECT_GT(with(plant::Bug::B04, "signing", Cut::drop, 40).lost, 0u);
}

TEST_F(PlantedBugs, LedgerOnARollbackJournal) {
  EXPECT_GT(with(plant::Bug::B05, "signing", Cut::drop, 80).lost, 0u);
}

TEST_F(PlantedBugs, LedgerThatIsSyncedOnlyNowAndThen) {
  EXPECT_GT(with(plant::Bug::B06, "signing", Cut::drop, 40).lost, 0u);
}

TEST_F(PlantedBugs, LogThatWasSilentlyRefused) {
  EXPECT_GT(with(plant::Bug::B07, "signing", Cut::drop, 80).lost, 0u);
}

TEST_F(PlantedBugs, GoingOnAfterAFailedSync) {
  EXPECT_FALSE(with(plant::Bug::B08, "ledger-copy", Cut::drop, 40).is_clean());
}

TEST_F(PlantedBugs, ShareThatIsActiveBeforeItIsDurable) {
  EXPECT_FALSE(with(plant::Bug::B15, "dkg", Cut::drop, 60).is_clean());
}

#endif

}  // namespace
}  // namespace quorate::sim
