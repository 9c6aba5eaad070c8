// Cases with a name, each against real signers.

#include "client/coordinator/coordinator.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/client/coordinator/world.h"

namespace quorate::testing {
namespace {

using namespace coordinator;  // NOLINT(google-build-using-namespace): events and actions
using Behaviour = testing::Conduct;

Outcome run(World& world, Start start = {}, std::uint64_t deadline_ms = 10'000) {
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  return world.run(coordinator, std::move(start), deadline_ms);
}

const NodeReport& node(const std::vector<NodeReport>& nodes, std::uint16_t number) {
  return *std::find_if(nodes.begin(), nodes.end(),
                       [&](const NodeReport& report) { return report.node.number() == number; });
}

TEST(Coordinator, SignsInOneRoundTripWithCachedCommitments) {
  World world(3, std::vector(5, Behaviour::honest), 1);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const testing::Outcome outcome = world.run(coordinator, {world.cached()}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_EQ(outcome.asked_to_sign, 3u);
  EXPECT_EQ(coordinator.sessions(), 1u);
  EXPECT_LE(outcome.ended_at, 1000u + 40u);  // one latency
  // The two that were not needed keep their pair for next time.
  std::set<std::uint16_t> left;
  for (const Leftover& leftover : coordinator.leftovers()) left.insert(leftover.node.number());
  EXPECT_GE(left.size(), 2u);
}

TEST(Coordinator, NamesWhoLiedAndSignsWithTheOthers) {
  World world(2, {Behaviour::lies, Behaviour::honest, Behaviour::honest}, 2);
  Latencies latencies;
  for (const ceremony::Member& member : world.record().members.members) {
    latencies.record(member.identity, member.index.number());  // the liar is the quickest
  }
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const testing::Outcome outcome = world.run(coordinator, {world.cached()}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  const NodeReport& liar = node(outcome.finished->nodes, 1);
  EXPECT_EQ(liar.conduct, coordinator::Conduct::lied);
  ASSERT_TRUE(liar.evidence.has_value());
  EXPECT_EQ(judge(*liar.evidence).value().number(), 1);
  EXPECT_EQ(text(liar), "node-1 lied: sent a wrong partial signature");
}

TEST(Coordinator, ReportsEachNodesReasonWhenTooManyRefuse) {
  World world(2, {Behaviour::refuses, Behaviour::refuses_to_sign, Behaviour::silent}, 3);
  const testing::Outcome outcome = run(world);
  ASSERT_TRUE(outcome.failed.has_value());
  const Report& report = outcome.failed->report;
  EXPECT_EQ(text(node(report.nodes, 1)), "node-1 refused: requester_not_allowed: nobody knows you");
  EXPECT_EQ(node(report.nodes, 7).conduct, coordinator::Conduct::silent);
  EXPECT_EQ(report.summary(), "too few nodes: 2 of 3 are needed, 1 refused, 1 silent");
}

TEST(Coordinator, ShowsNoControlCharactersOfANode) {
  World world(2, {Behaviour::honest, Behaviour::refuses_to_sign}, 4);
  const testing::Outcome outcome = run(world);
  ASSERT_TRUE(outcome.failed.has_value());
  EXPECT_EQ(node(outcome.failed->report.nodes, 4).reason, "not ?[31mthis");
  EXPECT_EQ(outcome.failed->report.outcome, coordinator::Outcome::refused);
}

TEST(Coordinator, SaysAtTheDeadlineWhoCouldNotBeReached) {
  World world(2, std::vector(3, Behaviour::honest), 5);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  EXPECT_EQ(coordinator.handle(0, Start{}).size(), 3u);
  EXPECT_TRUE(coordinator.handle(1, Lost{identifier(1), "connection refused"}).empty());
  EXPECT_TRUE(coordinator.handle(1, Lost{identifier(4), "no route to host"}).empty());
  const std::vector<Action> last = coordinator.handle(10'000, Deadline{});
  ASSERT_EQ(last.size(), 1u);
  const Report& report = std::get<Failed>(last[0]).report;
  EXPECT_EQ(report.outcome, coordinator::Outcome::too_few_nodes);
  EXPECT_EQ(text(node(report.nodes, 1)), "node-1 unreachable: connection refused");
  EXPECT_EQ(node(report.nodes, 4).reason, "no route to host");
  EXPECT_EQ(node(report.nodes, 7).conduct, coordinator::Conduct::silent);
  EXPECT_TRUE(coordinator.handle(10'001, Tick{}).empty());  // it is over
}

TEST(Coordinator, DoesNotWaitForTheHedgeWhenAConnectionBreaks) {
  World world(2, {Behaviour::loses_connection, Behaviour::honest, Behaviour::honest}, 6);
  Latencies latencies;
  for (const ceremony::Member& member : world.record().members.members) {
    latencies.record(member.identity, member.index.number() == 1 ? 800 : 900);
  }
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const testing::Outcome outcome = world.run(coordinator, {world.cached()}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_EQ(coordinator.sessions(), 2u);
  // Before the connection is back (300 ms), and long before the hedge is over (1.8 s).
  EXPECT_LT(outcome.ended_at, 1000u + 300u);
}

// The node is the quickest, so it is in the first session.
std::size_t sessions_with_quick_first(World& world, testing::Outcome& outcome) {
  Latencies latencies;
  for (const ceremony::Member& member : world.record().members.members) {
    latencies.record(member.identity, 800u + member.index.number());
  }
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  outcome = world.run(coordinator, {world.cached()}, 10'000);
  return coordinator.sessions();
}

TEST(Coordinator, DoesNotWaitForTheHedgeWhenANodeRefuses) {
  World world(2, {Behaviour::refuses_to_sign, Behaviour::honest, Behaviour::honest}, 11);
  testing::Outcome outcome;
  EXPECT_EQ(sessions_with_quick_first(world, outcome), 2u);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_LT(outcome.ended_at, 1000u + 300u);
}

TEST(Coordinator, LetsNobodyIntoASecondSessionBeforeItsFirstAnswerIsVerified) {
  World world(2, {Behaviour::lies, Behaviour::silent_to_sign, Behaviour::honest}, 12);
  testing::Outcome outcome;
  EXPECT_EQ(sessions_with_quick_first(world, outcome), 1u);
  ASSERT_TRUE(outcome.failed.has_value());
  EXPECT_EQ(node(outcome.failed->report.nodes, 1).conduct, coordinator::Conduct::lied);
}

TEST(Coordinator, GivesUpOnANodeThatForgetsForTheFifthTime) {
  World world(2, {Behaviour::always_forgets, Behaviour::honest}, 13);
  const testing::Outcome outcome = run(world);
  ASSERT_TRUE(outcome.failed.has_value());
  EXPECT_EQ(outcome.nonces_forgotten, 5u);
  EXPECT_EQ(node(outcome.failed->report.nodes, 1).conduct, coordinator::Conduct::unstable);
  EXPECT_EQ(outcome.failed->report.outcome, coordinator::Outcome::too_few_nodes);
}

TEST(Coordinator, AsksTheSameAgainAfterABrokenConnection) {
  World world(2, std::vector(2, Behaviour::honest), 7);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const std::vector<Action> first = coordinator.handle(0, Start{world.cached()});
  const auto& ask = std::get<AskToSign>(first.at(0));
  static_cast<void>(coordinator.handle(1, Lost{ask.node, "connection reset"}));
  const std::vector<Action> again = coordinator.handle(2, Reconnected{ask.node});
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(std::get<AskToSign>(again.at(0)).node, ask.node);
  EXPECT_EQ(std::get<AskToSign>(again.at(0)).commitments, ask.commitments);
}

TEST(Coordinator, IgnoresAPartialOfAnotherSession) {
  // Two worlds of one seed share all keys; the second's sessions are other ones.
  World world(2, std::vector(2, Behaviour::honest), 8);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const std::vector<Action> asks = coordinator.handle(0, Start{world.cached()});
  const Bytes body(66, 0);
  Bytes other = body;
  other[33] = 1;  // sender 1, z = 0, and a session that does not exist
  EXPECT_TRUE(coordinator.handle(1, PartialArrived{identifier(1), {other, {}}, {}, {}}).empty());
  EXPECT_FALSE(coordinator.is_finished());
}

TEST(Coordinator, LeavesOutWhomItWasNotToAsk) {
  World world(2, std::vector(3, Behaviour::honest), 9);
  Task task = world.task();
  task.names.erase(identifier(1));
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  const testing::Outcome outcome = world.run(coordinator, {}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_EQ(node(outcome.finished->nodes, 1).conduct, coordinator::Conduct::not_asked);
  EXPECT_FALSE(outcome.finished->verdicts.contains(identifier(1)));
}

TEST(Coordinator, FailsAtOnceWhenFewerThanAThresholdMayBeAsked) {
  World world(2, std::vector(3, Behaviour::honest), 10);
  Task task = world.task();
  task.names.erase(identifier(1));
  task.names.erase(identifier(4));
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  const std::vector<Action> actions = coordinator.handle(0, Start{});
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(std::get<Failed>(actions[0]).report.outcome, coordinator::Outcome::too_few_nodes);
}

}  // namespace
}  // namespace quorate::testing
