// A coordinator that lies, against real nodes. It holds everything that a coordinator ever holds:
// a client's identity that the nodes let in, requests that others made, approvals that others gave,
// every answer of every node. What it lacks are other people's keys, and so it gets no signature
// over anything that those people did not sign.

#include <gmock/gmock.h>

#include <random>

#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/hand.h"
#include "tests/end_to_end/policy_text.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {
namespace {

using statement::Kind;
using statement::Statement;
using ::testing::HasSubstr;

const std::vector<std::string> two = {"alpha", "bravo"};

// Everybody who has a key; the coordinator has mallory's.
struct Everybody {
  explicit Everybody(SeededEntropy entropy)
      : alice{draw_key(entropy)},
        mallory{draw_key(entropy)},
        carol{draw_key(entropy)},
        dave{draw_key(entropy)},
        stranger{draw_key(entropy)},
        laptop{draw_key(entropy)} {}
  Person alice, mallory, carol, dave, stranger;
  Person laptop;  // whom certificates are for
};

class LyingCoordinator : public DevQuorum {
 protected:
  static void SetUpTestSuite() {
    begin("--custody file");
    everybody_ = std::make_unique<Everybody>(SeededEntropy(std::random_device()()));
    set_policy({"alpha", "bravo", "charlie"}, policy());
  }
  void SetUp() override {
    DevQuorum::SetUp();
    hand_ = std::make_unique<Hand>(shell().folder() / "d/client");
    users_ = std::make_unique<ceremony::EpochRecord>(hand_->root("ssh-users"));
    files_ = std::make_unique<ceremony::EpochRecord>(hand_->root("files"));
  }

  // Certificates for oneself; files with one other person's word.
  static std::string policy() {
    const Everybody& e = *everybody_;
    return "version = 1\n" + person("alice", {e.alice.line("alice")}) +
           person("mallory", {e.mallory.line("mallory")}) + person("carol", {e.carol.line("c")}) +
           person("dave", {e.dave.line("d")}) + group("users", {"alice", "mallory"}) +
           group("approvers", {"carol", "dave"}) +
           profile("certificates", "ssh-users", "ssh-user", "users") +
           "[profile.ssh]\nprincipals = [\"{person}\"]\nmax_validity = \"24h\"\n"
           "extensions = [\"permit-pty\"]\n" +
           profile("releases", "files", "file", "users") +
           "[profile.file]\nnamespaces = [\"file\", \"git\"]\n"
           "[[profile.approval]]\ncount = 1\ngroups = [\"approvers\"]\n";
  }

  static const Everybody& people() { return *everybody_; }
  Hand& hand() { return *hand_; }
  const ceremony::EpochRecord& users() const { return *users_; }
  const ceremony::EpochRecord& files() const { return *files_; }

  Statement certificate_for(const std::string& principal) const {
    Statement out = statement_for(users(), Kind::ssh_user, statement::SshCertificate{});
    out.body =
        statement::SshCertificate{ssh::CertificateType::user,
                                  ssh::PublicKey::of(people().laptop.key.public_key()).blob(),
                                  principal + "@laptop",
                                  {principal},
                                  out.not_before - 60,
                                  out.not_before + 8 * 3600,
                                  {},
                                  {"permit-pty"}};
    return out;
  }
  Statement release() const {
    return statement_for(files(), Kind::file, statement::File{"file", {1}, 11, "hello.txt"});
  }
  // Whole, as alice and carol meant it.
  static Bytes approved(const Statement& asked) {
    return request_of(asked, {asked_by(people().alice, statement::encode(asked)),
                              approved_by(people().carol, asked)});
  }
  static Bytes alices(const Statement& asked) {
    return request_of(asked, {asked_by(people().alice, statement::encode(asked))});
  }

  // The request to both nodes, with fresh commitments: what each says of it.
  std::vector<Said> both(const ceremony::EpochRecord& root, const Bytes& request) {
    const auto commitments = hand().commitments(root, two);
    std::vector<Said> said;
    for (const std::string& node : two) {
      said.push_back(hand().sign(node, root, request, commitments));
    }
    return said;
  }
  void expect_both(const std::string& code, const ceremony::EpochRecord& root,
                   const Bytes& request) {
    for (const Said& said : both(root, request)) {
      EXPECT_EQ(said.code, code) << said.reason;
      EXPECT_FALSE(said.partial.has_value());
    }
  }
  // The control: by this very way an honest coordinator gets its signature.
  void expect_signed(const ceremony::EpochRecord& root, const Statement& asked,
                     const Bytes& request) {
    const auto commitments = hand().commitments(root, two);
    std::vector<frost::Partial> partials;
    for (const std::string& node : two) {
      const Said said = hand().sign(node, root, request, commitments);
      ASSERT_EQ(said.code, "signed") << said.reason;
      partials.push_back(*said.partial);
    }
    EXPECT_TRUE(is_a_signature(root, to_be_signed(asked), commitments, partials));
  }

 private:
  static std::unique_ptr<Everybody> everybody_;
  std::unique_ptr<Hand> hand_;
  std::unique_ptr<ceremony::EpochRecord> users_;
  std::unique_ptr<ceremony::EpochRecord> files_;
};

std::unique_ptr<Everybody> LyingCoordinator::everybody_;

TEST_F(LyingCoordinator, GetsASignatureWhenForOnceItDoesNotLie) {
  const Statement certificate = certificate_for("alice");
  expect_signed(users(), certificate, alices(certificate));
  const Statement file = release();
  expect_signed(files(), file, approved(file));
}

TEST_F(LyingCoordinator, ChangesAFieldOfACertificateAfterTheEvidence) {
  const std::map<std::string, void (*)(Statement&, statement::SshCertificate&)> lies = {
      {"principal", [](Statement&, auto& body) { body.principals = {"mallory"}; }},
      {"one more principal", [](Statement&, auto& body) { body.principals.push_back("mallory"); }},
      {"key",
       [](Statement&, auto& body) {
         body.subject = ssh::PublicKey::of(people().mallory.key.public_key()).blob();
       }},
      {"key id", [](Statement&, auto& body) { body.key_id = "somebody else"; }},
      {"end", [](Statement&, auto& body) { body.valid_before += 3600; }},
      {"beginning", [](Statement&, auto& body) { body.valid_after -= 60; }},
      {"extension", [](Statement&, auto& body) { body.extensions.clear(); }},
      {"option",
       [](Statement&, auto& body) {
         body.critical = {{"force-command", "/bin/sh"}};
       }},
      {"profile", [](Statement& asked, auto&) { asked.profile = "certificates"; }},
      {"nonce", [](Statement& asked, auto&) { asked.nonce[0] ^= 1; }},
      {"window", [](Statement& asked, auto&) { asked.not_after += 1; }}};
  for (const auto& [name, lie] : lies) {
    SCOPED_TRACE(name);
    const Statement asked = certificate_for("alice");
    Statement changed = asked;
    lie(changed, std::get<statement::SshCertificate>(changed.body));
    expect_both("signature_invalid", users(),
                request_of(changed, {asked_by(people().alice, statement::encode(asked))}));
  }
}

TEST_F(LyingCoordinator, ChangesAFieldOfAFileAfterTheEvidence) {
  const std::map<std::string, void (*)(statement::File&)> lies = {
      {"hash", [](statement::File& file) { file.sha512[63] ^= 1; }},
      {"namespace", [](statement::File& file) { file.name_space = "git"; }},
      {"size", [](statement::File& file) { file.size += 1; }},
      {"label", [](statement::File& file) { file.label = "harmless.txt"; }}};
  for (const auto& [name, lie] : lies) {
    SCOPED_TRACE(name);
    const Statement asked = release();
    Statement changed = asked;
    lie(std::get<statement::File>(changed.body));
    // Also with the approval: both were given for what it was before.
    expect_both("signature_invalid", files(),
                request_of(changed, {asked_by(people().alice, statement::encode(asked)),
                                     approved_by(people().carol, asked)}));
  }
}

TEST_F(LyingCoordinator, DropsAnApproval) {
  const Statement asked = release();
  for (const Said& said : both(files(), alices(asked))) {
    EXPECT_EQ(said.code, "approval_missing");
    EXPECT_FALSE(said.partial.has_value());
    ASSERT_TRUE(said.verdict.has_value());
    EXPECT_EQ(said.verdict->decision, record::Decision::pending);
  }
  expect_signed(files(), asked, approved(asked));
}

TEST_F(LyingCoordinator, ReusesAnOldApprovalForANewRequest) {
  const Statement old = release();
  expect_signed(files(), old, approved(old));
  const Statement asked = release();  // the same file again: another nonce, so another request
  expect_both("approval_other_request", files(),
              request_of(asked, {asked_by(people().alice, statement::encode(asked)),
                                 approved_by(people().carol, old)}));
  // Nor does it help to say that the new one is the old one.
  request::Evidence forged = approved_by(people().carol, old);
  const auto id = statement::request_id(statement::encode(asked));
  std::copy(id.begin(), id.end(), forged.data.begin());
  expect_both("signature_invalid", files(),
              request_of(asked, {asked_by(people().alice, statement::encode(asked)), forged}));
}

TEST_F(LyingCoordinator, ApprovesByAKeyOfItsOwn) {
  const Statement asked = release();
  const request::Evidence evidence = asked_by(people().alice, statement::encode(asked));
  expect_both("key_unknown", files(),
              request_of(asked, {evidence, approved_by(people().stranger, asked)}));
  // Known, and in no group that may approve: passed over.
  expect_both("approval_missing", files(),
              request_of(asked, {evidence, approved_by(people().mallory, asked)}));
}

TEST_F(LyingCoordinator, ClaimsAnotherPrincipal) {
  const Statement asked = certificate_for("alice");
  const Bytes bytes = statement::encode(asked);
  // As itself, as nobody, and as alice, whose key it does not have.
  const auto own = both(users(), request_of(asked, {asked_by(people().mallory, bytes)}));
  for (const Said& said : own) {
    EXPECT_EQ(said.code, "principal_not_allowed");
    EXPECT_THAT(said.reason, HasSubstr("alice"));
    EXPECT_FALSE(said.partial.has_value());
  }
  expect_both("key_unknown", users(), request_of(asked, {asked_by(people().stranger, bytes)}));
  expect_both(
      "requesters_differ", users(),
      request_of(asked, {asked_by(people().alice, bytes), asked_by(people().mallory, bytes)}));
  // Evidence that alice gave for another use of her key.
  expect_both(
      "namespace_wrong", users(),
      request_of(asked, {{request::requester, people().alice.sshsig("quorate-proposal", bytes)}}));
}

TEST_F(LyingCoordinator, SendsDifferentStatementsToDifferentNodes) {
  // Both are alice's own, with one nonce: two certificates that she did ask for. One session.
  const Statement one = certificate_for("alice");
  Statement other = one;
  std::get<statement::SshCertificate>(other.body).key_id = "alice@desk";
  const auto commitments = hand().commitments(users(), two);
  const Said alpha = hand().sign("alpha", users(), alices(one), commitments);
  const Said bravo = hand().sign("bravo", users(), alices(other), commitments);
  ASSERT_EQ(alpha.code, "signed") << alpha.reason;
  ASSERT_EQ(bravo.code, "signed") << bravo.reason;
  ASSERT_TRUE(alpha.verdict && bravo.verdict);
  EXPECT_NE(alpha.verdict->request_id, bravo.verdict->request_id);
  EXPECT_NE(alpha.verdict->document, bravo.verdict->document);
  for (const Statement& asked : {one, other}) {
    EXPECT_FALSE(is_a_signature(users(), to_be_signed(asked), commitments,
                                {*alpha.partial, *bravo.partial}));
  }
  // Whoever wanted the missing halves over the same commitments asks in vain.
  EXPECT_EQ(hand().sign("alpha", users(), alices(other), commitments).code, "nonce_unknown");
  EXPECT_EQ(hand().sign("bravo", users(), alices(one), commitments).code, "nonce_unknown");
}

TEST_F(LyingCoordinator, ShowsAnApprovedFileToOneNodeAndAnotherToTheNext) {
  const Statement shown = release();
  Statement wanted = shown;
  std::get<statement::File>(wanted.body).sha512[0] ^= 1;
  const auto commitments = hand().commitments(files(), two);
  const Said alpha = hand().sign("alpha", files(), approved(shown), commitments);
  ASSERT_EQ(alpha.code, "signed") << alpha.reason;
  const Said bravo =
      hand().sign("bravo", files(),
                  request_of(wanted, {asked_by(people().mallory, statement::encode(wanted)),
                                      approved_by(people().carol, shown)}),
                  commitments);
  EXPECT_EQ(bravo.code, "approval_other_request") << bravo.reason;
  EXPECT_FALSE(bravo.partial.has_value());
}

TEST_F(LyingCoordinator, RepeatsACommitment) {
  const Statement asked = certificate_for("alice");
  const Bytes request = alices(asked);
  auto commitments = hand().commitments(users(), two);
  // The same one twice, and one node's as if it were the other's.
  EXPECT_EQ(hand().sign("alpha", users(), request, {commitments[0], commitments[0]}).code,
            "commitments_malformed");
  auto stolen = commitments;
  stolen[1].hiding = commitments[0].hiding;
  stolen[1].binding = commitments[0].binding;
  EXPECT_EQ(hand().sign("bravo", users(), request, stolen).code, "nonce_unknown");

  // Once it was answered with, it is gone: for this request and for any other.
  const Said first = hand().sign("alpha", users(), request, commitments);
  ASSERT_EQ(first.code, "signed") << first.reason;
  const auto others = hand().commitments(users(), {"bravo"});
  const Statement next = certificate_for("alice");
  for (const Bytes& again : {request, alices(next)}) {
    const Said said = hand().sign("alpha", users(), again, {commitments[0], others[0]});
    EXPECT_EQ(said.code, "nonce_unknown") << said.reason;
    EXPECT_FALSE(said.partial.has_value());
  }
}

TEST_F(LyingCoordinator, ReplaysAWholeAsk) {
  const Statement asked = certificate_for("alice");
  const Bytes request = alices(asked);
  const auto commitments = hand().commitments(users(), two);
  const Said before = hand().sign("alpha", users(), request, commitments);
  ASSERT_EQ(before.code, "signed") << before.reason;
  for (int again = 0; again < 3; ++again) {
    const Said said = hand().sign("alpha", users(), request, commitments);
    EXPECT_EQ(said.code, "nonce_unknown");
    EXPECT_FALSE(said.partial.has_value());
  }
  // With fresh commitments the same request is answered again, under the verdict of before.
  const auto fresh = hand().commitments(users(), two);
  const Said after = hand().sign("alpha", users(), request, fresh);
  ASSERT_EQ(after.code, "signed") << after.reason;
  EXPECT_EQ(*after.verdict, *before.verdict);
}

TEST_F(LyingCoordinator, MixesTheHalvesOfTwoSessions) {
  const Statement asked = certificate_for("alice");
  const Bytes request = alices(asked);
  const auto first = hand().commitments(users(), two);
  const auto second = hand().commitments(users(), two);
  const Said alpha = hand().sign("alpha", users(), request, first);
  const Said bravo = hand().sign("bravo", users(), request, second);
  ASSERT_TRUE(alpha.partial && bravo.partial);
  const std::vector<frost::Partial> halves = {*alpha.partial, *bravo.partial};
  for (const auto& commitments :
       {first, second, std::vector{first[0], second[1]}, std::vector{second[0], first[1]}}) {
    EXPECT_FALSE(is_a_signature(users(), to_be_signed(asked), commitments, halves));
  }
}

TEST_F(LyingCoordinator, SaysAnotherRootOrEpochThanTheStatement) {
  const Statement asked = certificate_for("alice");
  expect_both("malformed", files(), alices(asked));
  ceremony::EpochRecord later = users();
  later.members.epoch += 1;
  const auto commitments = hand().commitments(users(), two);
  EXPECT_EQ(hand().sign("alpha", later, alices(asked), commitments).code, "epoch_behind");
}

}  // namespace
}  // namespace quorate::testing
