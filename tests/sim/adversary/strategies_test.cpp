// Nodes that lie, one strategy after the other: what they do is known for what it is, and nothing
// that they do keeps the others from signing.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/blame.h"
#include "tests/sim/adversary/quorum.h"

namespace quorate::sim {
namespace {

using coordinator::Conduct;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

// What a coordinator must say of the liar at least once; nothing where its lie costs only time.
struct Lie {
  std::string_view strategy;
  std::optional<Conduct> conduct;
};

const std::vector<Lie> lies = {
    {"wrong-partial-random", Conduct::lied},
    {"wrong-partial-off-by-one", Conduct::lied},
    {"wrong-partial-other-message", Conduct::lied},
    {"wrong-partial-negated", Conduct::lied},
    {"wrong-partial-zero", Conduct::lied},
    {"wrong-partial-sometimes", Conduct::lied},
    {"non-canonical-scalar", Conduct::malformed},
    {"partial-in-anothers-name", Conduct::malformed},
    {"signed-by-wrong-identity", Conduct::malformed},
    {"session-of-another", {}},
    {"silent", {}},
    {"selectively-silent", {}},
    {"just-before-timeout", {}},
    {"nonce-unknown-for-ever", {}},
    {"refuse", Conduct::refused},
    {"busy-for-ever", {}},
    {"another-kind-of-answer", Conduct::malformed},
    {"equivocating-commitments", {}},
    {"replayed-commitments", {}},
    {"commitment-is-identity", Conduct::malformed},
    {"commitment-of-small-order", Conduct::malformed},
    {"commitment-of-another", {}},
    {"commitment-for-another", Conduct::malformed},
    {"commitment-exchanged", {}},
    {"commitment-missing", Conduct::malformed},
    {"omit", Conduct::malformed},
    {"late-record", Conduct::malformed},
    {"receipt-for-nothing", Conduct::malformed},
    {"split-view", {}},
    {"verdict-not-signed", Conduct::malformed},
    {"rewrite", {}},
};

class Liars : public testing::TestWithParam<Lie> {};

TEST_P(Liars, NeverKeepTheOthersFromSigningAndAreKnownForWhatTheyDo) {
  Quorum quorum(7, 5, 3, 2);  // t-1 of them
  const auto root = quorum.create(quorum.plan());
  ASSERT_TRUE(root.has_value());
  quorum.play(GetParam().strategy);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(quorum.sign(quorum.wanted(*root))) << i;

  EXPECT_THAT(quorum.violations, IsEmpty());
  if (GetParam().conduct) {
    EXPECT_THAT(quorum.conducts, Contains(*GetParam().conduct));
  }
  if (GetParam().conduct != Conduct::lied) {
    EXPECT_THAT(quorum.conducts, Not(Contains(Conduct::lied)));
  }
}

std::string title(const testing::TestParamInfo<Lie>& info) {
  std::string name(info.param.strategy);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Strategies, Liars, testing::ValuesIn(lies), title);

TEST(Liars, AreAllInTheTable) {
  std::set<std::string_view> known;
  for (const Lie& lie : lies) known.insert(lie.strategy);
  for (const Strategy& strategy : node_strategies()) {
    EXPECT_TRUE(strategy.stage == Stage::ceremony || known.contains(strategy.name));
  }
}

TEST(Liars, CombineTheirLies) {
  Quorum quorum(8, 5, 3, 2);
  const auto root = quorum.create(quorum.plan());
  ASSERT_TRUE(root.has_value());
  const auto both = make_combined({"just-before-timeout", "wrong-partial-negated"}, quorum.world,
                                  quorum.adversary);
  ASSERT_NE(both, nullptr);
  quorum.nodes[0]->set_behaviour(both.get());
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(quorum.sign(quorum.wanted(*root)));
  EXPECT_THAT(quorum.violations, IsEmpty());
  EXPECT_EQ(make_behaviour("tells-the-truth", quorum.world, quorum.adversary), nullptr);
}

// --- ceremonies

enum class End { success, guilty, silence };
struct Breach {
  std::string_view strategy;
  End end;
};

const std::vector<Breach> breaches = {
    {"equivocate-round-1", End::success},
    {"equivocate-round-2", End::success},
    {"raise-threshold", End::guilty},
    {"lower-threshold", End::guilty},
    {"zero-share", End::success},
    {"bad-share-to-one", End::guilty},
    {"foreign-proof", End::guilty},
    {"false-complaint", End::guilty},
    {"abandon-at-activation", End::silence},
    {"silent-in-ceremonies", End::silence},
};

class Breaches : public testing::TestWithParam<Breach> {};

TEST_P(Breaches, EndWithARootOrWithTheNameOfWhoBrokeIt) {
  Quorum quorum(11, 4, 3, 1);
  quorum.play(GetParam().strategy);
  const auto root = quorum.create(quorum.plan());
  EXPECT_THAT(quorum.violations, IsEmpty());
  EXPECT_EQ(root.has_value(), GetParam().end == End::success);
  if (root) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(quorum.sign(quorum.wanted(*root)));
    EXPECT_THAT(quorum.violations, IsEmpty());
    return;
  }
  ASSERT_TRUE(quorum.broken.has_value());
  const frost::Identifier liar =
      quorum.proposal.target.find(quorum.nodes[0]->identity().public_key())->index;
  for (const leader::MemberReport& member : quorum.broken->members) {
    const bool is_liar = member.member == liar;
    const auto expected =
        GetParam().end == End::guilty ? leader::Conduct::guilty : leader::Conduct::silent;
    EXPECT_EQ(member.conduct == expected, is_liar) << leader::text(member);
  }
  if (GetParam().end == End::guilty) {
    EXPECT_EQ(convicted(quorum.proposal, quorum.broken->evidence), std::set{liar});
  }
}

std::string title_of(const testing::TestParamInfo<Breach>& info) {
  std::string name(info.param.strategy);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Strategies, Breaches, testing::ValuesIn(breaches), title_of);

// Whoever hears both holds the proof: what the members were told, and what the liar says to a
// leader that comes back.
TEST(Equivocation, IsProvedByWhoeverHearsBoth) {
  for (const std::string_view strategy : {"equivocate-round-1", "equivocate-round-2"}) {
    Quorum quorum(12, 4, 3, 1);
    quorum.play(strategy);
    // Far away, and asleep when the deals arrive: the ceremony breaks off before the last confirm.
    NodeHost& far = *quorum.nodes[3];
    quorum.world.network.set_path(quorum.client->host(), far.host(), {300 * millisecond, 0, 0});
    quorum.world.queue.in(2 * second, [&far] { far.pause(25 * second); });
    const leader::Plan plan = quorum.plan();
    EXPECT_FALSE(quorum.create(plan).has_value()) << strategy;
    EXPECT_FALSE(quorum.create(plan, leader::Begin::resume).has_value()) << strategy;
    const frost::Identifier liar =
        quorum.proposal.target.find(quorum.nodes[0]->identity().public_key())->index;
    ASSERT_TRUE(quorum.broken.has_value());
    EXPECT_EQ(convicted(quorum.proposal, quorum.broken->evidence), std::set{liar}) << strategy;
    EXPECT_THAT(quorum.violations, IsEmpty());
  }
}

}  // namespace
}  // namespace quorate::sim
