// Whom a rude quorum troubles when: never more nodes at once than it can do without, and never
// somebody who asks again.

#include "node/server/rudeness.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace quorate::server {
namespace {

using What = Deed::What;

struct Quorum {
  std::uint64_t seed;
  std::uint16_t nodes;
  std::uint16_t unwell;

  Rudeness seat(std::uint16_t number) const { return {seed, number, nodes, unwell}; }
  std::size_t unwell_at(std::uint64_t time_ms) const {
    std::size_t count = 0;
    for (std::uint16_t i = 0; i < nodes; ++i) {
      count += spell_at(seat(i), time_ms) == Spell::well ? 0 : 1;
    }
    return count;
  }
};

RC_GTEST_PROP(Rudeness, NeverTroublesMoreNodesAtOnceThanTheQuorumCanDoWithout, ()) {
  const auto nodes = *rc::gen::inRange<std::uint16_t>(2, 10);
  const auto unwell = *rc::gen::inRange<std::uint16_t>(0, nodes);
  const Quorum quorum{*rc::gen::arbitrary<std::uint64_t>(), nodes, unwell};
  const auto begin = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000);
  for (std::uint64_t time = begin; time < begin + 10 * turn_ms; time += 50) {
    RC_ASSERT(quorum.unwell_at(time) <= unwell);
  }
}

RC_GTEST_PROP(Rudeness, LetsEverybodyBeWellAtTheEndOfEachTurn, ()) {
  const Quorum quorum{*rc::gen::arbitrary<std::uint64_t>(), 5, 2};
  const auto turn = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  for (std::uint64_t into = longest_away_ms; into < turn_ms; into += 25) {
    RC_ASSERT(quorum.unwell_at(turn * turn_ms + into) == 0U);
  }
}

RC_GTEST_PROP(Rudeness, NeverRefusesTwoAsksOfAKindInARow, ()) {
  const Quorum quorum{*rc::gen::arbitrary<std::uint64_t>(), 5, 2};
  const Rudeness rude = quorum.seat(*rc::gen::inRange<std::uint16_t>(0, 5));
  const std::uint64_t rest = turn_ms - 1;  // nobody is without custody then
  for (const AskKind kind : {AskKind::commit, AskKind::sign}) {
    bool was_refused = false;
    for (std::uint64_t count = 0; count < 200; ++count) {
      const Deed now = deed(rude, rest, kind, count);
      const bool is_refused = now.what != What::pass && now.what != What::hold;
      RC_ASSERT(!(is_refused && was_refused));
      RC_ASSERT(now.delay_ms < longest_delay_ms);
      was_refused = is_refused;
    }
  }
}

RC_GTEST_PROP(Rudeness, LetsCeremoniesAndDescriptionsThroughHoweverLate, ()) {
  const Rudeness rude{*rc::gen::arbitrary<std::uint64_t>(), 1, 3, 1};
  const Deed what = deed(rude, *rc::gen::inRange<std::uint64_t>(0, 1'000'000), AskKind::other,
                         *rc::gen::inRange<std::uint64_t>(0, 1000));
  RC_ASSERT(what.what == What::pass);
}

TEST(Rudeness, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto schedule = [](std::uint64_t seed) {
    std::vector<Deed> deeds;
    for (std::uint64_t i = 0; i < 64; ++i) {
      deeds.push_back(deed({seed, 0, 3, 1}, i * 100, AskKind::sign, i));
    }
    return deeds;
  };
  EXPECT_EQ(schedule(7), schedule(7));
  EXPECT_NE(schedule(7), schedule(8));
}

TEST(Rudeness, HasEveryFaultAndEveryNodeInItsTurn) {
  const Quorum quorum{1, 3, 1};
  std::map<What, int> seen;
  for (std::uint16_t seat = 0; seat < 3; ++seat) {
    std::map<Spell, int> spells;
    for (std::uint64_t turn = 0; turn < 100; ++turn) {
      ++spells[spell_at(quorum.seat(seat), turn * turn_ms)];
      for (const AskKind kind : {AskKind::commit, AskKind::sign}) {
        ++seen[deed(quorum.seat(seat), turn * turn_ms, kind, turn).what];
      }
    }
    EXPECT_GT(spells[Spell::away], 2) << seat;
    EXPECT_GT(spells[Spell::no_custody], 2) << seat;
    EXPECT_GT(spells[Spell::well], 40) << seat;
  }
  for (const What what :
       {What::pass, What::hold, What::nonce_unknown, What::busy, What::no_custody}) {
    EXPECT_GT(seen[what], 0) << static_cast<int>(what);
  }
}

}  // namespace
}  // namespace quorate::server
