#include "client/cli/status.h"

#include <gtest/gtest.h>

#include "client/cli/root_words.h"
#include "tests/support/dealer.h"

namespace quorate::cli {
namespace {

// Points that parse: the commitments of a polynomial.
const dkg::Commitments& points() {
  static const dkg::Commitments list = [] {
    testing::SeededEntropy entropy(1);
    return testing::deal(8, 8, entropy).commitments;
  }();
  return list;
}

home::Roster roster() {
  return {"test",
          {{"alpha", "ops-a", {"127.0.0.1", 1}, points()[0], points()[0]},
           {"bravo", "ops-b", {"127.0.0.1", 2}, points()[1], points()[1]},
           {"charlie", "ops-c", {"127.0.0.1", 3}, points()[2], points()[2]}}};
}

ceremony::EpochRecord record(const std::string& name, std::uint16_t threshold) {
  ceremony::EpochRecord out{name, "file", {1, threshold, {}}, {}, {}};
  out.commitments.assign(points().begin() + 3, points().begin() + 3 + threshold);
  for (std::uint16_t i = 0; i < 3; ++i) {
    out.members.members.push_back({testing::identifier(i + 1u), points()[i]});
  }
  return out;
}

driver::DescribedRoot described(const ceremony::EpochRecord& of, const std::string& state) {
  return {ceremony::encode(of), of, state};
}

class StatusTest : public ::testing::Test {
 protected:
  StatusTest() {
    for (const home::RosterNode& node : roster().nodes) {
      answers.push_back({node, driver::Description{node.name,
                                                   node.operator_name,
                                                   "0.1.0",
                                                   "file (not an HSM)",
                                                   "ready",
                                                   {},
                                                   {},
                                                   {},
                                                   ""}});
    }
  }
  void know(std::size_t node, const ceremony::EpochRecord& root,
            const std::string& state = "active") {
    answers[node].description->roots.push_back(described(root, state));
  }
  void lose(std::size_t node) {
    answers[node].description = fail(Code::unreachable, "Connection refused");
  }
  StatusReport judged(const std::vector<ceremony::EpochRecord>& pinned) const {
    return judge(points()[7], roster(), pinned, answers, heads);
  }

  std::vector<driver::NodeDescription> answers;
  SeenHeads heads;
};

TEST_F(StatusTest, CountsTheFailuresThatARootStillSurvives) {
  const auto root = record("files", 2);
  for (std::size_t i = 0; i < 3; ++i) know(i, root);
  EXPECT_EQ(judged({root}).roots[0].survives(), 1);
  EXPECT_EQ(judged({root}).exit(), Exit::done);

  lose(1);
  EXPECT_EQ(judged({root}).roots[0].survives(), 0);
  EXPECT_EQ(judged({root}).exit(), Exit::done);

  lose(2);
  const StatusReport report = judged({root});
  EXPECT_EQ(report.roots[0].survives(), -1);
  EXPECT_EQ(report.exit(), Exit::too_few);
  EXPECT_NE(in_words(report).find("can't sign: 1 more needed"), std::string::npos);
  EXPECT_NE(in_words(report).find("not charlie: Connection refused"), std::string::npos);
}

TEST_F(StatusTest, DoesNotCountANodeWhoseTokenOrShareIsGone) {
  const auto root = record("files", 2);
  know(0, root);
  know(1, root, "share_missing");
  know(2, root);
  answers[2].description->custody_state = "token absent: put it back";
  const StatusReport report = judged({root});
  EXPECT_EQ(report.roots[0].usable(), 1u);
  EXPECT_EQ(report.exit(), Exit::too_few);
  EXPECT_EQ(report.roots[0].members[1].trouble, "share_missing");
  EXPECT_EQ(report.roots[0].members[2].trouble, "token absent: put it back");
}

TEST_F(StatusTest, DoesNotCountANodeThatDescribesAnotherRootOfTheName) {
  const auto root = record("files", 2);
  auto other = root;
  other.transcript[0] ^= 1;
  know(0, root);
  know(1, root);
  know(2, other);
  EXPECT_EQ(judged({root}).roots[0].usable(), 2u);
}

TEST_F(StatusTest, PutsWhatIsWorstOnTop) {
  const auto strong = record("strong", 2);
  const auto weak = record("weak", 3);
  for (std::size_t i = 0; i < 2; ++i) {
    know(i, strong);
    know(i, weak);
  }
  lose(2);
  const StatusReport report = judged({strong, weak});
  EXPECT_EQ(report.roots[0].record.root, "weak");
  EXPECT_EQ(report.nodes[0].name, "charlie");
  EXPECT_EQ(json_of(roster(), report)["roots"][0]["survives"], -1);
}

TEST_F(StatusTest, ShowsARootThatOnlyTheNodesKnow) {
  const auto root = record("files", 2);
  for (std::size_t i = 0; i < 3; ++i) know(i, root);
  const StatusReport report = judged({});
  ASSERT_EQ(report.roots.size(), 1u);
  EXPECT_FALSE(report.roots[0].is_pinned);
}

TEST_F(StatusTest, ShowsHowFarEachLedgerReaches) {
  heads.emplace("bravo", record::Checkpoint{"test/bravo", {52, {0xab}}});
  const StatusReport report = judged({});
  EXPECT_NE(in_words(report).find("ledger 52 records, root ab00000000000000"), std::string::npos)
      << in_words(report);
  const Json json = json_of(roster(), report);
  EXPECT_EQ(json["nodes"][1]["ledger"]["size"], 52);
  EXPECT_TRUE(json["nodes"][0]["ledger"].is_null());
}

TEST_F(StatusTest, SaysLoudlyThatALedgerWasCut) {
  const auto root = record("files", 2);
  for (std::size_t i = 0; i < 3; ++i) know(i, root);
  heads.emplace("charlie", fail(Code::ledger_rewritten, "it shows 3 records, and has signed 7"));
  const StatusReport report = judged({root});
  EXPECT_EQ(report.exit(), Exit::refused);
  EXPECT_EQ(report.nodes[0].name, "charlie");
  EXPECT_NE(in_words(report).find("ITS LEDGER WAS CUT OR REWRITTEN: it shows 3 records"),
            std::string::npos);
  EXPECT_EQ(json_of(roster(), report)["nodes"][0]["ledger_rewritten"], true);
}

TEST_F(StatusTest, SaysThatABrokenPolicyIsNotInForce) {
  answers[0].description->policy_trouble = "policy.toml:7: expected a group";
  EXPECT_NE(in_words(judged({})).find("not in force: policy.toml:7: expected a group"),
            std::string::npos);
}

TEST_F(StatusTest, NamesTheNodesWhosePoliciesDiffer) {
  EXPECT_EQ(in_words(judged({})).find("policies differ"), std::string::npos);
  answers[1].description->policies[0] = 0x77;
  const std::string words = in_words(judged({}));
  EXPECT_NE(words.find("0000000000000000  alpha charlie\n  7700000000000000  bravo\n"),
            std::string::npos)
      << words;
  EXPECT_EQ(json_of(roster(), judged({}))["policies_agree"], false);
}

TEST_F(StatusTest, IsTooFewWhenNotOneNodeAnswers) {
  for (std::size_t i = 0; i < 3; ++i) lose(i);
  EXPECT_EQ(judged({}).exit(), Exit::too_few);
}

}  // namespace
}  // namespace quorate::cli
