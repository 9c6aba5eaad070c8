#include "client/audit/pull.h"

#include <gtest/gtest.h>

#include "crypto/base/plant.h"
#include "tests/client/audit/ledger.h"

namespace quorate::audit {
namespace {

using testing::hash_of;
using testing::Ledger;
using testing::noon_ms;
using testing::pull_all;

Ledger ledger_of(std::size_t records) {
  Ledger ledger("alpha", 1);
  while (ledger.leaves.size() < records) {
    ledger.approve(hash_of(static_cast<std::uint8_t>(ledger.leaves.size())), hash_of(3), noon_ms);
  }
  return ledger;
}

TEST(Pull, FetchesAllOfALedgerPageByPage) {
  Ledger ledger = ledger_of(2500);
  ledger.texts = {{{1, 2}, {'a'}}};
  const auto pulled = pull_all(ledger, {});
  EXPECT_FALSE(pulled.pull.finding());
  EXPECT_EQ(pulled.leaves, ledger.leaves);
  EXPECT_EQ(pulled.texts.size(), 3u);
  EXPECT_EQ(pulled.pull.held().note, ledger.note());
  EXPECT_EQ(pulled.pull.held().frontier.root(), record::tree_root(ledger.hashes()));
}

TEST(Pull, FetchesOnlyWhatGrew) {
  Ledger ledger = ledger_of(7);
  const Held held = pull_all(ledger, {}).pull.held();
  EXPECT_TRUE(pull_all(ledger, held).leaves.empty());
  ledger.approve(hash_of(200), hash_of(3), noon_ms);
  const auto pulled = pull_all(ledger, held);
  ASSERT_EQ(pulled.leaves.size(), 1u);
  EXPECT_EQ(pulled.leaves.front(), ledger.leaves.back());
  EXPECT_EQ(pulled.pull.held().note, ledger.note());
}

TEST(Pull, LeavesWhatTheLedgerGrewByMeanwhileForTheNextTime) {
  Ledger ledger = ledger_of(1500);
  Pull pull(ledger.node(), {});
  EXPECT_EQ(pull.take(ledger.page(*pull.next()))->leaves.size(), 1000u);
  ledger.approve(hash_of(200), hash_of(3), noon_ms);
  EXPECT_EQ(pull.take(ledger.page({1000, 1000, 0}))->leaves.size(), 500u);
  EXPECT_FALSE(pull.next());
  EXPECT_EQ(pull.held().frontier.size(), 1500u);
}

TEST(Pull, FindsALedgerThatShrank) {
  Ledger ledger = ledger_of(7);
  const Held held = pull_all(ledger, {}).pull.held();
  ledger.leaves.resize(5);
  const auto pulled = pull_all(ledger, held);
  ASSERT_TRUE(pulled.pull.finding());
  EXPECT_EQ(pulled.pull.finding()->kind, Kind::shrunk);
  EXPECT_EQ(pulled.pull.finding()->proofs[0].text, held.note);
  EXPECT_EQ(pulled.pull.finding()->proofs[1].text, ledger.note());
  EXPECT_TRUE(pulled.leaves.empty());
}

// Whatever is changed of what was pulled before: a node can't prove that the rest follows it.
TEST(Pull, FindsEveryRewrittenRecord) {
  const Held held = pull_all(ledger_of(7), {}).pull.held();
  for (std::size_t i = 0; i < 7; ++i) {
    for (const std::size_t grown : {0, 1, 6}) {
      Ledger ledger = ledger_of(7);
      ledger.leaves[i][20] ^= 1;
      for (std::size_t more = 0; more < grown; ++more) {
        ledger.approve(hash_of(200), hash_of(3), noon_ms);
      }
      const auto pulled = pull_all(ledger, held);
      ASSERT_TRUE(pulled.pull.finding()) << i << " " << grown;
      EXPECT_EQ(pulled.pull.finding()->kind, Kind::rewritten);
      EXPECT_EQ(pulled.pull.finding()->proofs[1].text, ledger.note());
    }
  }
}

TEST(Pull, FindsRecordsThatDoNotLeadToTheRootThatWasSigned) {
  const Ledger ledger = ledger_of(7);
  Pull pull(ledger.node(), {});
  Page page = ledger.page(*pull.next());
  std::swap(page.leaves[2], page.leaves[3]);
  EXPECT_TRUE(pull.take(page)->leaves.empty());
  EXPECT_EQ(pull.finding()->kind, Kind::tree_differs);
}

TEST(Pull, TakesNothingForProofThatTheNodeDidNotSign) {
  const Ledger ledger = ledger_of(7);
  const Ledger other("bravo", 2);
  Pull pull(ledger.node(), {});
  Page page = ledger.page(*pull.next());
  page.checkpoint = other.note();
  EXPECT_EQ(pull.take(page).error().code, Code::signature_invalid);
  EXPECT_FALSE(pull.finding());
  EXPECT_FALSE(pull.next());
}

TEST(Pull, EndsWhereANodeGivesNoRecords) {
  const Ledger ledger = ledger_of(7);
  Pull pull(ledger.node(), {});
  Page page = ledger.page(*pull.next());
  page.leaves.clear();
  EXPECT_EQ(pull.take(page).error().code, Code::malformed);
  EXPECT_FALSE(pull.next());
}

TEST(Pull, AsksARefusingNodeForItsCheckpointAlone) {
  Ledger ledger = ledger_of(7);
  const Held held = pull_all(ledger, {}).pull.held();
  Pull pull(ledger.node(), held);
  ASSERT_TRUE(pull.is_refused());
  EXPECT_EQ(pull.next(), (HistoryAsk{0, 1, 0}));
  ledger.leaves.resize(3);
  EXPECT_TRUE(pull.take(ledger.page(*pull.next())).has_value());
  EXPECT_EQ(pull.finding()->kind, Kind::shrunk);
}

TEST(Pull, DoesNotCallANodeARewriterThatOnlyRefuses) {
  const Ledger ledger = ledger_of(7);
  Pull first(ledger.node(), {});
  EXPECT_FALSE(first.is_refused());
  EXPECT_FALSE(first.next());

  Pull pull(ledger.node(), pull_all(ledger, {}).pull.held());
  ASSERT_TRUE(pull.is_refused());
  EXPECT_FALSE(pull.take(ledger.page(*pull.next())).has_value());
  EXPECT_FALSE(pull.finding());
}

#if QUORATE_PLANT
// B30, of which every test above would have to hear.
TEST(Pull, ThatForgetsWhatItPulledFindsNothing) {
  const Held held = pull_all(ledger_of(7), {}).pull.held();
  Ledger shrunk = ledger_of(5);
  Ledger rewritten = ledger_of(7);
  rewritten.leaves[2][20] ^= 1;
  for (const bool forgets : {false, true}) {
    plant::plant(forgets ? plant::Bug::B30 : plant::Bug::none);
    for (const Ledger* ledger : {&shrunk, &rewritten}) {
      EXPECT_EQ(pull_all(*ledger, held).pull.finding().has_value(), !forgets);
    }
    // And what others cosigned of it is forgotten as well.
    LedgerCheck check(shrunk.node());
    check.expect({3, hash_of(9)}, Finding{Kind::split, {"alpha"}, "two views", {}, {}});
    for (const Bytes& leaf : shrunk.leaves) check.take(leaf);
    EXPECT_EQ(check.findings().empty(), forgets);
  }
  plant::plant(plant::Bug::none);
}
#endif

}  // namespace
}  // namespace quorate::audit
