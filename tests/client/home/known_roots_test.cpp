#include "client/home/known_roots.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/dealer.h"
#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

class KnownRootsTest : public ::testing::Test {
 protected:
  KnownRootsTest() {
    for (const std::string name : {"alpha", "bravo", "charlie", "delta"}) {
      roster_.nodes.push_back({name, "ops", {"localhost", 1}, key(), key()});
    }
    roster_.nodes.pop_back();
    stranger_ = key();
  }

  ed25519::Point key() { return ed25519::Point::base_times(ed25519::SecretScalar::draw(entropy_)); }
  ceremony::EpochRecord record(std::uint16_t threshold = 2) {
    ceremony::EpochRecord made{"files", "file", {1, threshold, {}}, {}, {}};
    for (const RosterNode& node : roster_.nodes) {
      const auto index = static_cast<std::uint32_t>(made.members.members.size() + 1);
      made.members.members.push_back({testing::identifier(index), node.identity});
    }
    const auto members = static_cast<std::uint16_t>(roster_.nodes.size());
    made.commitments = testing::deal(threshold, members, entropy_).commitments;
    return made;
  }
  Described says(std::size_t node, const ceremony::EpochRecord& what) {
    return {roster_.nodes[node].identity, {ceremony::encode(what)}};
  }

  testing::SeededEntropy entropy_{1};
  Roster roster_{"demo", {}};
  ed25519::Point stranger_ = key();
  testing::TemporaryFolder folder_;
  Home home_{folder_.path()};
  KnownRoots roots_{home_};
};

TEST_F(KnownRootsTest, RemembersWhatWasPinned) {
  EXPECT_EQ(roots_.find("files").error().code, Code::unknown_root);
  EXPECT_TRUE(roots_.list().value().empty());
  const ceremony::EpochRecord made = record();
  ASSERT_TRUE(roots_.pin(made).has_value());
  ASSERT_TRUE(roots_.pin(made).has_value());  // again the same
  EXPECT_EQ(roots_.find("files").value(), made);
  EXPECT_EQ(roots_.list().value(), std::vector{made});
}

TEST_F(KnownRootsTest, RefusesAloudAnotherRootUnderAPinnedName) {
  const ceremony::EpochRecord made = record();
  ASSERT_TRUE(roots_.pin(made).has_value());
  const Status refused = roots_.pin(record());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::not_pinned);
  EXPECT_NE(refused.error().message.find("WARNING"), std::string::npos);
  EXPECT_EQ(roots_.find("files").value(), made);
}

TEST_F(KnownRootsTest, LooksNowhereElseThanInItsFolder) {
  EXPECT_EQ(roots_.find("../roster.toml").error().code, Code::usage);
  EXPECT_EQ(roots_.find("").error().code, Code::usage);
}

TEST_F(KnownRootsTest, RefusesFilesThatAreDamagedOrMoved) {
  ASSERT_TRUE(roots_.pin(record()).has_value());
  std::filesystem::copy(home_.roots() / "files", home_.roots() / "other");
  EXPECT_EQ(roots_.find("other").error().code, Code::configuration);
  std::ofstream(home_.roots() / "files") << "00ff\n";
  EXPECT_EQ(roots_.find("files").error().code, Code::configuration);
  EXPECT_EQ(roots_.list().error().code, Code::configuration);
}

TEST_F(KnownRootsTest, AgreesOnWhatAThresholdOfMembersDescribesAlike) {
  const ceremony::EpochRecord made = record();
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made), says(2, made)}).value(), made);
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made)}).error().code, Code::too_few_nodes);
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made), says(0, made)}).error().code,
            Code::too_few_nodes);  // one node twice
  EXPECT_EQ(agreed_record("others", roster_, {says(0, made), says(1, made)}).error().code,
            Code::unknown_root);
}

TEST_F(KnownRootsTest, LetsALiarNeitherChooseNorHideARoot) {
  const ceremony::EpochRecord made = record();
  const ceremony::EpochRecord false_one = record();
  EXPECT_EQ(
      agreed_record("files", roster_, {says(0, made), says(1, false_one), says(2, made)}).value(),
      made);
  const Described nonsense{roster_.nodes[1].identity, {Bytes{1, 2, 3}}};
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made), nonsense, says(2, made)}).value(),
            made);
}

TEST_F(KnownRootsTest, TwoLiarsOfFiveDoNotMakeUpARootOfTheirOwn) {
  roster_.nodes.push_back({"delta", "ops", {"localhost", 1}, key(), key()});
  roster_.nodes.push_back({"echo", "ops", {"localhost", 1}, key(), key()});
  const ceremony::EpochRecord real = record(3);
  ceremony::EpochRecord made_up = record(2);
  made_up.members.members.erase(made_up.members.members.begin() + 2, made_up.members.members.end());
  const std::vector<Described> lies = {says(0, made_up), says(1, made_up)};
  EXPECT_EQ(agreed_record("files", roster_, lies).error().code, Code::too_few_nodes);
  // One honest node is down, and two tell the truth.
  std::vector<Described> heard = lies;
  heard.push_back(says(2, real));
  heard.push_back(says(3, real));
  EXPECT_EQ(agreed_record("files", roster_, heard).error().code, Code::equivocation);
  heard.push_back(says(4, real));
  EXPECT_EQ(agreed_record("files", roster_, heard).value(), real);
}

TEST_F(KnownRootsTest, CountsNobodyWhoIsNotInTheRosterOrNoMember) {
  ceremony::EpochRecord made = record();
  const Described stranger{stranger_, {ceremony::encode(made)}};
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made), stranger}).error().code,
            Code::too_few_nodes);
  made.members.members.pop_back();
  EXPECT_EQ(agreed_record("files", roster_, {says(0, made), says(2, made)}).error().code,
            Code::too_few_nodes);
}

TEST_F(KnownRootsTest, ChoosesNoneOfTwoThatHaveTheirThreshold) {
  const ceremony::EpochRecord one = record();
  const ceremony::EpochRecord other = record();
  const Described both{roster_.nodes[1].identity, {ceremony::encode(one), ceremony::encode(other)}};
  EXPECT_EQ(agreed_record("files", roster_, {says(0, one), both, says(2, other)}).error().code,
            Code::equivocation);
}

}  // namespace
}  // namespace quorate::home
