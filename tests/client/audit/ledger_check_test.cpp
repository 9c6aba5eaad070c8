#include "client/audit/ledger_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/audit/ledger.h"

namespace quorate::audit {
namespace {

using testing::checked;
using ::testing::ElementsAre;
using testing::hash_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Ledger;
using testing::noon_ms;

const Hash root = hash_of(3);
constexpr std::uint64_t minute_ms = 60'000;

Ledger honest() {
  Ledger ledger("alpha", 1);
  ledger.add(record::People{hash_of(4), hash_of(4)}, noon_ms);
  for (const auto event :
       {record::CeremonyEvent::opened, record::CeremonyEvent::hello, record::CeremonyEvent::deal,
        record::CeremonyEvent::confirm, record::CeremonyEvent::activated}) {
    ledger.add(record::Ceremony{hash_of(6), event, 1, hash_of(7)}, noon_ms + 1000);
  }
  ledger.approve(hash_of(20), root, noon_ms + 2000);
  ledger.add(record::Refusals{noon_ms, 5}, noon_ms + 3000);
  ledger.add(record::PolicyChange{hash_of(1), hash_of(2)}, noon_ms + 4000);
  ledger.add(record::Stop{}, noon_ms + 5000);
  ledger.add(
      record::Start{"0.1.0", hash_of(2), ledger.leaves.size(), record::tree_root(ledger.hashes())},
      noon_ms + 6000);
  ledger.approve(hash_of(21), root, noon_ms + 7000);
  return ledger;
}

std::vector<Kind> kinds(const std::vector<Finding>& findings) {
  std::vector<Kind> out;
  for (const Finding& finding : findings) out.push_back(finding.kind);
  return out;
}

std::vector<Kind> found_in(const Ledger& ledger) {
  return kinds(checked(ledger.node(), ledger.leaves, ledger.note()).findings());
}

TEST(LedgerCheck, FindsNothingInAnHonestLedgerAndCountsWhatItHolds) {
  const Ledger ledger = honest();
  const LedgerCheck check = checked(ledger.node(), ledger.leaves, ledger.note());
  EXPECT_THAT(check.findings(), IsEmpty());
  EXPECT_EQ(check.counts().records, ledger.leaves.size());
  EXPECT_EQ(check.counts().approved, 2u);
  EXPECT_EQ(check.counts().refused_unrecorded, 5u);
  EXPECT_EQ(check.counts().starts, 2u);
  EXPECT_EQ(check.counts().crashes, 0u);
  ASSERT_EQ(check.approved().size(), 2u);
  EXPECT_EQ(check.approved()[0].request_id, hash_of(20));
  EXPECT_EQ(check.shared().size(), 5u);
}

TEST(LedgerCheck, CountsAStartWithoutAStopAsACrashAndNoMore) {
  Ledger ledger("alpha", 1);
  ledger.add(record::Start{"0.1.0", hash_of(1), 1, record::tree_root(ledger.hashes())}, noon_ms);
  const LedgerCheck check = checked(ledger.node(), ledger.leaves, ledger.note());
  EXPECT_THAT(check.findings(), IsEmpty());
  EXPECT_EQ(check.counts().crashes, 1u);
}

// The files alone: the note stays what the node signed.
TEST(LedgerCheck, FindsEveryChangedSwappedOrMissingLeaf) {
  const Ledger ledger = honest();
  const std::string note = ledger.note();
  for (std::size_t i = 0; i < ledger.leaves.size(); ++i) {
    std::vector<Bytes> edited = ledger.leaves;
    edited[i][3] ^= 1;  // of the salt: the record still decodes
    EXPECT_THAT(kinds(checked(ledger.node(), edited, note).findings()),
                ::testing::Contains(Kind::tree_differs))
        << i;
    std::vector<Bytes> shorter = ledger.leaves;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(kinds(checked(ledger.node(), shorter, note).findings()),
                ::testing::Contains(Kind::tree_differs))
        << i;
    if (i == 0) continue;
    std::vector<Bytes> swapped = ledger.leaves;
    std::swap(swapped[i - 1], swapped[i]);
    EXPECT_THAT(kinds(checked(ledger.node(), swapped, note).findings()),
                ::testing::Contains(Kind::tree_differs))
        << i;
  }
}

TEST(LedgerCheck, FindsACheckpointThatTheNodeDidNotSign) {
  const Ledger ledger = honest();
  std::string note = ledger.note();
  note[note.find('\n') + 1] ^= 1;  // the first digit of the size
  EXPECT_THAT(kinds(checked(ledger.node(), ledger.leaves, note).findings()),
              ElementsAre(Kind::note_invalid));
}

TEST(LedgerCheck, FindsWhatIsNoRecordAndWhatIsAnothers) {
  Ledger ledger = honest();
  ledger.leaves.push_back(Bytes(16 + 40, 0));
  EXPECT_THAT(found_in(ledger), ElementsAre(Kind::record_malformed));
  Ledger other("bravo", 2);
  Ledger mixed = honest();
  mixed.leaves.push_back(other.leaves.front());
  EXPECT_THAT(found_in(mixed), ElementsAre(Kind::record_malformed));
}

// Yesterday's copy of the ledger put back, and the node started on it: it signs a new tree, whose
// start says what it found.
TEST(LedgerCheck, FindsAStartOnAnotherLedgerThanStandsBeforeIt) {
  Ledger ledger = honest();
  ledger.add(record::Start{"0.1.0", hash_of(2), ledger.leaves.size(), hash_of(99)}, noon_ms + 8000);
  EXPECT_THAT(found_in(ledger), ElementsAre(Kind::start_differs));
  Ledger earlier = honest();
  earlier.add(record::Start{"0.1.0", hash_of(2), 3, record::tree_root({})}, noon_ms + 8000);
  EXPECT_THAT(found_in(earlier), ElementsAre(Kind::start_differs));
}

TEST(LedgerCheck, FindsAClockThatWentBackMoreThanTwoMinutes) {
  Ledger ledger = honest();
  ledger.approve(hash_of(22), root, noon_ms + 7000 - 2 * minute_ms);
  EXPECT_THAT(found_in(ledger), IsEmpty());
  ledger.approve(hash_of(23), root, noon_ms + 7000 - 2 * minute_ms - 1);
  const auto findings = checked(ledger.node(), ledger.leaves, ledger.note()).findings();
  ASSERT_THAT(kinds(findings), ElementsAre(Kind::time_went_back));
  EXPECT_THAT(findings[0].records, ElementsAre(RecordPlace{"alpha", ledger.leaves.size() - 1}));
}

TEST(LedgerCheck, FindsAnApprovalAfterTheRequestHadEnded) {
  Ledger ledger = honest();
  record::Verdict late = testing::an_approval(hash_of(22), root);
  late.not_after = noon_ms / 1000 + 8;
  ledger.add(late, noon_ms + 8000);
  EXPECT_THAT(found_in(ledger), ElementsAre(Kind::approved_too_late));
}

TEST(LedgerCheck, FindsRecordsOutOfTheirOrder) {
  Ledger unstarted = honest();
  unstarted.add(record::Stop{}, noon_ms + 8000);
  unstarted.approve(hash_of(22), root, noon_ms + 8000);
  EXPECT_THAT(found_in(unstarted), ElementsAre(Kind::order_broken));
  Ledger dealt = honest();
  dealt.add(record::Ceremony{hash_of(60), record::CeremonyEvent::deal, 1, hash_of(7)},
            noon_ms + 8000);
  EXPECT_THAT(found_in(dealt), ElementsAre(Kind::order_broken));
  Ledger policies = honest();
  policies.add(record::PolicyChange{hash_of(1), hash_of(9)}, noon_ms + 8000);
  EXPECT_THAT(found_in(policies), ElementsAre(Kind::order_broken));
}

TEST(LedgerCheck, FindsACheckpointThatOthersSawAndThatIsNoBeginningOfThis) {
  const Ledger ledger = honest();
  const std::vector<Hash> hashes = ledger.hashes();
  const Finding split{Kind::split, {"alpha"}, "it showed bravo something else", {}, {}};
  for (const bool fits : {true, false}) {
    LedgerCheck check(ledger.node());
    Hash shown = record::tree_root(std::span(hashes).first(5));
    if (!fits) shown[0] ^= 1;
    check.expect({5, shown}, split);
    for (const Bytes& leaf : ledger.leaves) check.take(leaf);
    check.finish(ledger.note());
    EXPECT_EQ(check.findings().empty(), fits);
    if (!fits) {
      EXPECT_EQ(check.findings().front(), split);
    }
  }
}

TEST(LedgerCheck, DoesNotRepeatItselfWithoutEnd) {
  Ledger ledger("alpha", 1);
  for (int i = 0; i < 100; ++i) ledger.leaves.push_back(Bytes(16 + 40, 0));
  const auto findings = checked(ledger.node(), ledger.leaves, ledger.note()).findings();
  ASSERT_EQ(findings.size(), findings_limit + 1);
  EXPECT_THAT(findings.back().what, HasSubstr("80 more"));
}

}  // namespace
}  // namespace quorate::audit
