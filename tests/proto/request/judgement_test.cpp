#include "proto/request/judgement.h"

#include <gtest/gtest.h>

#include "proto/document/ssh_buffer.h"
#include "proto/statement/to_be_signed.h"
#include "tests/proto/request/people.h"

namespace quorate::request {
namespace {

using testing::approval_of;
using testing::approved_by;
using testing::approver_key;
using testing::asked_by;
using testing::code_of;
using testing::KnownPeople;
using testing::request_with;
using testing::requester_key;
using testing::sshsig;
using testing::statement_bytes;
using testing::statement_of;

// Takes the token "carol" for carol, when the nonce is right.
class CarolsTokens final : public Tokens {
 public:
  explicit CarolsTokens(std::string nonce) : nonce_(std::move(nonce)) {}
  Result<TokenFacts> judge(std::string_view token, std::string_view nonce) const override {
    if (nonce != nonce_) return fail(Code::token_nonce, "the nonce differs");
    return TokenFacts{std::string(token), "corp", std::string(token)};
  }

 private:
  std::string nonce_;
};

Bytes user_bytes() { return statement_bytes("ssh-user"); }

Result<Judgement> judge(const std::vector<Evidence>& evidence, const People& people = KnownPeople(),
                        const Tokens& tokens = NoTokens()) {
  return judge_evidence(request_with(user_bytes(), evidence), statement_of("ssh-user"), people,
                        tokens);
}

Evidence good_requester() { return asked_by(requester_key(), user_bytes()); }
Evidence good_approval() {
  return approved_by(approver_key(), approval_of(statement_of("ssh-user")));
}
Evidence token(std::string_view text) { return {oidc, testing::text_bytes(text)}; }

Evidence broken_signature() {
  Evidence evidence = good_requester();
  evidence.data.back() ^= 1;
  return evidence;
}

Evidence for_another_use() {
  return {requester, sshsig(requester_key(), approval_namespace, user_bytes())};
}

Evidence for_another_request() {
  Approval approval = approval_of(statement_of("ssh-user"));
  approval.request_id[0] ^= 1;
  return approved_by(approver_key(), approval);
}

// Signed by an authenticator that says these flags of itself.
Evidence by_authenticator(std::uint8_t flags, std::string_view name_space) {
  const ed25519::SigningKey key = requester_key();
  constexpr std::string_view application = "ssh:";
  ssh::Writer blob;
  blob.text("sk-ssh-ed25519@openssh.com").string(key.public_key().bytes()).text(application);
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), user_bytes().data(), user_bytes().size());
  const Bytes data = ssh::signed_data(name_space, digest);
  ByteArray<32> of_application;
  ByteArray<32> of_data;
  crypto_hash_sha256(of_application.data(), bytes_of(application).data(), application.size());
  crypto_hash_sha256(of_data.data(), data.data(), data.size());
  ssh::Writer challenge;
  challenge.raw(of_application).u8(flags).u32(5).raw(of_data);
  ssh::Writer signature;
  signature.text("sk-ssh-ed25519@openssh.com").string(key.sign(challenge.bytes()));
  signature.u8(flags).u32(5);
  const ssh::Sshsig sshsig{ssh::PublicKey::parse(blob.bytes()).value(), std::string(name_space),
                           ssh::MessageHash::sha512, signature.bytes()};
  return {requester, sshsig.blob()};
}

class OnlyEve final : public People {
 public:
  std::optional<std::string> person_of(const ssh::PublicKey& /*key*/) const override {
    return "eve";
  }
};

TEST(Judgement, DemandsTheTouchOfAnAuthenticatorAndTellsItsFlags) {
  const auto touched = judge({by_authenticator(0x05, requester_namespace)}, OnlyEve());
  ASSERT_TRUE(touched.has_value()) << touched.error().message;
  EXPECT_EQ(touched->requesters[0].fido, (ssh::Fido{0x05, 5}));
  EXPECT_EQ(code_of(judge({by_authenticator(0x04, requester_namespace)}, OnlyEve())),
            Code::touch_required);
  EXPECT_EQ(
      code_of(judge({by_authenticator(0x04, requester_namespace), for_another_use()}, OnlyEve())),
      Code::namespace_wrong);
}

TEST(Judgement, NamesWhoAsksAndWhoAgrees) {
  const auto judged = judge({good_requester(), good_approval()});
  ASSERT_TRUE(judged.has_value()) << judged.error().message;
  EXPECT_EQ(judged->person, "alice");
  ASSERT_EQ(judged->requesters.size(), 1u);
  EXPECT_EQ(judged->requesters[0].evidence, 0u);
  EXPECT_EQ(judged->requesters[0].key, ssh::PublicKey::of(requester_key().public_key()));
  ASSERT_EQ(judged->approvers.size(), 1u);
  EXPECT_EQ(judged->approvers[0].evidence, 1u);
  EXPECT_EQ(judged->approvers[0].person, "bob");
  EXPECT_EQ(judged->approvers[0].approval, approval_of(statement_of("ssh-user")));
}

TEST(Judgement, RefusesWithoutEvidenceOfWhoAsks) {
  EXPECT_EQ(code_of(judge({})), Code::evidence_missing);
  EXPECT_EQ(code_of(judge({good_approval()})), Code::evidence_missing);
  EXPECT_EQ(code_of(judge({{9, {}}})), Code::evidence_missing);
}

TEST(Judgement, RefusesBrokenFormsAndUnknownTypes) {
  EXPECT_EQ(code_of(judge({{requester, {1, 2, 3}}})), Code::evidence_malformed);
  EXPECT_EQ(code_of(judge({good_requester(), {approval, Bytes(111)}})), Code::evidence_malformed);
  EXPECT_EQ(code_of(judge({good_requester(), {approval, Bytes(112)}})), Code::evidence_malformed);
  EXPECT_EQ(code_of(judge({good_requester(), {4, {}}})), Code::evidence_malformed);
  EXPECT_EQ(code_of(judge({good_requester(), {0, {}}})), Code::evidence_malformed);
}

TEST(Judgement, RefusesASignatureOverAnythingElse) {
  EXPECT_EQ(code_of(judge({broken_signature()})), Code::signature_invalid);
  EXPECT_EQ(code_of(judge({asked_by(requester_key(), statement_bytes("ssh-host"))})),
            Code::signature_invalid);
}

TEST(Judgement, RefusesSha256InsideAnSshsig) {
  ssh::Sshsig old = ssh::Sshsig::parse_blob(good_requester().data).value();
  old.hash = ssh::MessageHash::sha256;
  ByteArray<32> digest;
  crypto_hash_sha256(digest.data(), user_bytes().data(), user_bytes().size());
  old.signature = ssh::ed25519_signature_blob(requester_key().sign(
      ssh::signed_data(requester_namespace, ssh::MessageHash::sha256, digest)));
  EXPECT_EQ(code_of(judge({{requester, old.blob()}})), Code::evidence_malformed);
}

TEST(Judgement, RefusesAKeyThatIsNobodys) {
  KnownPeople people;
  people.forget_approver();
  EXPECT_EQ(code_of(judge({good_requester(), good_approval()}, people)), Code::key_unknown);
  EXPECT_EQ(code_of(judge({asked_by(approver_key(), user_bytes())}, people)), Code::key_unknown);
}

TEST(Judgement, RefusesASignatureForAnotherUse) {
  EXPECT_EQ(code_of(judge({for_another_use()})), Code::namespace_wrong);
  const auto approval_bytes = encode(approval_of(statement_of("ssh-user")));
  const Evidence request_as_approval{
      approval, testing::joined(
                    {approval_bytes, sshsig(approver_key(), requester_namespace, approval_bytes)})};
  EXPECT_EQ(code_of(judge({good_requester(), request_as_approval})), Code::namespace_wrong);
}

TEST(Judgement, RefusesTwoRequestersButNotTwoKeysOfOne) {
  const std::vector<Evidence> two{good_requester(), asked_by(approver_key(), user_bytes())};
  EXPECT_EQ(code_of(judge(two)), Code::requesters_differ);
  KnownPeople people;
  people.rename_approver("alice");
  const auto judged = judge(two, people);
  ASSERT_TRUE(judged.has_value());
  EXPECT_EQ(judged->requesters.size(), 2u);
}

TEST(Judgement, AsksTheProviderAboutTokensWithTheNonceOfThisStatement) {
  const CarolsTokens tokens(statement::token_nonce(statement_of("ssh-user")));
  const auto judged = judge({token("carol")}, KnownPeople(), tokens);
  ASSERT_TRUE(judged.has_value());
  EXPECT_EQ(judged->person, "carol");
  EXPECT_FALSE(judged->requesters[0].key);
  EXPECT_EQ(code_of(judge({token("carol")}, KnownPeople(), CarolsTokens("other"))),
            Code::token_nonce);
  EXPECT_EQ(code_of(judge({good_requester(), token("carol")}, KnownPeople(), tokens)),
            Code::requesters_differ);
  EXPECT_TRUE(judge({good_requester(), token("alice")}, KnownPeople(), tokens).has_value());
  EXPECT_EQ(code_of(judge({token("car ol")}, KnownPeople(), tokens)), Code::token_invalid);
}

TEST(Judgement, KnowsNoIssuerWithoutProviders) {
  EXPECT_EQ(code_of(judge({token("carol")})), Code::token_issuer);
}

TEST(Judgement, RefusesAnApprovalOfAnotherRequestOrRoot) {
  EXPECT_EQ(code_of(judge({good_requester(), for_another_request()})),
            Code::approval_other_request);
  Approval other_root = approval_of(statement_of("ssh-user"));
  other_root.root_id[0] ^= 1;
  EXPECT_EQ(code_of(judge({good_requester(), approved_by(approver_key(), other_root)})),
            Code::approval_other_request);
}

TEST(JudgementInOrder, TheFirstCodeOfTheTableIsTheAnswerWhateverTheOrderOfTheEvidence) {
  const Evidence unknown{9, {}};
  Evidence broken_approval = for_another_request();
  broken_approval.data.back() ^= 1;
  KnownPeople without_bob;
  without_bob.forget_approver();
  EXPECT_EQ(code_of(judge({broken_signature(), unknown})), Code::evidence_malformed);
  EXPECT_EQ(code_of(judge({good_requester(), broken_approval})), Code::signature_invalid);
  EXPECT_EQ(code_of(judge({for_another_use(), broken_approval})), Code::signature_invalid);
  EXPECT_EQ(code_of(judge({for_another_use(), good_approval()}, without_bob)), Code::key_unknown);
  EXPECT_EQ(code_of(judge({for_another_use(), for_another_request()})), Code::namespace_wrong);
  EXPECT_EQ(code_of(judge(
                {good_requester(), asked_by(approver_key(), user_bytes()), for_another_request()})),
            Code::requesters_differ);
  EXPECT_EQ(code_of(judge({good_requester(), for_another_request(), token("x")})),
            Code::token_issuer);
}

}  // namespace
}  // namespace quorate::request
