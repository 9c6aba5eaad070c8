// Whole ceremonies through the leader's core, with real polynomials and envelopes.

#include "client/ceremony/leader.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/frost/aggregator.h"
#include "crypto/frost/signer.h"
#include "proto/ceremony/blame.h"
#include "tests/client/ceremony/members.h"

namespace quorate::testing {
namespace {

using frost::Identifier;
using leader::Begin;
using leader::Leader;
using leader::MemberReport;

Leader lead(const Gathering& gathering) { return Leader::make(gathering.plan()).value(); }

std::string line(const leader::Report& report, std::size_t member) {
  return text(report.members.at(member));
}

bool signs_with(const Gathering& gathering, const ceremony::EpochRecord& record,
                SeededEntropy& entropy) {
  std::vector<frost::Share> shares;
  for (const auto& [who, member] : gathering.members) {
    if (shares.size() == record.members.threshold) break;
    ByteArray<32> copy = member.share()->expose();
    shares.push_back({who, record.quorum().epoch, ed25519::SecretScalar::parse(copy).value()});
  }
  std::vector<frost::NoncePair> nonces;
  std::vector<frost::Commitment> commitments;
  for (const frost::Share& share : shares) {
    nonces.push_back(frost::NoncePair::generate(share, entropy));
    commitments.push_back(nonces.back().commitment());
  }
  const Bytes message = {'m'};
  const auto package = frost::Package::make(record.quorum(), message, commitments).value();
  std::vector<frost::Partial> partials;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    partials.push_back(sign(shares[i], std::move(nonces[i]), package).value());
  }
  const auto signature = frost::aggregate(partials, package, record.verification_shares().value());
  return signature && ed25519::verifies(record.group_key(), message, *signature);
}

RC_GTEST_PROP(Leader, CreatesARootThatSignsWhateverTheOrderOfAnswers, ()) {
  const auto members = *rc::gen::inRange<std::size_t>(2, 6);
  const auto threshold = *rc::gen::inRange<std::size_t>(2, members + 1);
  const auto faults = *rc::gen::container<std::vector<Fault>>(
      members, rc::gen::element(Fault::none, Fault::busy_once, Fault::drops_once));
  Gathering gathering(static_cast<std::uint16_t>(threshold), faults,
                      *rc::gen::arbitrary<std::uint64_t>());
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  RC_ASSERT(ending.finished.has_value());
  RC_ASSERT(ceremony::verify(ending.finished->certificate).value() == ending.finished->record);
  for (const auto& [who, member] : gathering.members) RC_ASSERT(member.is_active());
  SeededEntropy entropy(1);
  RC_ASSERT(signs_with(gathering, ending.finished->record, entropy));
}

RC_GTEST_PROP(Leader, GoesOnWhereAnotherLeaderDied, ()) {
  Gathering gathering(2, std::vector<Fault>(3, Fault::none), *rc::gen::arbitrary<std::uint64_t>());
  std::optional<ceremony::EpochRecord> certified;
  for (int attempt = 0; attempt < 3; ++attempt) {
    Leader leader = lead(gathering);
    const Ending ending =
        gathering.run(leader, Begin::resume, *rc::gen::inRange<std::size_t>(0, 14));
    if (ending.finished) certified = ending.finished->record;
  }
  Leader last = lead(gathering);
  const Ending ending = gathering.run(last, Begin::resume);
  RC_ASSERT(ending.finished.has_value());
  if (certified) RC_ASSERT(*certified == ending.finished->record);
}

TEST(Leader, TellsWhoWasMissingAtEachStep) {
  Gathering gathering(2, std::vector<Fault>(2, Fault::none), 1);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.finished.has_value());
  EXPECT_EQ(ending.progress.front(), "0 of 2 take part; waiting for node-1, node-2");
  EXPECT_EQ(ending.progress.back(), "2 of 2 have the root active");
}

TEST(Leader, NamesADealerOfAWrongShareAndTellsEverybody) {
  Gathering gathering(2, {Fault::none, Fault::deals_badly, Fault::none}, 2);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  const leader::Report& report = ending.failed->report;
  EXPECT_EQ(report.error.code, Code::guilty);
  EXPECT_EQ(line(report, 1), "node-2 guilty: gave node-1 a wrong share");
  EXPECT_EQ(report.members[0].conduct, leader::Conduct::fine);
  EXPECT_EQ(report.members[2].conduct, leader::Conduct::fine);
  for (const auto& [who, member] : gathering.members) {
    EXPECT_TRUE(member.was_shown_evidence()) << who.number();
  }
  // Three hellos, the deal, the complaint: enough for anybody.
  ASSERT_EQ(report.evidence.size(), 5u);
  const std::vector<layout::Signed> hellos(report.evidence.begin(), report.evidence.begin() + 3);
  EXPECT_EQ(ceremony::judge(leader.proposal(), hellos, report.evidence[3], report.evidence[4])
                .value()
                .number(),
            2);
}

TEST(Leader, NamesAComplainantWithoutCause) {
  Gathering gathering(2, {Fault::none, Fault::accuses_without_cause, Fault::none}, 3);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  EXPECT_EQ(line(ending.failed->report, 1), "node-2 guilty: accused node-1 without cause");
  EXPECT_EQ(ending.failed->report.members[0].conduct, leader::Conduct::fine);
}

TEST(Leader, NamesASignerOfNonsense) {
  Gathering gathering(2, {Fault::none, Fault::none, Fault::signs_short_hello}, 4);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  EXPECT_EQ(ending.failed->report.members[2].conduct, leader::Conduct::guilty);
  EXPECT_EQ(ending.failed->report.evidence.size(), 1u);
}

TEST(Leader, NamesASignerOfTwoHellos) {
  Gathering gathering(2, std::vector<Fault>(2, Fault::none), 5);
  Leader first = lead(gathering);
  static_cast<void>(gathering.run(first, Begin::anew, 2));
  Member& liar = gathering.members.begin()->second;
  const layout::Signed other = liar.second_hello(gathering.entropy);

  Leader leader = lead(gathering);
  static_cast<void>(leader.handle(1, leader::Start{Begin::resume}));
  const leader::Fetch fetch{leader.id()};
  static_cast<void>(leader.handle(2, liar.answer(fetch, gathering.entropy)));
  const Identifier second = gathering.members.rbegin()->first;
  const auto actions = leader.handle(3, leader::KnownArrived{second, {{}, {other}, {}, {}}});
  ASSERT_FALSE(actions.empty());
  const leader::Report& report = std::get<leader::Failed>(actions.back()).report;
  EXPECT_EQ(line(report, 0), "node-1 guilty: signed two different messages of one step (hello)");
  EXPECT_EQ(ceremony::judge_equivocation(leader.proposal(), ceremony::hello_label,
                                         report.evidence.at(0), report.evidence.at(1))
                .value()
                .number(),
            1);
}

TEST(Leader, CollectsTheReasonsOfAllWhoRefuse) {
  Gathering gathering(2, {Fault::refuses, Fault::none, Fault::refuses}, 6);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  const leader::Report& report = ending.failed->report;
  EXPECT_EQ(report.error.code, Code::administrators_missing);
  EXPECT_EQ(line(report, 0), "node-1 refused: administrators_missing: 1 of 2 has signed");
  EXPECT_EQ(line(report, 1), "node-2 fine");
  EXPECT_EQ(line(report, 2), "node-3 refused: administrators_missing: 1 of 2 has signed");
}

TEST(Leader, NeverBlamesTheSilent) {
  Gathering gathering(2, {Fault::none, Fault::silent, Fault::none}, 7);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  EXPECT_EQ(ending.failed->report.error.code, Code::timed_out);
  EXPECT_EQ(ending.failed->report.error.message, "no answer in time from node-2");
  EXPECT_EQ(ending.failed->report.members[1].conduct, leader::Conduct::silent);
  EXPECT_TRUE(ending.failed->report.evidence.empty());
}

TEST(Leader, KeepsTheCertificateForAMemberThatIsLate) {
  Gathering gathering(2, {Fault::none, Fault::activates_late, Fault::none}, 8);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.failed.has_value());
  ASSERT_TRUE(ending.failed->report.certificate.has_value());
  const auto record = ceremony::verify(*ending.failed->report.certificate);
  ASSERT_TRUE(record.has_value());

  Leader again = lead(gathering);
  const Ending later = gathering.run(again, Begin::resume);
  ASSERT_TRUE(later.finished.has_value());
  EXPECT_EQ(later.finished->record, *record);
}

// Once a member has all that makes the root active, nobody can undo that by signing something else:
// the others must be brought there, in whatever order answers come.
RC_GTEST_PROP(Leader, BringsACertificateAlsoWhereAMemberContradictsItself, ()) {
  Gathering gathering(2, std::vector<Fault>(3, Fault::none), 12);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  RC_ASSERT(ending.finished.has_value());
  leader::Certificate contradiction;
  contradiction.proposal = ending.finished->certificate.proposal;
  contradiction.hellos = {gathering.members.begin()->second.second_hello(gathering.entropy)};

  Leader again = lead(gathering);
  static_cast<void>(again.handle(1, leader::Start{Begin::resume}));
  const auto honest = *rc::gen::inRange<std::uint16_t>(2, 4);
  const bool is_first = *rc::gen::arbitrary<bool>();
  std::vector<std::uint16_t> order = {1, 2, 3};
  if (!is_first) std::reverse(order.begin(), order.end());
  std::set<Identifier> brought;
  for (const std::uint16_t number : order) {
    const Identifier who = Identifier::make(number).value();
    leader::Event said = leader::Refused{who, quorate::number(Code::ceremony_unknown), "no"};
    if (number == 1) said = leader::KnownArrived{who, contradiction};
    if (number == honest) said = leader::KnownArrived{who, ending.finished->certificate};
    for (const leader::Action& action : again.handle(2, said)) {
      const auto* send = std::get_if<leader::Send>(&action);
      if (send != nullptr && std::holds_alternative<leader::Activate>(send->ask)) {
        brought.insert(send->member);
      }
    }
  }
  RC_ASSERT(brought.size() == 3U);
}

// One member has the root active, and another lost all it had: whoever can still take it, shall.
TEST(Leader, TakesAWholeCertificateFromOneMember) {
  Gathering gathering(2, std::vector<Fault>(3, Fault::none), 11);
  Leader leader = lead(gathering);
  const Ending ending = gathering.run(leader);
  ASSERT_TRUE(ending.finished.has_value());
  const leader::Certificate& whole = ending.finished->certificate;

  Leader again = lead(gathering);
  static_cast<void>(again.handle(1, leader::Start{Begin::resume}));
  std::vector<leader::Action> actions;
  for (const auto& [who, member] : gathering.members) {
    actions = again.handle(
        2, who.number() == 1
               ? leader::Event(leader::KnownArrived{who, whole})
               : leader::Refused{who, number(Code::ceremony_unknown), "never heard of it"});
  }
  std::size_t brought = 0;
  for (const leader::Action& action : actions) {
    const auto* send = std::get_if<leader::Send>(&action);
    if (send == nullptr) continue;
    ASSERT_TRUE(std::holds_alternative<leader::Activate>(send->ask));
    EXPECT_TRUE(ceremony::verify(std::get<leader::Activate>(send->ask).certificate).has_value());
    ++brought;
  }
  EXPECT_EQ(brought, 3U);
}

TEST(Leader, AcceptsNothingThatTheMemberDidNotSign) {
  Gathering gathering(2, std::vector<Fault>(2, Fault::none), 9);
  Leader leader = lead(gathering);
  static_cast<void>(leader.handle(0, leader::Start{}));
  Member& first = gathering.members.begin()->second;
  const leader::Open open{gathering.plan().proposal, {}};
  auto answer = std::get<leader::MessageArrived>(first.answer(open, gathering.entropy));
  answer.member = gathering.members.rbegin()->first;  // the other member hands it on as its own
  static_cast<void>(leader.handle(1, answer));
  const auto actions = leader.handle(2, leader::Deadline{});
  const leader::Report& report = std::get<leader::Failed>(actions.back()).report;
  EXPECT_EQ(report.members[1].conduct, leader::Conduct::malformed);
  EXPECT_NE(report.members[0].conduct, leader::Conduct::guilty);
}

TEST(Leader, WantsANameForEveryMember) {
  const Gathering gathering(2, std::vector<Fault>(2, Fault::none), 10);
  leader::Plan plan = gathering.plan();
  plan.names.erase(plan.names.begin());
  EXPECT_EQ(Leader::make(plan).error().code, Code::not_a_member);
}

}  // namespace
}  // namespace quorate::testing
