// What a node judges tokens with, fetcher and all, against a real provider.

#include "tests/end_to_end/provider.h"

#include <gtest/gtest.h>

#include <ctime>
#include <future>

#include "node/oidc/fetch/fetcher.h"
#include "node/oidc/verifier.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;
using testing::Provider;
using testing::ProviderKey;

constexpr const char* nonce = "bm9uY2Ugb2YgdGhpcyByZXF1ZXN0";

class RealProvider : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { provider_ = std::make_unique<Provider>(); }
  static void TearDownTestSuite() { provider_.reset(); }

  void SetUp() override {
    Issuer issuer{"corp",    provider_->issuer(), "",  provider_->ca_file().string(),
                  "quorate", {Algorithm::es256},  300, {}};
    ASSERT_TRUE(providers_.configure({issuer}, {}));
  }

  // As a node does: where the keys are missing it fetches them, and judges again.
  Result<request::TokenFacts> judge(const std::string& token) {
    const auto judge_now = [&] {
      const Verifier verifier(
          providers_, {static_cast<std::uint64_t>(std::time(nullptr)), now_ms_},
          [](const std::string&, const std::string&) { return std::nullopt; },
          [](std::string_view) { return false; });
      return verifier.judge(token, nonce);
    };
    Result<request::TokenFacts> facts = judge_now();
    if (facts || facts.error().code != Code::provider_pending) return facts;
    for (const Fetch& fetch : providers_.take_fetches()) {
      std::promise<Result<Documents>> arrived;
      Fetcher fetcher([&](std::uint64_t, const auto& answer) { arrived.set_value(answer); },
                      [](const std::string&) {}, {wait_ms_});
      fetcher.start(fetch);
      const Status fetched = providers_.fetched(fetch.ticket, arrived.get_future().get(), now_ms_);
      if (!fetched) complaint_ = fetched.error().message;
    }
    return judge_now();
  }
  std::string code_of(const std::string& token) {
    const auto facts = judge(token);
    return facts ? "accepted" : std::string(quorate::name(facts.error().code));
  }
  static std::string alices() { return provider_->token({"alice", nonce}); }

  static std::unique_ptr<Provider> provider_;
  Providers providers_;
  std::uint64_t now_ms_ = 1'000'000;
  std::uint64_t wait_ms_ = 5000;
  std::string complaint_;
};
std::unique_ptr<Provider> RealProvider::provider_;

TEST_F(RealProvider, IssuesTokensThatHold) {
  const auto facts = judge(alices());
  ASSERT_TRUE(facts.has_value()) << facts.error().message << complaint_;
  EXPECT_EQ(facts->subject, provider_->subject("alice"));
  EXPECT_EQ(facts->person, "corp:" + facts->subject);
  EXPECT_EQ(facts->claims.at("email"), std::vector<std::string>{"alice@example.com"});
}

TEST_F(RealProvider, IssuesTokensForOthersThatDoNot) {
  EXPECT_EQ(code_of(provider_->token({"alice", nonce, "wiki"})), "token_audience");
  EXPECT_EQ(code_of(provider_->token({"alice", "b3RoZXI"})), "token_nonce");
}

TEST_F(RealProvider, SignsForNobodyWhoMakesTokensUp) {
  const std::string token = alices();
  const json header = Provider::header(token);
  const json claims = Provider::claims(token);
  EXPECT_EQ(code_of(token), "accepted");

  json none = header;
  none["alg"] = "none";
  const std::string text =
      testing::base64url(none.dump()) + "." + testing::base64url(claims.dump()) + ".";
  EXPECT_EQ(code_of(text), "token_invalid");
  json hmac = header;
  hmac["alg"] = "HS256";
  EXPECT_EQ(code_of(testing::hmac_token(provider_->key().pem(), hmac.dump(), claims.dump())),
            "token_invalid");
  const ProviderKey other = ProviderKey::make(ProviderKey::Type::p256);
  EXPECT_EQ(code_of(other.token("ES256", header.dump(), claims.dump())), "token_invalid");
  json unknown = header;
  unknown["kid"] = "made-up";
  EXPECT_EQ(code_of(other.token("ES256", unknown.dump(), claims.dump())), "token_key_unknown");
}

TEST_F(RealProvider, SignedSomethingLongAgo) {
  const std::string token = alices();
  json claims = Provider::claims(token);
  claims["iat"] = claims["iat"].get<std::int64_t>() - 7200;
  claims["exp"] = claims["exp"].get<std::int64_t>() - 7200;
  EXPECT_EQ(code_of(provider_->key().token("ES256", Provider::header(token).dump(), claims.dump())),
            "token_expired");
}

TEST_F(RealProvider, RotatesItsKeysWithoutADoorClosing) {
  const std::string before = alices();
  EXPECT_EQ(code_of(before), "accepted");
  provider_->rotate("after-rotation");
  EXPECT_EQ(code_of(alices()), "accepted");
  EXPECT_EQ(code_of(before), "token_key_unknown");  // the provider withdrew its key
}

TEST_F(RealProvider, IsDownAndComesBack) {
  const std::string token = alices();
  provider_->stop();
  EXPECT_EQ(code_of(token), "provider_unavailable");
  provider_->start();
  EXPECT_EQ(code_of(token), "provider_unavailable");  // not yet asked again
  now_ms_ += 2000;
  EXPECT_EQ(code_of(token), "accepted");
}

TEST_F(RealProvider, IsSlow) {
  const std::string token = alices();
  provider_->fall_silent();
  wait_ms_ = 500;
  EXPECT_EQ(code_of(token), "provider_unavailable");
  provider_->wake();
}

TEST_F(RealProvider, IsNobodyToANodeThatTrustsOtherAuthorities) {
  const std::string token = alices();
  Issuer issuer{"corp", provider_->issuer(), "", "", "quorate", {Algorithm::es256}, 300, {}};
  ASSERT_TRUE(providers_.configure({issuer}, {}));
  EXPECT_EQ(code_of(token), "provider_unavailable");
  EXPECT_NE(complaint_.find("certificate"), std::string::npos) << complaint_;
}

}  // namespace
}  // namespace quorate::oidc
