// What a node refuses, with the code that other implementations rely on, and that nothing is signed
// or written where nothing should be.

#include <gtest/gtest.h>

#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

class Refusals : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.create_root("files", "file");
    ASSERT_TRUE(made);
    files_ = std::move(made);
    made = world_.create_root("ssh-users", "ssh-user-ca");
    ASSERT_TRUE(made);
    users_ = std::move(made);
  }
  node::Answer ask_file(const statement::Statement& asked, const Person& who) {
    return world_.sign_with(0, *files_, world_.request_for(asked, who));
  }
  node::Answer ask_certificate(const statement::Statement& asked) {
    return world_.sign_with(0, *users_, world_.request_for(asked, world_.requester));
  }
  statement::Statement file() { return world_.file_statement(*files_); }
  statement::Statement certificate() { return world_.certificate_statement(*users_); }
  static statement::SshCertificate& body(statement::Statement& asked) {
    return std::get<statement::SshCertificate>(asked.body);
  }

  World world_;
  std::optional<ceremony::EpochRecord> files_;
  std::optional<ceremony::EpochRecord> users_;
};

TEST_F(Refusals, SignsWhatIsAllowed) {
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask_file(file(), world_.requester)));
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask_certificate(certificate())));
}

TEST_F(Refusals, RequestThatDoesNotDecode) {
  EXPECT_EQ(code_of(world_.sign_with(0, *files_, {1, 2, 3})), Code::malformed);
}

TEST_F(Refusals, StatementForAnotherRootThanTheAsk) {
  const Bytes request = world_.request_for(file(), world_.requester);
  EXPECT_EQ(code_of(world_.sign_with(0, *users_, request)), Code::malformed);
}

TEST_F(Refusals, RootUnderAnotherName) {
  statement::Statement asked = file();
  asked.root = "other";
  EXPECT_EQ(code_of(ask_file(asked, world_.requester)), Code::unknown_root);
}

TEST_F(Refusals, KindThatTheRootsPurposeDoesNotAllow) {
  statement::Statement asked = certificate();
  asked.root_id = files_->root_id();
  asked.root = "files";
  EXPECT_EQ(code_of(ask_file(asked, world_.requester)), Code::unknown_kind);
}

TEST_F(Refusals, ExpiredAndFutureRequests) {
  statement::Statement asked = file();
  asked.not_before = world_.now_s() - 7200;
  asked.not_after = world_.now_s();
  EXPECT_EQ(code_of(ask_file(asked, world_.requester)), Code::expired);
  asked.not_before = world_.now_s() + 121;
  asked.not_after = world_.now_s() + 3600;
  EXPECT_EQ(code_of(ask_file(asked, world_.requester)), Code::not_yet);
}

TEST_F(Refusals, StrangersAndTheAdministratorWhoMayNotAsk) {
  const Person stranger{draw_key(world_.entropy)};
  EXPECT_EQ(code_of(ask_file(file(), stranger)), Code::key_unknown);
  EXPECT_EQ(code_of(ask_file(file(), world_.administrator)), Code::requester_not_allowed);
}

TEST_F(Refusals, EvidenceOverAnotherStatement) {
  const Bytes statement = statement::encode(file());
  const Bytes other = statement::encode(file());
  request::Request request{statement, {}};
  ASSERT_TRUE(request::add(
      request, {request::requester, world_.requester.sshsig("quorate-request", other)}));
  EXPECT_EQ(code_of(world_.sign_with(0, *files_, request::encode(request))),
            Code::signature_invalid);
}

TEST_F(Refusals, EvidenceMadeForAnotherUse) {
  const Bytes statement = statement::encode(file());
  request::Request request{statement, {}};
  ASSERT_TRUE(
      request::add(request, {request::requester, world_.requester.sshsig("file", statement)}));
  EXPECT_EQ(code_of(world_.sign_with(0, *files_, request::encode(request))), Code::namespace_wrong);
}

TEST_F(Refusals, PolicyOfPrincipalsValidityNamespaceAndProfile) {
  statement::Statement asked = certificate();
  body(asked).principals = {"alice", "root"};
  EXPECT_EQ(code_of(ask_certificate(asked)), Code::principal_not_allowed);
  asked = certificate();
  body(asked).valid_before = asked.not_before + std::uint64_t{24} * 3600 + 1;
  EXPECT_EQ(code_of(ask_certificate(asked)), Code::validity_not_allowed);
  asked = certificate();
  asked.profile = "engineer-ssh";
  EXPECT_EQ(code_of(ask_certificate(asked)), Code::profile_unknown);
  asked = file();
  std::get<statement::File>(asked.body).name_space = "release";
  EXPECT_EQ(code_of(ask_file(asked, world_.requester)), Code::namespace_not_allowed);
}

TEST_F(Refusals, ExactlyTheLongestValidityIsAllowed) {
  statement::Statement asked = certificate();
  body(asked).valid_before = asked.not_before + std::uint64_t{24} * 3600;
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask_certificate(asked)));
}

TEST_F(Refusals, RefusalOfAKnownRequesterIsSignedAndRecorded) {
  statement::Statement asked = certificate();
  body(asked).principals = {"root"};
  const std::uint64_t before = world_.hosts[0]->records();
  const node::Answer answer = ask_certificate(asked);
  const auto& refused = std::get<node::Refused>(answer);
  EXPECT_EQ(refused.refusal.error.message,
            "principal root is not in profile certificates; allowed: alice");
  EXPECT_EQ(world_.hosts[0]->records(), before + 1);
  const auto verdict = record::decode_signed_verdict(refused.verdict);
  ASSERT_TRUE(verdict.has_value());
  const record::Asked whom{world_.hosts[0]->identity(), "test/alpha",
                           statement::request_id(statement::encode(asked)), users_->root_id()};
  const auto checked = record::check(*verdict, whom, record::Receipts::required);
  ASSERT_TRUE(checked.has_value()) << checked.error().message;
  EXPECT_EQ(checked->decision, record::Decision::refuse);
  EXPECT_EQ(checked->code, number(Code::principal_not_allowed));
  EXPECT_EQ(checked->reason, record::veil(refused.salt, bytes_of(refused.refusal.error.message)));
}

TEST_F(Refusals, RefusalOfAStrangerIsOnlyCounted) {
  const Person stranger{draw_key(world_.entropy)};
  const std::uint64_t before = world_.hosts[0]->records();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(ask_file(file(), stranger)), Code::key_unknown);
  EXPECT_EQ(world_.hosts[0]->records(), before);
  world_.clock_ms += 61'000;
  (void)world_.ask(0, node::Describe{});
  EXPECT_EQ(world_.hosts[0]->records(), before + 1);  // all five in one record
}

TEST_F(Refusals, FloodOfRefusalsOfOneRequesterDoesNotFillTheDisk) {
  const std::uint64_t before = world_.hosts[0]->records();
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(code_of(ask_file(file(), world_.administrator)), Code::requester_not_allowed);
  }
  EXPECT_EQ(world_.hosts[0]->records(), before + 10);
}

TEST_F(Refusals, CommitmentsThatAreNotThisNodesOrNotInOrder) {
  const Bytes request = world_.request_for(file(), world_.requester);
  auto pairs = world_.commitments(*files_, {0, 1});
  auto swapped = pairs;
  std::swap(swapped[0], swapped[1]);
  EXPECT_EQ(code_of(world_.sign(0, *files_, request, swapped)), Code::commitments_malformed);
  auto one = pairs;
  one.pop_back();
  EXPECT_EQ(code_of(world_.sign(0, *files_, request, one)), Code::commitments_malformed);
  EXPECT_EQ(code_of(world_.sign(2, *files_, request, pairs)), Code::commitments_malformed);
  auto mixed = pairs;
  std::swap(mixed[0].hiding, mixed[0].binding);
  EXPECT_EQ(code_of(world_.sign(0, *files_, request, mixed)), Code::nonce_unknown);
  // After all these refusals the honest session is still answered: no pair was spent.
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign(0, *files_, request, pairs)));
}

TEST_F(Refusals, NoncePairServesOnce) {
  const Bytes request = world_.request_for(file(), world_.requester);
  const auto pairs = world_.commitments(*files_, {0, 1});
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign(0, *files_, request, pairs)));
  const node::Answer again = world_.sign(0, *files_, request, pairs);
  EXPECT_EQ(code_of(again), Code::nonce_unknown);
  EXPECT_TRUE(std::get<node::Refused>(again).fresh.has_value());
}

TEST_F(Refusals, NoncePairOfAnotherClient) {
  const Bytes request = world_.request_for(file(), world_.requester);
  const auto pairs = world_.commitments(*files_, {0, 1});
  const auto other = draw_key(world_.entropy);
  const node::Answer answer = *world_.hosts[0]->handle(
      other.public_key(), node::SignAsk{request, files_->root_id(), 1, pairs}, world_.now());
  EXPECT_EQ(code_of(answer), Code::nonce_unknown);
}

TEST_F(Refusals, SameRequestIsAnsweredAgainWithOneVerdict) {
  const Bytes request = world_.request_for(file(), world_.requester);
  const std::uint64_t before = world_.hosts[0]->records();
  const auto first = world_.sign_with(0, *files_, request);
  const auto second = world_.sign_with(0, *files_, request);
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(first));
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(second));
  EXPECT_EQ(std::get<node::PartialAnswer>(first).verdict,
            std::get<node::PartialAnswer>(second).verdict);
  EXPECT_EQ(world_.hosts[0]->records(), before + 1);
}

TEST_F(Refusals, SessionsOfOneRequestAreLimited) {
  const Bytes request = world_.request_for(file(), world_.requester);
  for (int i = 0; i < 5 * 3 - 2 + 1; ++i) {
    ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *files_, request)));
  }
  EXPECT_EQ(code_of(world_.sign_with(0, *files_, request)), Code::too_many_sessions);
  world_.clock_ms += std::uint64_t{10} * 60 * 1000;
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *files_, request)));
}

TEST_F(Refusals, EpochsThatAreNotTheNodes) {
  const Bytes request = world_.request_for(file(), world_.requester);
  const auto pairs = world_.commitments(*files_, {0, 1});
  const auto behind = world_.ask(0, node::SignAsk{request, files_->root_id(), 2, pairs});
  EXPECT_EQ(code_of(behind), Code::epoch_behind);
  EXPECT_EQ(std::get<node::Refused>(behind).refusal.epoch, 1u);
  EXPECT_EQ(code_of(world_.ask(0, node::SignAsk{request, files_->root_id(), 0, pairs})),
            Code::epoch_ahead);
}

TEST_F(Refusals, TokenThatIsAwayCostsNoNonceAndLeavesItsVerdict) {
  const Bytes request = world_.request_for(file(), world_.requester);
  const auto pairs = world_.commitments(*files_, {0, 1});
  world_.hosts[0]->token.set_state(custody::State::absent);
  const node::Answer away = world_.sign(0, *files_, request, pairs);
  EXPECT_EQ(code_of(away), Code::custody_unavailable);
  EXPECT_FALSE(std::get<node::Refused>(away).verdict.empty());
  world_.hosts[0]->token.set_state(custody::State::ready);
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign(0, *files_, request, pairs)));
}

TEST_F(Refusals, ClockThatFellBehindTheLastRecord) {
  world_.clock_ms += 3'600'000;
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(ask_file(file(), world_.requester)));
  world_.clock_ms -= 121'000;
  EXPECT_EQ(code_of(ask_file(file(), world_.requester)), Code::clock_behind);
}

TEST_F(Refusals, CeremoniesOnlyForOperatorsAndAdministrators) {
  const Bytes proposal = world_.propose("more", "file", 2);
  const auto stranger = draw_key(world_.entropy);
  const Bytes word = world_.administrator.sshsig("quorate-proposal", proposal);
  EXPECT_EQ(
      code_of(*world_.hosts[0]->handle(
          stranger.public_key(), node::CeremonyAsk(node::Open{proposal, {word}}), world_.now())),
      Code::administrators_missing);
  EXPECT_EQ(code_of(world_.ask(0, node::CeremonyAsk(node::Open{proposal, {}}))),
            Code::administrators_missing);
  const Bytes requesters_word = world_.requester.sshsig("quorate-proposal", proposal);
  EXPECT_EQ(code_of(world_.ask(0, node::CeremonyAsk(node::Open{proposal, {requesters_word}}))),
            Code::key_unknown);  // who asks for signatures is nobody here
  const Bytes other_use = world_.administrator.sshsig("file", proposal);
  EXPECT_EQ(code_of(world_.ask(0, node::CeremonyAsk(node::Open{proposal, {other_use}}))),
            Code::namespace_wrong);
}

TEST_F(Refusals, RootOfANameThatIsTaken) {
  const Bytes proposal = world_.propose("files", "file", 2);
  const Bytes word = world_.administrator.sshsig("quorate-proposal", proposal);
  EXPECT_EQ(code_of(world_.ask(0, node::CeremonyAsk(node::Open{proposal, {word}}))),
            Code::root_exists);
}

TEST_F(Refusals, CeremonyOutsideItsWindow) {
  const Bytes proposal = world_.propose("more", "file", 2);
  const Bytes word = world_.administrator.sshsig("quorate-proposal", proposal);
  world_.clock_ms += 2ULL * 3600 * 1000;
  EXPECT_EQ(code_of(world_.ask(0, node::CeremonyAsk(node::Open{proposal, {word}}))),
            Code::outside_window);
}

}  // namespace
}  // namespace quorate::testing
