// `policy explain`: the real judgement over a real request, without a node.

#include "node/policy/explain.h"

#include <gmock/gmock.h>
#include <sodium.h>

#include "proto/document/sshsig.h"
#include "proto/statement/to_be_signed.h"
#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ed25519::SigningKey signing_key(std::uint64_t seed) {
  testing::SeededEntropy entropy(seed);
  SecretBytes<32> secret;
  entropy.fill(secret.writable());
  return ed25519::SigningKey(secret);
}

Bytes sshsig(std::uint64_t seed, std::string_view name_space, ByteView message) {
  const ed25519::SigningKey key = signing_key(seed);
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  const Bytes signed_bytes = ssh::signed_data(name_space, digest);
  return ssh::file_signature(name_space, key.public_key(), key.sign(signed_bytes)).blob();
}

// alice (1) asks, erin (6) approves with a plain key.
class Explain : public ::testing::Test {
 protected:
  Explain() {
    asked_.root_id = point(90).bytes();
    rewrite();
  }
  void rewrite() {
    request_ = {statement::encode(asked_), {}};
    add({request::requester, sshsig(1, request::requester_namespace, request_.statement)});
  }
  void add(request::Evidence evidence) {
    ASSERT_TRUE(request::add(request_, std::move(evidence)).has_value());
  }
  void approve() {
    const request::Approval approval{
        statement::request_id(request_.statement), asked_.root_id, noon - 60, noon + 3600, {}};
    const auto bytes = request::encode(approval);
    Bytes data(bytes.begin(), bytes.end());
    append(data, sshsig(6, request::approval_namespace, bytes));
    add({request::approval, data});
  }
  Explanation explained(std::uint64_t now = noon) { return explain(policy_, {}, request_, now); }

  Policy policy_ = load(with("evidence = \"key-touch\"", "evidence = \"key\""));
  statement::Statement asked_ = file_statement();
  request::Request request_;
};

TEST_F(Explain, PendingNamesWhoCanCompleteItAndTheRule) {
  const Explanation explanation = explained();
  EXPECT_TRUE(explanation.decision.is_pending());
  EXPECT_EQ(explanation.requester, "alice");
  EXPECT_THAT(in_words(explanation),
              AllOf(StartsWith("decision       pending\n"
                               "code           220 approval_missing\n"
                               "reason         profile release-files needs 1 approval by carol, "
                               "dave or erin\n"
                               "decided by     policy.toml:"),
                    HasSubstr("profile        release-files " +
                              to_hex(policy_.contents().profiles[1].hash)),
                    HasSubstr("not looked at  how often the profile was used (rates)\n")));
}

TEST_F(Explain, ApprovedNamesTheProfileAndWhoApproved) {
  approve();
  const Explanation explanation = explained();
  EXPECT_EQ(word(explanation.decision), "approve");
  EXPECT_THAT(explanation.approved_by, ElementsAre("erin"));
  EXPECT_THAT(explanation.decision.rule, HasSubstr(": profile release-files"));
}

TEST_F(Explain, RefusedNamesTheLineThatDecides) {
  std::get<statement::File>(asked_.body).name_space = "release";
  rewrite();
  const Explanation explanation = explained();
  EXPECT_EQ(word(explanation.decision), "refuse");
  EXPECT_EQ(code(explanation.decision), Code::namespace_not_allowed);
  EXPECT_THAT(explanation.decision.rule, HasSubstr(": file.namespaces"));
}

TEST_F(Explain, WhatFailsBeforeThePolicyIsAskedSaysSo) {
  const Explanation late = explained(noon + 3600);
  EXPECT_EQ(code(late.decision), Code::expired);
  EXPECT_EQ(late.decision.rule, "before any policy is asked");
  EXPECT_EQ(late.requester, "");

  request_.evidence.clear();
  EXPECT_EQ(code(explained().decision), Code::evidence_missing);
  request_.evidence = {
      {request::requester, sshsig(77, request::requester_namespace, request_.statement)}};
  EXPECT_EQ(code(explained().decision), Code::key_unknown);
}

TEST_F(Explain, ATokenWhoseKeysAreNotAtHandIsTakenAtItsWordAndThatIsSaid) {
  // {"alg":"ES256"} and a token of corp for alice with this request's nonce, unsigned.
  const auto base64 = [](const std::string& text) {
    std::string out(text.size() * 2 + 4, '\0');
    sodium_bin2base64(out.data(), out.size(), bytes_of(text).data(), text.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return out.substr(0, out.find('\0'));
  };
  const std::string claims =
      R"({"iss":"https://id.example.com","sub":"00u1x7","aud":"quorate","iat":)" +
      std::to_string(noon - 30) + R"(,"exp":)" + std::to_string(noon + 300) + R"(,"nonce":")" +
      statement::token_nonce(asked_) + "\"}";
  const std::string token = base64(R"({"alg":"ES256","kid":"k"})") + "." + base64(claims) + "." +
                            base64(std::string(64, 's'));
  request_.evidence = {{request::oidc, Bytes(token.begin(), token.end())}};
  policy_ = load(with("requester = { groups = [\"engineers\"] }",
                      "requester = { groups = [\"engineers\"], evidence = \"oidc\" }"));
  const Explanation explanation = explained();
  EXPECT_EQ(explanation.requester, "alice") << in_words(explanation);
  EXPECT_TRUE(explanation.decision.is_pending());
  EXPECT_THAT(explanation.not_looked_at,
              Contains(HasSubstr("the token's signature: the keys of corp")));
  approve();
  EXPECT_THAT(explained(noon + 200).not_looked_at, Contains(HasSubstr("corp")));
  EXPECT_EQ(code(explained(noon + 3000).decision), Code::token_expired);
}

}  // namespace
}  // namespace quorate::policy
