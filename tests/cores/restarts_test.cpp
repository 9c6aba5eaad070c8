// Ceremonies through crashes, repeats and a relay that lies: dkg.md's table of crash points, one by
// one, with a node that is torn down between any two steps.

#include <gtest/gtest.h>

#include "proto/ceremony/message.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

using layout::Signed;

class Restarts : public ::testing::Test {
 protected:
  void SetUp() override {
    proposal_ = world_.propose("files", "file", 2);
    word_ = world_.administrator.sshsig("quorate-proposal", proposal_);
    id_ = ceremony::id(ceremony::decode_proposal(proposal_).value());
  }
  node::Answer step(std::size_t host, const node::CeremonyAsk& ask) {
    return world_.ask(host, ask);
  }
  Signed said(const node::Answer& answer) {
    if (const auto* refused = std::get_if<node::Refused>(&answer)) {
      ADD_FAILURE() << refused->refusal.error.message;
      return {};
    }
    return std::get<Signed>(std::get<node::CeremonyAnswer>(answer));
  }
  std::vector<Signed> open_all() {
    std::vector<Signed> hellos;
    for (std::size_t i = 0; i < 3; ++i) hellos.push_back(said(step(i, open())));
    return hellos;
  }
  std::vector<Signed> deal_all(const std::vector<Signed>& hellos) {
    std::vector<Signed> deals;
    for (std::size_t i = 0; i < 3; ++i) deals.push_back(said(step(i, node::Hellos{id_, hellos})));
    return deals;
  }
  std::vector<Signed> confirm_all(const std::vector<Signed>& deals) {
    std::vector<Signed> confirms;
    for (std::size_t i = 0; i < 3; ++i) confirms.push_back(said(step(i, node::Deals{id_, deals})));
    return confirms;
  }
  node::CeremonyAsk open() const { return node::Open{proposal_, {word_}}; }
  void restart(std::size_t host) {
    world_.hosts[host]->crash();
    world_.start(host);
  }
  std::string activate(std::size_t host, const ceremony::Certificate& certificate) {
    const node::Answer answer = step(host, node::Activate{certificate});
    if (const auto* refused = std::get_if<node::Refused>(&answer)) {
      return std::string(name(refused->refusal.error.code));
    }
    return std::get<std::string>(std::get<node::CeremonyAnswer>(answer));
  }

  World world_;
  Bytes proposal_;
  Bytes word_;
  ceremony::Id id_{};
};

TEST_F(Restarts, EveryStepSurvivesACrashWithTheSameBytes) {
  const std::vector<Signed> hellos = open_all();
  for (std::size_t i = 0; i < 3; ++i) restart(i);
  EXPECT_EQ(open_all(), hellos);
  const std::vector<Signed> deals = deal_all(hellos);
  for (std::size_t i = 0; i < 3; ++i) restart(i);
  EXPECT_EQ(deal_all(hellos), deals);
  const std::vector<Signed> confirms = confirm_all(deals);
  for (std::size_t i = 0; i < 3; ++i) restart(i);
  EXPECT_EQ(confirm_all(deals), confirms);

  const ceremony::Certificate certificate{proposal_, hellos, deals, confirms};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(activate(i, certificate), "active");
    restart(i);
    EXPECT_EQ(activate(i, certificate), "active");
  }
  const ceremony::EpochRecord root = ceremony::verify(certificate).value();
  const Bytes request = world_.request_for(world_.file_statement(root), world_.requester);
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, root, request)));
}

TEST_F(Restarts, CertificateActivatesAMemberThatMissedIt) {
  const auto hellos = open_all();
  const auto deals = deal_all(hellos);
  const auto confirms = confirm_all(deals);
  const ceremony::Certificate certificate{proposal_, hellos, deals, confirms};
  EXPECT_EQ(activate(0, certificate), "active");
  EXPECT_EQ(activate(1, certificate), "active");
  // The relay vanished before it told the third; months later somebody else brings it.
  world_.clock_ms += 90ULL * 24 * 3600 * 1000;
  restart(2);
  EXPECT_EQ(activate(2, certificate), "active");
}

TEST_F(Restarts, RepeatWithOtherInputsIsRefused) {
  const auto hellos = open_all();
  const auto deals = deal_all(hellos);
  auto reordered = hellos;
  std::swap(reordered[0], reordered[1]);
  EXPECT_EQ(code_of(step(0, node::Hellos{id_, reordered})), Code::message_differs);
  const auto confirms = confirm_all(deals);
  auto fewer = deals;
  fewer.pop_back();
  EXPECT_EQ(code_of(step(0, node::Deals{id_, fewer})), Code::message_differs);
  EXPECT_EQ(said(step(0, node::Deals{id_, deals})), confirms[0]);
}

TEST_F(Restarts, MessagesOfAnotherCeremonyAreRefusedAndBlameNobody) {
  const auto hellos = open_all();
  const Bytes other = world_.propose("more", "file", 2);
  const Bytes other_word = world_.administrator.sshsig("quorate-proposal", other);
  const Signed foreign = said(step(1, node::Open{other, {other_word}}));
  auto mixed = hellos;
  mixed[1] = foreign;
  const node::Answer answer = step(0, node::Hellos{id_, mixed});
  EXPECT_EQ(code_of(answer), Code::ceremony_unknown);
  EXPECT_TRUE(std::get<node::Refused>(answer).refusal.evidence.empty());
  // The ceremony itself goes on.
  EXPECT_FALSE(said(step(0, node::Hellos{id_, hellos})).body.empty());
}

TEST_F(Restarts, UnknownCeremony) {
  EXPECT_EQ(code_of(step(0, node::Hellos{id_, {}})), Code::ceremony_unknown);
  EXPECT_EQ(code_of(step(0, node::Fetch{id_})), Code::ceremony_unknown);
}

TEST_F(Restarts, ChangedSignatureBlamesNobody) {
  auto hellos = open_all();
  hellos[2].signature[5] ^= 1;
  EXPECT_EQ(code_of(step(0, node::Hellos{id_, hellos})), Code::signature_invalid);
}

TEST_F(Restarts, BadlySignedNonsenseIsGuiltAndEndsTheCeremony) {
  auto hellos = open_all();
  // The third member signs a hello that no honest member sends: one key short.
  hellos[2].body.resize(hellos[2].body.size() - 32);
  hellos[2].signature =
      layout::sign(world_.hosts[2]->signing_key(), ceremony::hello_label, hellos[2].body);
  const node::Answer answer = step(0, node::Hellos{id_, hellos});
  EXPECT_EQ(code_of(answer), Code::guilty);
  EXPECT_EQ(std::get<node::Refused>(answer).refusal.evidence, std::vector<Signed>{hellos[2]});
  EXPECT_EQ(code_of(step(0, open())), Code::ceremony_ended);
}

TEST_F(Restarts, WrongShareIsComplainedOfAndTheComplaintConvincesOthers) {
  const auto hellos = open_all();
  auto deals = deal_all(hellos);
  // The third member sends the first an envelope that does not open, and signs it.
  const auto proposal = ceremony::decode_proposal(proposal_).value();
  ceremony::Deal bad = ceremony::decode_deal(proposal, deals[2].body).value();
  bad.envelopes[0][40] ^= 1;
  deals[2].body = ceremony::encode(bad);
  // The host's own database holds the honest deal, so it would notice; the others can't.
  deals[2].signature =
      layout::sign(world_.hosts[2]->signing_key(), ceremony::deal_label, deals[2].body);
  const Signed complaint = said(step(0, node::Deals{id_, deals}));
  const auto decoded = ceremony::decode_complaint(complaint.body);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->accused.number(), 3);
  const Signed abort = said(step(1, node::Evidence{id_, {deals[2], complaint}}));
  const auto reason = ceremony::decode_abort(abort.body);
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(reason->reason, ceremony::AbortReason::complaint);
  EXPECT_EQ(code_of(step(1, open())), Code::ceremony_ended);
}

TEST_F(Restarts, UnconfirmedCeremonyEndsWithItsTimeAndAConfirmedOneDoesNot) {
  const auto hellos = open_all();
  const auto deals = deal_all(hellos);
  const Signed confirm = said(step(0, node::Deals{id_, deals}));
  world_.clock_ms += 2ULL * 3600 * 1000;
  EXPECT_EQ(code_of(step(1, node::Deals{id_, deals})), Code::ceremony_ended);
  EXPECT_EQ(said(step(0, node::Deals{id_, deals})), confirm);
}

// Its leader is gone for good, and nobody ever speaks of it again.
TEST_F(Restarts, AbandonedCeremonyEndsByItselfAndItsKeyIsDestroyed) {
  (void)open_all();
  const auto state = [&](std::size_t host) {
    const node::Answer answer = world_.ask(host, node::Describe{});
    return std::get<node::Description>(answer).ceremonies.front().state;
  };
  EXPECT_EQ(state(0), "hello_sent");
  const custody::KeyId key = custody::key_of_ceremony(custody::KeyKind::ceremony, id_);
  EXPECT_TRUE(world_.hosts[0]->token.has_key(key).value());
  world_.clock_ms += 2ULL * 3600 * 1000;
  EXPECT_EQ(state(0), "aborted");
  EXPECT_FALSE(world_.hosts[0]->token.has_key(key).value());
}

TEST_F(Restarts, WhatExpiredMeanwhileStandsBehindTheStartThatFoundIt) {
  (void)open_all();
  const std::uint64_t found = world_.hosts[0]->records();
  world_.clock_ms += 2ULL * 3600 * 1000;
  restart(0);
  ledger::Ledger& ledger = world_.hosts[0]->core().ledger();
  const auto start = std::get<record::Start>(ledger.leaf(found).value().record.body);
  EXPECT_EQ(start.tree_size, found);
  ASSERT_GT(ledger.tree().value().size, found + 1);
  const record::Body last = ledger.leaf(ledger.tree().value().size - 1).value().record.body;
  EXPECT_EQ(std::get<record::Ceremony>(last).event, record::CeremonyEvent::abort);
}

TEST_F(Restarts, AdministratorsMayRejectBeforeTheConfirmAndNotAfter) {
  const auto hellos = open_all();
  const Bytes reject = world_.administrator.sshsig("quorate-reject", id_);
  const Signed abort = said(step(2, node::Reject{id_, reject}));
  EXPECT_EQ(said(step(2, node::Reject{id_, reject})), abort);
  const auto deals = std::vector<Signed>{said(step(0, node::Hellos{id_, hellos}))};
  EXPECT_EQ(code_of(step(0, node::Reject{id_, world_.requester.sshsig("quorate-reject", id_)})),
            Code::key_unknown);
}

TEST_F(Restarts, TokenThatIsAwayDuringACeremonyLosesNothing) {
  const auto hellos = open_all();
  const auto deals = deal_all(hellos);
  world_.hosts[1]->token.set_state(custody::State::absent);
  EXPECT_EQ(code_of(step(1, node::Deals{id_, deals})), Code::custody_unavailable);
  world_.hosts[1]->token.set_state(custody::State::ready);
  EXPECT_EQ(confirm_all(deals).size(), 3u);
}

TEST_F(Restarts, NonceOfBeforeARestartIsUnknown) {
  const auto root = world_.create_root("other", "file");
  ASSERT_TRUE(root);
  const auto pairs = world_.commitments(*root, {0, 1});
  restart(0);
  const Bytes request = world_.request_for(world_.file_statement(*root), world_.requester);
  EXPECT_EQ(code_of(world_.sign(0, *root, request, pairs)), Code::nonce_unknown);
}

TEST_F(Restarts, TooManyOpenCeremoniesOfOneRootAreBusy) {
  for (int i = 0; i < 4; ++i) {
    const Bytes proposal = world_.propose("files", "file", 2);
    (void)said(
        step(0, node::Open{proposal, {world_.administrator.sshsig("quorate-proposal", proposal)}}));
  }
  EXPECT_EQ(code_of(step(0, open())), Code::busy);
}

}  // namespace
}  // namespace quorate::testing
