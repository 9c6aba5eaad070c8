#include "client/driver/signing.h"

#include <gtest/gtest.h>

#include "client/ceremony/proposal.h"
#include "client/driver/description.h"
#include "client/driver/leading.h"
#include "client/driver/showing.h"
#include "proto/request/request.h"
#include "proto/statement/to_be_signed.h"
#include "tests/client/driver/fake_node.h"

namespace quorate::driver {
namespace {

using testing::FakeQuorum;
using testing::Manner;

constexpr Milliseconds patience(30'000);
constexpr Milliseconds impatience(300);
// Tests wait for what must happen, never for time to pass: connecting again is quick.
constexpr Pace quick{Milliseconds(30'000), Milliseconds(1), Milliseconds(10)};

struct Wanted {
  statement::Statement statement;
  request::Request request;
  Bytes to_be_signed;
};

Wanted wanted(const ceremony::EpochRecord& record) {
  statement::Statement statement{statement::Kind::file,
                                 record.root_id(),
                                 "files",
                                 "",
                                 {},
                                 1000,
                                 2000,
                                 statement::File{"file", {}, 5, "note.txt"}};
  const Bytes bytes =
      statement::to_be_signed(statement, ssh::PublicKey::of(record.group_key())).value();
  return {statement, {statement::compose(statement).value(), {}}, bytes};
}

class DriverSigning : public ::testing::Test {
 protected:
  DriverSigning() { reconnect(); }

  void reconnect() {
    quorum_ = Quorum::make(nodes_.client(), nodes_.roster().nodes, quick).value();
  }

  SigningEnd sign(Signing& signing, Milliseconds timeout = patience) {
    coordinator::Task task{nodes_.record(), "test", signing.names(),
                           statement::request_id(wanted_.request.statement), wanted_.to_be_signed};
    return signing.finish(std::move(task), request::encode(wanted_.request), timeout, {}).value();
  }
  SigningEnd sign(Milliseconds timeout = patience) {
    Signing signing(*quorum_, nodes_.record());
    return sign(signing, timeout);
  }
  void expect_signature(const SigningEnd& end) {
    const auto* finished = std::get_if<coordinator::Finished>(&end);
    ASSERT_NE(finished, nullptr) << std::get<coordinator::Failed>(end).report.summary();
    EXPECT_TRUE(
        ed25519::verifies(nodes_.record().group_key(), wanted_.to_be_signed, finished->signature));
  }
  static const coordinator::NodeReport& of(const std::vector<coordinator::NodeReport>& nodes,
                                           std::string_view name) {
    for (const coordinator::NodeReport& node : nodes) {
      if (node.name == name) return node;
    }
    throw std::out_of_range("no report");
  }

  FakeQuorum nodes_;
  Wanted wanted_ = wanted(nodes_.record());
  std::unique_ptr<Quorum> quorum_;
};

TEST_F(DriverSigning, GathersASignatureThatTheOrdinaryAlgorithmAccepts) {
  expect_signature(sign());
}

TEST_F(DriverSigning, AsksNobodyTwiceForCommitmentsThatWereFetchedAhead) {
  Signing signing(*quorum_, nodes_.record());
  signing.fetch_commitments();
  quorum_->run_until([&] {
    return nodes_.node(0).commits == 1 && nodes_.node(1).commits == 1 &&
           nodes_.node(2).commits == 1;
  });
  expect_signature(sign(signing));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(nodes_.node(i).commits, 1) << i;
}

TEST_F(DriverSigning, GoesOnWithOthersWhenANodeRefuses) {
  nodes_.node(0).manner = Manner::refuses;
  expect_signature(sign());
}

TEST_F(DriverSigning, NamesTheNodeThatLies) {
  nodes_.node(1).manner = Manner::lies;
  nodes_.node(2).manner = Manner::refuses;
  const SigningEnd end = sign();
  const auto* failed = std::get_if<coordinator::Failed>(&end);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(of(failed->report.nodes, "bravo").conduct, coordinator::Conduct::lied);
  EXPECT_TRUE(of(failed->report.nodes, "bravo").evidence.has_value());
}

TEST_F(DriverSigning, SignsWithTheOthersWhenANodeLies) {
  nodes_.node(1).manner = Manner::lies;
  expect_signature(sign());
}

TEST_F(DriverSigning, AsksAgainWhenTheConnectionBreaksInTheMiddle) {
  nodes_.stop(2);
  nodes_.node(0).drops = 1;
  nodes_.node(1).drops = 1;
  reconnect();
  expect_signature(sign());
  EXPECT_EQ(nodes_.node(0).drops, 0);
  EXPECT_EQ(nodes_.node(1).drops, 0);
}

TEST_F(DriverSigning, WaitsForANodeThatComesBack) {
  nodes_.stop(1);
  nodes_.stop(2);
  reconnect();
  Signing signing(*quorum_, nodes_.record());
  signing.fetch_commitments();
  Link* const bravo = quorum_->find(nodes_.node(1).identity().public_key());
  quorum_->run_until([&] { return bravo->trouble().has_value(); });
  nodes_.start(1);
  expect_signature(sign(signing));
}

TEST_F(DriverSigning, EndsAtTheDeadlineAndSaysWhoWasOutOfReachAndWhoWasSilent) {
  nodes_.stop(1);
  nodes_.node(2).manner = Manner::silent;
  reconnect();
  Link* const bravo = quorum_->links()[1].get();
  quorum_->run_until([&] { return bravo->trouble().has_value(); });
  const SigningEnd end = sign(impatience);
  const auto* failed = std::get_if<coordinator::Failed>(&end);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->report.outcome, coordinator::Outcome::too_few_nodes);
  EXPECT_EQ(of(failed->report.nodes, "bravo").conduct, coordinator::Conduct::unreachable);
  EXPECT_EQ(of(failed->report.nodes, "charlie").conduct, coordinator::Conduct::silent);
}

TEST_F(DriverSigning, SaysWhyTheNodesRefused) {
  for (std::size_t i = 0; i < 3; ++i) nodes_.node(i).manner = Manner::refuses;
  const SigningEnd end = sign();
  const auto* failed = std::get_if<coordinator::Failed>(&end);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->report.outcome, coordinator::Outcome::refused);
  // Two refusals settle it, whosever come first; the third node may not have spoken yet.
  std::size_t refusals = 0;
  for (const coordinator::NodeReport& node : failed->report.nodes) {
    if (node.conduct != coordinator::Conduct::refused) continue;
    ++refusals;
    EXPECT_EQ(node.code, number(Code::requester_not_allowed));
    EXPECT_EQ(node.reason, "nobody asks \\x07 this node");  // no bell for the terminal
  }
  EXPECT_GE(refusals, 2u);
}

TEST_F(DriverSigning, DescribesNodesAndSaysWhyOthersDoNotAnswer) {
  nodes_.stop(1);
  reconnect();
  const auto answers = describe(*quorum_, patience, Patience::first_failure);
  ASSERT_EQ(answers.size(), 3u);
  ASSERT_TRUE(answers[0].description.has_value()) << answers[0].description.error().message;
  EXPECT_EQ(answers[0].description->roots.at(0).record, nodes_.record());
  EXPECT_EQ(answers[0].description->name, "fake\\x1b[31m");
  ASSERT_FALSE(answers[1].description.has_value());
  EXPECT_EQ(answers[1].description.error().code, Code::unreachable);
  EXPECT_EQ(heard(answers).size(), 2u);
}

TEST_F(DriverSigning, WaitsForADescriptionFromANodeThatIsStillStarting) {
  nodes_.stop(1);
  reconnect();
  Link* const bravo = quorum_->links()[1].get();
  quorum_->run_until([&] { return bravo->trouble().has_value(); });
  nodes_.start(1);
  const auto answers = describe(*quorum_, patience, Patience::until_timeout);
  EXPECT_TRUE(answers[1].description.has_value());
}

TEST_F(DriverSigning, ReportsEveryMemberOfACeremonyThatRefuses) {
  testing::SeededEntropy entropy(5);
  std::vector<ed25519::Point> members;
  leader::Plan plan;
  for (std::uint16_t i = 0; i < 3; ++i) {
    members.push_back(nodes_.node(i).identity().public_key());
    plan.names.emplace(testing::identifier(i + 1u), nodes_.roster().nodes[i].name);
  }
  plan.proposal =
      ceremony::encode(leader::propose({"other", "file", 2, members}, 1000, entropy).value());
  const CeremonyEnd end = lead(*quorum_, leader::Leader::make(std::move(plan)).value(),
                               leader::Begin::anew, patience, {});
  const auto* failed = std::get_if<leader::Failed>(&end);
  ASSERT_NE(failed, nullptr);
  ASSERT_EQ(failed->report.members.size(), 3u);
  EXPECT_EQ(failed->report.members[0].code, number(Code::ceremony_unknown));
}

// A token counts from when a node first saw it, so a request that waits comes to every node at
// once.
TEST_F(DriverSigning, ShowsARequestThatWaitsToTheNodesThatDidNotSeeItYet) {
  for (std::size_t i = 0; i < 3; ++i) nodes_.node(i).manner = Manner::waits;
  coordinator::Report report;
  {
    Signing signing(*quorum_, nodes_.record());
    const SigningEnd end = sign(signing);
    ASSERT_TRUE(std::holds_alternative<coordinator::Failed>(end));
    report = std::get<coordinator::Failed>(end).report;
  }
  std::set<frost::Identifier> rest;
  for (const coordinator::NodeReport& node : report.nodes) {
    if (node.conduct == coordinator::Conduct::answered) {
      rest.insert(node.node);
      continue;
    }
    EXPECT_EQ(node.code, number(Code::approval_missing));
    ASSERT_TRUE(node.verdict.has_value());
    EXPECT_EQ(node.verdict->trouble, "");
    EXPECT_EQ(node.verdict->decided()->decision, record::Decision::pending);
  }
  ASSERT_EQ(rest.size(), 1u);

  const coordinator::Task task{nodes_.record(),
                               "test",
                               {{testing::identifier(1), "alpha"},
                                {testing::identifier(2), "bravo"},
                                {testing::identifier(3), "charlie"}},
                               statement::request_id(wanted_.request.statement),
                               wanted_.to_be_signed};
  const auto shown = show(*quorum_, task, request::encode(wanted_.request), rest, patience);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].node, *rest.begin());
  EXPECT_EQ(shown[0].conduct, coordinator::Conduct::refused);
  EXPECT_EQ(shown[0].code, number(Code::approval_missing));
  EXPECT_EQ(shown[0].reason, "1 more of release-managers");
  ASSERT_TRUE(shown[0].verdict.has_value());
  EXPECT_EQ(shown[0].verdict->trouble, "");
  EXPECT_TRUE(shown[0].verdict->in_ledger.has_value());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(nodes_.node(i).signs, 1) << i;
}

}  // namespace
}  // namespace quorate::driver
