#include "client/audit/cross_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/audit/ledger.h"

namespace quorate::audit {
namespace {

using ::testing::ElementsAre;
using testing::hash_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Ledger;
using testing::noon_ms;

constexpr std::uint64_t hour_ms = 3'600'000;
const Hash request = hash_of(20);

class CrossCheckTest : public ::testing::Test {
 protected:
  CrossReport run() const {
    std::vector<Witness> witnesses;
    for (const Ledger* ledger : {&alpha, &bravo, &charlie}) {
      if (!is_pulled(*ledger)) continue;
      const LedgerCheck check = testing::checked(ledger->node(), ledger->leaves, ledger->note());
      witnesses.push_back(
          {check.node(), pulled_at_s, check.approved(), check.shared(), check.latest_ms()});
    }
    return cross_check(witnesses, {record});
  }
  bool is_pulled(const Ledger& ledger) const { return &ledger != not_pulled; }
  Hash root() const { return record.root_id(); }

  Ledger alpha{"alpha", 1};
  Ledger bravo{"bravo", 2};
  Ledger charlie{"charlie", 3};
  ceremony::EpochRecord record = testing::root_of({&alpha, &bravo, &charlie});
  std::uint64_t pulled_at_s = noon_ms / 1000 + 24 * 3600;
  const Ledger* not_pulled = nullptr;
};

std::vector<Kind> kinds(const CrossReport& report) {
  std::vector<Kind> out;
  for (const Finding& finding : report.findings) out.push_back(finding.kind);
  return out;
}

TEST_F(CrossCheckTest, IsContentWithWhatAThresholdWroteDown) {
  alpha.approve(request, root(), noon_ms);
  charlie.approve(request, root(), noon_ms + 50);
  const CrossReport report = run();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.settled, 1u);
}

TEST_F(CrossCheckTest, FindsWhatTooFewWroteDown) {
  alpha.approve(request, root(), noon_ms);
  alpha.approve(request, root(), noon_ms + 1);  // twice in one ledger is still one ledger
  const CrossReport report = run();
  ASSERT_THAT(kinds(report), ElementsAre(Kind::too_few_ledgers));
  EXPECT_THAT(report.findings[0].nodes, ElementsAre("alpha"));
  EXPECT_THAT(report.findings[0].records,
              ElementsAre(RecordPlace{"alpha", 1}, RecordPlace{"alpha", 2}));
  EXPECT_THAT(report.findings[0].what, HasSubstr("2 are needed"));
}

TEST_F(CrossCheckTest, WaitsForLedgersThatWerePulledBefore) {
  alpha.approve(request, root(), noon_ms);
  pulled_at_s = noon_ms / 1000 + 60;
  CrossReport report = run();
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_EQ(report.unsettled.size(), 1u);
  EXPECT_EQ(report.unsettled[0].approved, 1u);
  EXPECT_EQ(report.unsettled[0].needed, 2u);
  pulled_at_s = noon_ms / 1000 + 121;
  EXPECT_THAT(kinds(run()), ElementsAre(Kind::too_few_ledgers));
}

TEST_F(CrossCheckTest, WaitsForLedgersThatWereNeverPulled) {
  alpha.approve(request, root(), noon_ms);
  not_pulled = &bravo;
  EXPECT_THAT(run().findings, IsEmpty());
  EXPECT_EQ(run().unsettled.size(), 1u);
}

TEST_F(CrossCheckTest, DoesNotCountTheLedgerOfWhoIsNoMember) {
  record.members.members.pop_back();  // charlie
  alpha.approve(request, root(), noon_ms);
  charlie.approve(request, root(), noon_ms);
  EXPECT_THAT(kinds(run()), ElementsAre(Kind::too_few_ledgers));
}

// What a coordinator does that sends different statements: one request, and other bytes.
TEST_F(CrossCheckTest, FindsOneRequestWithTwoDocuments) {
  alpha.approve(request, root(), noon_ms);
  bravo.approve(request, root(), noon_ms);
  record::Verdict other = testing::an_approval(request, root());
  other.document[0] ^= 1;
  charlie.add(other, noon_ms);
  const CrossReport report = run();
  ASSERT_THAT(kinds(report), ElementsAre(Kind::two_documents));
  EXPECT_THAT(report.findings[0].nodes, ElementsAre("alpha", "bravo", "charlie"));
}

TEST_F(CrossCheckTest, SaysWhichRootsItCanNotJudge) {
  alpha.approve(request, hash_of(77), noon_ms);
  const CrossReport report = run();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.unknown_roots, 1u);
}

TEST_F(CrossCheckTest, FindsClocksThatAreApart) {
  for (std::uint8_t i = 0; i < 3; ++i) {
    alpha.approve(hash_of(20 + i), root(), noon_ms + i * hour_ms);
    bravo.approve(hash_of(20 + i), root(), noon_ms + i * hour_ms + 121'000 + i);
  }
  const CrossReport report = run();
  ASSERT_THAT(kinds(report), ElementsAre(Kind::clocks_disagree));
  EXPECT_THAT(report.findings[0].what,
              HasSubstr("the clock of bravo is at least 121 s ahead of that of alpha"));
}

// A saved request is sent to one node now, and to another an hour later.
TEST_F(CrossCheckTest, DoesNotTakeARequestThatWasSentAgainForAWrongClock) {
  for (std::uint8_t i = 0; i < 3; ++i) {
    alpha.approve(hash_of(20 + i), root(), noon_ms + i * hour_ms);
    bravo.approve(hash_of(20 + i), root(), noon_ms + i * hour_ms + (i == 1 ? 100 : hour_ms));
  }
  EXPECT_THAT(run().findings, IsEmpty());
}

TEST_F(CrossCheckTest, ComparesStepsOfCeremoniesToo) {
  alpha.add(record::Ceremony{hash_of(6), record::CeremonyEvent::hello, 1, hash_of(7)}, noon_ms);
  bravo.add(record::Ceremony{hash_of(6), record::CeremonyEvent::hello, 1, hash_of(7)},
            noon_ms + 10 * 60'000);
  EXPECT_THAT(kinds(run()), ElementsAre(Kind::clocks_disagree));
}

TEST_F(CrossCheckTest, FindsARecordFromTheFuture) {
  charlie.add(record::Stop{}, pulled_at_s * 1000 + 121'000);
  EXPECT_THAT(kinds(run()), ElementsAre(Kind::clocks_disagree));
}

}  // namespace
}  // namespace quorate::audit
