// Each rule of a profile, allowed and refused with its code; and which code comes first.

#include <gmock/gmock.h>

#include "proto/statement/access_payload.h"
#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::HasSubstr;

Decision judge_certificate(const Policy& policy, const statement::SshCertificate& body,
                           const request::Requester& who = by_key("alice", alice_key())) {
  return judge(policy, certificate_statement(body), asked_by(who));
}

// A bucket that gives nothing for a while.
class EmptyBuckets final : public Limits {
 public:
  explicit EmptyBuckets(std::string bucket) : bucket_(std::move(bucket)) {}
  Result<std::uint64_t> wait_ms(const Charge& charge) const override {
    return charge.bucket == bucket_ ? std::uint64_t{90'000} : 0;
  }

 private:
  std::string bucket_;
};

TEST(PolicyRules, TheExampleAllowsWhatItShould) {
  const Decision decision = judge_certificate(load(example()), certificate());
  ASSERT_TRUE(decision.status.has_value()) << reason(decision);
  EXPECT_EQ(decision.profile_name, "engineer-ssh");
  EXPECT_NE(decision.profile, record::Hash{});
  EXPECT_EQ(decision.charges, (std::vector<Charge>{{"engineer-ssh/alice", {20, 3600}},
                                                   {"engineer-ssh", {200, 3600}}}));
}

TEST(PolicyRules, PrincipalsAreComputedFromWhoAsks) {
  const Policy policy = load(example());
  statement::SshCertificate body = certificate();
  body.principals = {"deploy", "alice"};
  EXPECT_TRUE(judge_certificate(policy, body).status.has_value());
  body.principals = {"alice", "root"};
  const Decision refused = judge_certificate(policy, body);
  EXPECT_EQ(code(refused), Code::principal_not_allowed);
  EXPECT_EQ(reason(refused),
            "principal root is not in profile engineer-ssh; allowed: alice, deploy");
  EXPECT_THAT(refused.rule, HasSubstr(": ssh.principals"));
  // bob may not be alice.
  EXPECT_EQ(code(judge_certificate(policy, certificate(), by_key("bob", bob_key()))),
            Code::principal_not_allowed);
}

TEST(PolicyRules, TheRuleThatDecidesIsNamedWithItsLine) {
  statement::SshCertificate body = certificate();
  body.principals = {"root"};
  const std::string text = example();
  const auto at = static_cast<std::ptrdiff_t>(text.find("principals = "));
  EXPECT_EQ(judge_certificate(load(text), body).rule,
            "policy.toml:" + std::to_string(1 + std::count(text.begin(), text.begin() + at, '\n')) +
                ": ssh.principals");
}

TEST(PolicyRules, ValidityIsCountedFromTheStatementsBeginning) {
  const Policy policy = load(example());
  statement::SshCertificate body = certificate();
  body.valid_after = noon - 360;  // backdated
  body.valid_before = noon - 60 + 24 * 3600;
  EXPECT_TRUE(judge_certificate(policy, body).status.has_value());
  body.valid_before += 1;
  EXPECT_EQ(code(judge_certificate(policy, body)), Code::validity_not_allowed);
}

TEST(PolicyRules, LifeOfARequest) {
  const Policy policy = load(with("life = \"24h\"", "life = \"1h\""));
  statement::Statement asked = certificate_statement();
  asked.not_after = asked.not_before + 3600;
  EXPECT_TRUE(judge(policy, asked, asked_by_alice()).status.has_value());
  asked.not_after += 1;
  EXPECT_EQ(code(judge(policy, asked, asked_by_alice())), Code::life);
}

TEST(PolicyRules, SubjectKeysOfTheKindsNamed) {
  statement::SshCertificate body = certificate();
  body.subject = fido_key(50).blob();
  EXPECT_TRUE(judge_certificate(load(example()), body).status.has_value());
  const Decision refused =
      judge_certificate(load(with("\"sk-ed25519\", \"sk-ecdsa\", ", "")), body);
  EXPECT_EQ(code(refused), Code::key_not_allowed);
  EXPECT_THAT(reason(refused), HasSubstr("ed25519, ecdsa-p256, rsa-3072"));
}

TEST(PolicyRules, RsaOfAtLeastSoManyBits) {
  const auto rsa = [](std::size_t bytes, std::uint8_t first) {
    Bytes modulus(bytes, 0xff);
    modulus[0] = first;
    ssh::Writer blob;
    blob.text("ssh-rsa").mpint(Bytes{1, 0, 1}).mpint(modulus);
    statement::SshCertificate body = certificate();
    body.subject = blob.bytes();
    return body;
  };
  const Policy policy = load(example());
  EXPECT_TRUE(judge_certificate(policy, rsa(384, 0x80)).status.has_value());
  EXPECT_EQ(code(judge_certificate(policy, rsa(384, 0x40))), Code::key_not_allowed);  // 3071 bits
  EXPECT_EQ(code(judge_certificate(policy, rsa(256, 0x80))), Code::key_not_allowed);
}

TEST(PolicyRules, Extensions) {
  const Policy policy = load(example());
  statement::SshCertificate body = certificate();
  body.extensions = {"permit-port-forwarding", "permit-pty"};
  EXPECT_TRUE(judge_certificate(policy, body).status.has_value());
  body.extensions = {"permit-agent-forwarding"};
  const Decision refused = judge_certificate(policy, body);
  EXPECT_EQ(code(refused), Code::option_not_allowed);
  EXPECT_EQ(reason(refused),
            "extension permit-agent-forwarding is not in profile engineer-ssh; allowed: "
            "permit-pty, permit-port-forwarding");
}

TEST(PolicyRules, SourceAddressWithinTheNetworksNamed) {
  const Policy policy = load(example());
  statement::SshCertificate body = certificate();
  for (const char* inside : {"10.1.0.0/16", "10.0.0.0/8", "10.0.0.1/32,10.2.0.0/16"}) {
    body.critical = {{"source-address", inside}};
    EXPECT_TRUE(judge_certificate(policy, body).status.has_value()) << inside;
  }
  for (const char* outside :
       {"0.0.0.0/0", "11.0.0.0/8", "10.0.0.1/32,192.168.0.0/16", "8.0.0.0/5", "::/0", "a00::/8"}) {
    body.critical = {{"source-address", outside}};
    EXPECT_EQ(code(judge_certificate(policy, body)), Code::option_not_allowed) << outside;
  }
  const Policy required = load(with("required = false", "required = true"));
  EXPECT_EQ(code(judge_certificate(required, certificate())), Code::option_not_allowed);
  body.critical = {{"source-address", "10.1.0.0/16"}};
  EXPECT_TRUE(judge_certificate(required, body).status.has_value());
}

TEST(PolicyRules, ForceCommandForbiddenAllowedOrExact) {
  statement::SshCertificate with_command = certificate();
  with_command.critical = {{"force-command", "/bin/true"}};
  EXPECT_EQ(code(judge_certificate(load(example()), with_command)), Code::option_not_allowed);

  const Policy allowed = load(with("\"forbidden\"", "\"allowed\""));
  EXPECT_TRUE(judge_certificate(allowed, with_command).status.has_value());
  EXPECT_TRUE(judge_certificate(allowed, certificate()).status.has_value());

  const Policy exact = load(with("\"forbidden\"", "\"/bin/true\""));
  EXPECT_TRUE(judge_certificate(exact, with_command).status.has_value());
  EXPECT_EQ(code(judge_certificate(exact, certificate())), Code::option_not_allowed);
  with_command.critical[0].value = "/bin/true;sh";
  EXPECT_EQ(code(judge_certificate(exact, with_command)), Code::option_not_allowed);
}

TEST(PolicyRules, VerifyRequiredOnlyTakesAwayAndMayBeAskedFor) {
  statement::SshCertificate body = certificate();
  body.critical = {{"verify-required", ""}};
  EXPECT_TRUE(judge_certificate(load(example()), body).status.has_value());
}

TEST(PolicyRules, KeyIdIsWhatTheTemplateSays) {
  statement::SshCertificate body = certificate();
  body.key_id = "alice laptop";
  const Decision refused = judge_certificate(load(example()), body);
  EXPECT_EQ(code(refused), Code::key_id_not_allowed);
  EXPECT_EQ(reason(refused), "the key id must be `alice`, by profile engineer-ssh");
  EXPECT_TRUE(
      judge_certificate(load(with("key_id = \"{person}\"\n", "")), body).status.has_value());
}

TEST(PolicyRules, EvidenceOfTheKindAskedFor) {
  const Policy touch = load(with("evidence = \"key\" }", "evidence = \"key-touch\" }"));
  EXPECT_EQ(code(judge_certificate(touch, certificate())), Code::touch_required);
  request::Requester fido = by_key("alice", alice_fido());
  EXPECT_TRUE(judge_certificate(touch, certificate(), fido).status.has_value());
  fido.fido->flags = 0;
  EXPECT_EQ(code(judge_certificate(touch, certificate(), fido)), Code::touch_required);

  const Policy verified = load(with("evidence = \"key\" }", "evidence = \"key-verified\" }"));
  fido.fido->flags = 1;
  EXPECT_EQ(code(judge_certificate(verified, certificate(), fido)), Code::touch_required);
  fido.fido->flags = 5;
  EXPECT_TRUE(judge_certificate(verified, certificate(), fido).status.has_value());

  const Policy both = load(with("evidence = \"key\" }", "evidence = \"key+oidc\" }"));
  EXPECT_EQ(code(judge_certificate(both, certificate())), Code::evidence_missing);
  const request::Requester token = by_token("alice", "00u1x7");
  EXPECT_EQ(code(judge_certificate(both, certificate(), token)), Code::evidence_missing);
  request::Judgement two = asked_by_alice();
  two.requesters.push_back(token);
  EXPECT_TRUE(judge(both, certificate_statement(), two).status.has_value());

  EXPECT_EQ(code(judge_certificate(load(example()), certificate(), token)), Code::evidence_missing);
}

TEST(PolicyRules, FilesByNamespaceAndSize) {
  const Policy policy =
      load(with("[[profile.approval]]\ncount = 1\ngroups = "
                "[\"release-managers\"]\nwithin = \"12h\"\nevidence = "
                "\"key-touch\"\n",
                ""));
  statement::Statement asked = file_statement();
  auto& file = std::get<statement::File>(asked.body);
  file.size = std::uint64_t{4} << 30;
  EXPECT_TRUE(judge(policy, asked, asked_by_alice()).status.has_value());
  ++file.size;
  EXPECT_EQ(code(judge(policy, asked, asked_by_alice())), Code::field_not_allowed);
  file.name_space = "release";
  const Decision refused = judge(policy, asked, asked_by_alice());
  EXPECT_EQ(code(refused), Code::namespace_not_allowed);
  EXPECT_EQ(reason(refused),
            "namespace release is not in profile release-files; allowed: file, git");
}

TEST(PolicyRules, LimitsSayWhenToAskAgain) {
  const Policy policy = load(example());
  const statement::Statement asked = certificate_statement();
  const request::Judgement alice = asked_by_alice();
  const Facts facts{asked, alice, noon};
  const Decision hers = policy.judge(facts, EmptyBuckets("engineer-ssh/alice"));
  EXPECT_EQ(code(hers), Code::rate_limited);
  EXPECT_EQ(reason(hers),
            "profile engineer-ssh allows 20 in 1 h to each requester; ask again in 90 s");
  EXPECT_EQ(code(policy.judge(facts, EmptyBuckets("engineer-ssh"))), Code::rate_limited);
  EXPECT_TRUE(policy.judge(facts, EmptyBuckets("engineer-ssh/bob")).status.has_value());
}

TEST(PolicyRules, OutsideItsHours) {
  const Policy policy = load(example());
  const statement::Statement asked = certificate_statement();
  const request::Judgement alice = asked_by_alice();
  const Decision evening = policy.judge(Facts{asked, alice, noon + 7 * 3600}, NoLimits());
  EXPECT_EQ(code(evening), Code::outside_hours);
  EXPECT_EQ(reason(evening), "profile engineer-ssh signs only: Mon-Fri 07:00-19:00 Europe/Berlin");
}

TEST(PolicyRules, AStaleListStopsWhatNeedsAFreshOne) {
  const Policy policy = load(with("needs_fresh_list = false", "needs_fresh_list = true"));
  const statement::Statement asked = certificate_statement();
  const request::Judgement alice = asked_by_alice();
  EXPECT_TRUE(policy.judge(Facts{asked, alice, noon}, NoLimits()).status.has_value());
  EXPECT_EQ(code(policy.judge(Facts{asked, alice, noon, ListState::stale}, NoLimits())),
            Code::field_not_allowed);
  EXPECT_TRUE(load(example())
                  .judge(Facts{asked, alice, noon, ListState::stale}, NoLimits())
                  .status.has_value());
}

// Everything is wrong at once, and is put right from the first code to the last.
TEST(PolicyRules, TheFirstCodeOfTheTableIsTheAnswer) {
  const Policy policy = load(replaced(with("needs_fresh_list = false", "needs_fresh_list = true"),
                                      "evidence = \"key\" }", "evidence = \"key-touch\" }"));
  statement::SshCertificate body = certificate();
  body.principals = {"root"};
  body.valid_before = noon + 30 * 86'400;
  body.subject = Bytes{1, 2, 3};
  body.extensions = {"permit-X11-forwarding"};
  body.key_id = "nobody";
  statement::Statement asked = certificate_statement(body);
  asked.not_after = asked.not_before + 2 * 86'400;
  request::Judgement who = asked_by(by_key("erin", erin_key()));
  Facts facts{asked, who, noon + 7 * 3600, ListState::stale};
  const EmptyBuckets empty("engineer-ssh");
  const auto next = [&](const Limits& limits) { return code(policy.judge(facts, limits)); };
  auto& certificate_asked = std::get<statement::SshCertificate>(asked.body);

  EXPECT_EQ(next(empty), Code::requester_not_allowed);
  who = asked_by_alice();
  asked.profile = "other";
  EXPECT_EQ(next(empty), Code::profile_unknown);
  asked.profile = "engineer-ssh";
  EXPECT_EQ(next(empty), Code::life);
  asked.not_after = asked.not_before + 3600;
  EXPECT_EQ(next(empty), Code::touch_required);
  who = asked_by(by_key("alice", alice_fido()));
  EXPECT_EQ(next(empty), Code::principal_not_allowed);
  certificate_asked.principals = {"alice"};
  EXPECT_EQ(next(empty), Code::validity_not_allowed);
  certificate_asked.valid_before = noon + 3600;
  EXPECT_EQ(next(empty), Code::key_not_allowed);
  certificate_asked.subject = plain_key(99).blob();
  EXPECT_EQ(next(empty), Code::option_not_allowed);
  certificate_asked.extensions = {};
  EXPECT_EQ(next(empty), Code::rate_limited);
  EXPECT_EQ(next(NoLimits()), Code::outside_hours);
  facts.now_s = noon;
  EXPECT_EQ(next(NoLimits()), Code::key_id_not_allowed);
  certificate_asked.key_id = "alice";
  EXPECT_EQ(next(NoLimits()), Code::field_not_allowed);
  facts.list = ListState::fresh;
  EXPECT_EQ(next(NoLimits()), std::nullopt);
}

// Templates over what a token says.
class Templates : public ::testing::Test {
 protected:
  std::optional<Code> judge_email(const std::string& principal,
                                  std::map<std::string, std::vector<std::string>> claims,
                                  const std::string& asked) {
    const Policy policy =
        load(replaced(replaced(with("\"{person}\", \"deploy\"", "\"" + principal + "\""),
                               "evidence = \"key\" }", "evidence = \"oidc\" }"),
                      "key_id = \"{person}\"\n", ""));
    statement::SshCertificate body = certificate();
    body.principals = {asked};
    claims["groups"] = {"eng"};
    return code(judge(policy, certificate_statement(body),
                      asked_by(by_token("corp:u7", "u7", std::move(claims)))));
  }
};

TEST_F(Templates, AreFilledFromVerifiedClaimsOnly) {
  using Claims = std::map<std::string, std::vector<std::string>>;
  const Claims good = {{"email", {"zoe@example.com"}}, {"email_verified", {"true"}}};
  EXPECT_EQ(judge_email("{person}", good, "corp:u7"), std::nullopt);
  EXPECT_EQ(judge_email("{oidc.sub}", good, "u7"), std::nullopt);
  EXPECT_EQ(judge_email("x-{oidc.sub}-y", good, "x-u7-y"), std::nullopt);
  EXPECT_EQ(judge_email("{oidc.email}", good, "zoe@example.com"), std::nullopt);
  EXPECT_EQ(judge_email("{oidc.email.local}", good, "zoe"), std::nullopt);
  EXPECT_EQ(judge_email("{oidc.email.local}", good, "root"), Code::principal_not_allowed);

  Claims claims = good;
  claims["email_verified"] = {"false"};
  EXPECT_EQ(judge_email("{oidc.email}", claims, "zoe@example.com"), Code::principal_not_allowed);
  EXPECT_EQ(judge_email("{oidc.email.local}", claims, "zoe"), Code::principal_not_allowed);
  claims.erase("email_verified");
  EXPECT_EQ(judge_email("{oidc.email}", claims, "zoe@example.com"), Code::principal_not_allowed);
  claims = good;
  claims["email"] = {"root@elsewhere.example"};
  EXPECT_EQ(judge_email("{oidc.email.local}", claims, "root"), Code::principal_not_allowed);
  EXPECT_EQ(judge_email("{oidc.email}", claims, "root@elsewhere.example"), std::nullopt);
  claims["email"] = {"root@elsewhere.example@example.com"};
  EXPECT_EQ(judge_email("{oidc.email.local}", claims, "root"), Code::principal_not_allowed);
  claims["email"] = {"@example.com"};
  EXPECT_EQ(judge_email("{oidc.email.local}", claims, ""), Code::principal_not_allowed);
  claims["email"] = {"a@example.com", "b@example.com"};
  EXPECT_EQ(judge_email("{oidc.email}", claims, "a@example.com"), Code::principal_not_allowed);
}

TEST_F(Templates, ACharacterThatThePlaceForbidsIsARefusal) {
  EXPECT_EQ(judge_email("{oidc.email.local}",
                        {{"email", {"a,root@example.com"}}, {"email_verified", {"true"}}}, "root"),
            Code::principal_not_allowed);
}

TEST_F(Templates, AKeyIdThatCannotBeShownIsNotRepeatedInTheReason) {
  const Policy policy = load(replaced(with("key_id = \"{person}\"", "key_id = \"{oidc.email}\""),
                                      "evidence = \"key\" }", "evidence = \"oidc\" }"));
  statement::SshCertificate body = certificate();
  body.principals = {"deploy"};
  const Decision refused = judge(policy, certificate_statement(body),
                                 asked_by(by_token("corp:u7", "u7",
                                                   {{"groups", {"eng"}},
                                                    {"email", {"zo\xc3\xab@example.com"}},
                                                    {"email_verified", {"true"}}})));
  EXPECT_EQ(code(refused), Code::key_id_not_allowed);
  EXPECT_EQ(reason(refused),
            "`{oidc.email}` comes out with characters that no key id may have, or too many");
}

// Kind 4.
class AccessRules : public ::testing::Test {
 protected:
  std::string payload_text(const std::map<std::string, std::string>& changes = {}) {
    std::map<std::string, std::string> fields = {
        {"act", "\"login\""},
        {"aud", "[\"ssh://bastion.example.com\"]"},
        {"bundle", R"({"sha256":")" + std::string(64, 'b') + R"(","version":1})"},
        {"cnf", R"({"ssh":")" + alice_key().fingerprint() + "\"}"},
        {"ev", "[]"},
        {"exp", std::to_string(noon + 240)},
        {"iat", std::to_string(noon - 60)},
        {"jti", "\"" + std::string(32, 'a') + "\""},
        {"nbf", std::to_string(noon - 60)},
        {"pol", R"({"name":"prod-access","sha256":")" + hash() + "\"}"},
        {"res", "\"prod/db-1\""},
        {"rev", R"({"list":"main","number":0})"},
        {"sub", R"({"id":"zoe@example.com"})"},
        {"v", "1"}};
    for (const auto& [field, value] : changes) fields[field] = value;
    std::string text;
    for (const auto& [field, value] : fields) {
      text += (text.empty() ? "{\"" : ",\"") + field + "\":" + value;
    }
    return text + "}";
  }
  std::string hash() const { return to_hex(policy_.contents().profiles[2].hash); }

  Decision judge_access(const std::map<std::string, std::string>& changes = {}) {
    const std::string text = payload_text(changes);
    const auto parsed = statement::parse_access(bytes_of(text));
    EXPECT_TRUE(parsed.has_value()) << text << ": " << parsed.error().message;
    const Bytes payload(text.begin(), text.end());
    return judge(
        policy_,
        {statement::Kind::access,
         {},
         "access-eu",
         "",
         {},
         noon - 60,
         noon + 240,
         statement::Access{payload}},
        asked_by(by_token(
            "corp:u7", "u7",
            {{"groups", {"eng"}}, {"email", {"zoe@example.com"}}, {"email_verified", {"true"}}})));
  }

  Policy policy_ = load(example());
};

TEST_F(AccessRules, WhatTheProfileAllowsIsAllowed) {
  const Decision decision = judge_access();
  EXPECT_TRUE(decision.status.has_value()) << reason(decision);
  EXPECT_TRUE(judge_access({{"res", "\"prod/a.b_c-D9\""}}).status.has_value());
  EXPECT_TRUE(judge_access({{"sub", R"({"id":"zoe@example.com","idp":"https://id.example.com",)"
                                    R"("idp_sub":"u7"})"}})
                  .status.has_value());
}

TEST_F(AccessRules, EveryOtherFieldIsRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"act", "\"write\""},
      {"aud", "[\"ssh://bastion.example.com\",\"ssh://other\"]"},
      {"aud", "[\"ssh://bastion.example.com/\"]"},
      {"res", "\"prod\""},
      {"res", "\"prod/\""},
      {"res", "\"prod/.\""},
      {"res", "\"prod/..\""},
      {"res", "\"prod/a/b\""},
      {"res", "\"prod/a b\""},
      {"res", "\"prod/*\""},
      {"res", "\"test/a\""},
      {"sub", R"({"id":"root@example.com"})"},
      {"sub", R"({"id":"zoe@example.com","idp":"https://other.example","idp_sub":"u7"})"},
      {"sub", R"({"id":"zoe@example.com","idp_sub":"u7"})"},
      {"ev", R"([{"sha256":")" + std::string(64, 'e') + R"(","type":"oidc"}])"},
      {"pol", R"({"name":"other","sha256":")" + hash() + "\"}"},
      {"pol", R"({"name":"prod-access","sha256":")" + std::string(64, 'c') + "\"}"}};
  for (const auto& [field, value] : wrong) {
    EXPECT_EQ(code(judge_access({{field, value}})), Code::field_not_allowed) << field << value;
  }
}

TEST_F(AccessRules, LivesNoLongerThanTheProfileSays) {
  EXPECT_EQ(code(judge_access({{"exp", std::to_string(noon + 241)}})), Code::validity_not_allowed);
}

}  // namespace
}  // namespace quorate::policy
