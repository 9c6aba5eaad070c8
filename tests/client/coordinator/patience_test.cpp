// Whom the coordinator asks first, how long it waits for whom, and how it behaves towards nodes
// that have too much to do. Many requests with one client's memory, in virtual time.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "client/coordinator/coordinator.h"
#include "tests/client/coordinator/world.h"

namespace quorate::testing {
namespace {

using namespace coordinator;  // NOLINT(google-build-using-namespace): events and actions

// Five nodes, three of which sign, and what one client remembers of them.
struct Quorum5 {
  static constexpr std::size_t nodes = 5;

  // Milliseconds until node i answers; nothing: never.
  std::vector<std::optional<std::uint64_t>> latency =
      std::vector<std::optional<std::uint64_t>>(nodes, 10);
  Latencies latencies{};
  std::uint64_t now = 1'000;
  std::uint64_t seed = 0;

  static std::uint64_t jitter(std::uint64_t& state) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return state >> 60;
  }
};

// The time that one request takes, through a World of its own whose nodes are as slow as said.
std::uint64_t time_of_one(Quorum5& quorum, bool is_warm, const std::set<std::size_t>& blamed = {}) {
  // The same five nodes each time, and another request.
  World world(3, std::vector(Quorum5::nodes, Conduct::honest), 1);
  world.set_request(++quorum.seed);
  world.answer_after([&quorum](std::size_t place) -> std::optional<std::uint64_t> {
    if (!quorum.latency[place]) return std::nullopt;
    return *quorum.latency[place] + Quorum5::jitter(quorum.seed);
  });
  world.begin_at(quorum.now);
  Task task = world.task();
  for (const std::size_t place : blamed) {
    task.blamed.insert(world.record().members.members[place].index);
  }
  Coordinator coordinator = Coordinator::make(std::move(task), quorum.latencies).value();
  Start start;
  if (is_warm) start.cached = world.cached();
  const Outcome outcome = world.run(coordinator, std::move(start), 60'000);
  EXPECT_TRUE(outcome.finished.has_value());
  const std::uint64_t took = outcome.ended_at - quorum.now;
  quorum.now = outcome.ended_at + 1;
  return took;
}

std::uint64_t p99_after_warm_up(Quorum5& quorum, std::size_t requests, bool is_warm) {
  constexpr std::size_t warm_up = 5;
  std::vector<std::uint64_t> times;
  for (std::size_t i = 0; i < requests + warm_up; ++i) {
    const std::uint64_t took = time_of_one(quorum, is_warm);
    if (i >= warm_up) times.push_back(took);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100];
}

class Patience : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(ColdAndWarm, Patience, ::testing::Bool());

TEST_P(Patience, ANodeAHundredTimesSlowerDoesNotShowNorASilentOne) {
  Quorum5 healthy;
  const std::uint64_t usual = p99_after_warm_up(healthy, 200, GetParam());
  Quorum5 slow;
  slow.latency[2] = 1'000;
  EXPECT_LE(p99_after_warm_up(slow, 1'000, GetParam()), 2 * usual);
  Quorum5 silent;
  silent.latency[4].reset();
  EXPECT_LE(p99_after_warm_up(silent, 200, GetParam()), 2 * usual);
}

// In whichever order the nodes come to be known.
TEST_P(Patience, NoSlowNodeStaysBecauseNobodyElseIsKnown) {
  for (std::size_t slow = 0; slow < Quorum5::nodes; ++slow) {
    Quorum5 quorum;
    quorum.latency[slow] = 1'000;
    for (int i = 0; i < 5; ++i) time_of_one(quorum, GetParam());
    for (int i = 0; i < 10; ++i) EXPECT_LE(time_of_one(quorum, GetParam()), 50u) << slow;
  }
}

TEST(FirstRequest, ASilentNodeCostsNothingWhereCommitmentsAreAskedFor) {
  for (std::size_t silent = 0; silent < Quorum5::nodes; ++silent) {
    Quorum5 quorum;
    quorum.latency[silent].reset();
    EXPECT_LE(time_of_one(quorum, false), 2u * (10 + 15));
  }
}

TEST(FirstRequest, WhoFallsSilentOnTheWayCostsAShortHedgeOnceAndNoTimeout) {
  for (std::size_t silent = 0; silent < Quorum5::nodes; ++silent) {
    Quorum5 quorum;
    for (int i = 0; i < 20; ++i) time_of_one(quorum, true);  // it was one of the quick ones
    quorum.latency[silent].reset();
    std::uint64_t worst = 0;
    std::uint64_t slow = 0;
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t took = time_of_one(quorum, true);
      worst = std::max(worst, took);
      if (took > 50) ++slow;
    }
    EXPECT_LE(worst, 50u + 2 * (10 + 15));
    EXPECT_LE(slow, 1u) << "a node that was silent once is asked last";
  }
}

TEST(FirstRequest, ANodeThatComesBackIsAskedAgain) {
  Quorum5 quorum;
  quorum.latency[0].reset();
  for (int i = 0; i < 10; ++i) time_of_one(quorum, true);
  for (std::size_t i = 0; i < Quorum5::nodes; ++i) quorum.latency[i] = i == 0 ? 1 : 30;
  for (int i = 0; i < 60; ++i) time_of_one(quorum, true);
  World world(3, std::vector(Quorum5::nodes, Conduct::honest), 1);
  const auto& first = world.record().members.members.front().identity;
  EXPECT_FALSE(quorum.latencies.is_silent(first));
}

TEST(Blamed, IsAskedLastAndOnlyWhereOthersDoNotDo) {
  World world(3, {Conduct::lies, Conduct::honest, Conduct::honest, Conduct::honest}, 1);
  Latencies latencies;
  latencies.record(world.record().members.members[0].identity, 1);  // the quickest
  Task task = world.task();
  task.blamed = {world.record().members.members[0].index};
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  const Outcome outcome = world.run(coordinator, {world.cached()}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_EQ(coordinator.sessions(), 1u);
  EXPECT_EQ(outcome.finished->nodes[0].conduct, coordinator::Conduct::answered) << "not needed";
}

// Nor where a session waits for somebody silent: those who answered it are verified, and freed, for
// that.
TEST(Blamed, IsNotTakenInPlaceOfThoseWhoAnsweredAlready) {
  World world(
      3,
      {Conduct::lies, Conduct::silent_to_sign, Conduct::honest, Conduct::honest, Conduct::honest},
      1);
  Latencies latencies;
  const auto& members = world.record().members.members;
  for (std::size_t i = 0; i < 5; ++i) latencies.record(members[i].identity, i + 1);
  Task task = world.task();
  task.blamed = {members[0].index};
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  const Outcome outcome = world.run(coordinator, {world.cached()}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_EQ(coordinator.sessions(), 2u);
  EXPECT_EQ(outcome.finished->nodes[0].conduct, coordinator::Conduct::answered) << "not needed";
}

TEST(Blamed, StillSignsWhereItIsNeeded) {
  World world(3, {Conduct::honest, Conduct::honest, Conduct::honest, Conduct::silent}, 1);
  Latencies latencies;
  Task task = world.task();
  task.blamed = {world.record().members.members[0].index};
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  const Outcome outcome = world.run(coordinator, {}, 10'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_LE(outcome.ended_at, 1'000u + 50 + 2 * 41) << "the others get a moment, no more";
}

// --- busy

// How long a node that is always busy is let alone, each time.
std::vector<std::uint64_t> waits_of(std::uint64_t seed, std::uint32_t wait_s) {
  World world(2, {Conduct::silent, Conduct::silent}, seed);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const Identifier who = world.record().members.members[0].index;
  std::uint64_t now = 0;
  std::vector<std::uint64_t> waits;
  std::vector<Action> actions = coordinator.handle(now, Start{});
  for (int i = 0; i < 9; ++i) {
    actions = coordinator.handle(now, Refused{who, number(Code::busy), "later", wait_s});
    std::optional<std::uint64_t> wake;
    for (const Action& action : actions) {
      EXPECT_FALSE(std::holds_alternative<AskCommitments>(action)) << "asked at once";
      if (const auto* at = std::get_if<WakeAt>(&action)) wake = at->time_ms;
    }
    if (!wake) break;
    waits.push_back(*wake - now);
    now = *wake;
    actions = coordinator.handle(now, Tick{});
  }
  return waits;
}

TEST(Busy, IsLetAloneForAtLeastWhatItSaysAndEachTimeTwiceAsLongUpToAMinute) {
  const std::vector<std::uint64_t> waits = waits_of(1, 2);
  ASSERT_EQ(waits.size(), 9u);
  std::uint64_t pause = 2'000;
  for (const std::uint64_t wait : waits) {
    EXPECT_GE(wait, pause);
    EXPECT_LE(wait, pause + pause / 2);
    pause = std::min<std::uint64_t>(2 * pause, 60'000);
  }
  EXPECT_GE(waits_of(1, 3'600).front(), 3'600'000u) << "what the node says itself has no limit";
}

TEST(Busy, RequestsThatWereTurnedAwayTogetherDoNotComeBackTogether) {
  std::set<std::uint64_t> waits;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) waits.insert(waits_of(seed, 1).front());
  EXPECT_GT(waits.size(), 40u);
  EXPECT_GT(*waits.rbegin() - *waits.begin(), 300u);
}

TEST(Busy, ToSignIsNoRefusalAndTheOthersGoOn) {
  World world(2, {Conduct::busy_to_sign, Conduct::honest, Conduct::honest}, 1);
  Latencies latencies;
  latencies.record(world.record().members.members[0].identity, 1);
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const Outcome outcome = world.run(coordinator, {world.cached()}, 60'000);
  ASSERT_TRUE(outcome.finished.has_value());
  EXPECT_LE(outcome.ended_at, 1'000u + 3 * 41) << "without a wait";

  World needed(2, {Conduct::busy_to_sign, Conduct::honest}, 1);
  Latencies fresh;
  Coordinator other = Coordinator::make(needed.task(), fresh).value();
  EXPECT_TRUE(needed.run(other, {}, 60'000).finished.has_value()) << "it is asked again";
}

}  // namespace
}  // namespace quorate::testing
