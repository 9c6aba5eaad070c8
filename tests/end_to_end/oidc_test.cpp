// Tokens of a real provider as evidence, judged by real nodes that fetch its keys themselves.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "proto/request/request.h"
#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/provider.h"

namespace quorate::testing {
namespace {

using nlohmann::json;

class Oidc : public DevQuorum {
 protected:
  static void SetUpTestSuite() {
    DevQuorum::SetUpTestSuite();
    provider_ = std::make_unique<Provider>();
    alice_ = provider_->subject("alice");
    for (const char* name : nodes) write_policy(name, discovery());
  }
  static void TearDownTestSuite() {
    provider_.reset();
    DevQuorum::TearDownTestSuite();
  }

  // Each test finds nodes that know nothing of the provider but what their policy says.
  void SetUp() override {
    for (const char* name : nodes) kill_node(name);
    DevQuorum::SetUp();
    shell().write("note.txt", "a note\n");
  }
  void TearDown() override { provider_->wake(); }

  // `source` says where the keys of the one issuer come from.
  static void write_policy(const std::string& name, const std::string& source) {
    shell().write(node(name) / "policy.toml",
                  "version = 1\n\n[[issuer]]\nname = \"corp\"\n" + source + "\n" +
                      "audience = \"quorate\"\nalgorithms = [\"ES256\"]\nmax_age = \"5m\"\n\n"
                      "[[person]]\nname = \"alice\"\noidc = [{ issuer = \"corp\", subject = \"" +
                      alice_ +
                      "\" }]\n\n[[group]]\nname = \"staff\"\nmembers = [\"alice\"]\n\n"
                      "[[profile]]\nname = \"by-token\"\nroot = \"files\"\nstatement = \"file\"\n"
                      "requester = { groups = [\"staff\"], evidence = \"oidc\" }\n"
                      "[profile.file]\nnamespaces = [\"file\"]\n");
  }
  static std::string discovery() {
    return "url = \"" + provider_->issuer() + "\"\nca_file = \"" + provider_->ca_file().string() +
           "\"";
  }

  // Makes a request without evidence, and gives what the nonce of a token for it must be.
  static std::string make_request() {
    const Ended saved = run(
        "rm -f note.request && quorate sign --root files --save note.request --unsigned note.txt");
    EXPECT_EQ(saved.exit, 0) << shown(saved);
    std::string nonce = run("quorate request nonce note.request").out;
    while (!nonce.empty() && nonce.back() == '\n') nonce.pop_back();
    return nonce;
  }
  static Ended send(const std::string& options = "") {
    return run("quorate request sign --force --json -o note.txt.sig " + options + " note.request");
  }

  // A request with just this token, whatever it says: `quorate` itself would not add a bad one.
  static Ended send_with(const std::string& token) {
    auto request = request::decode_armour(shell().read("note.request"));
    if (!request) return {-1, "", "no request: " + request.error().message};
    const ByteView bytes = bytes_of(token);
    request->evidence = {{request::oidc, Bytes(bytes.begin(), bytes.end())}};
    shell().write("note.request", request::armour(*request));
    return send();
  }
  static Ended send_with_token_for(const std::function<std::string(const std::string&)>& token) {
    return send_with(token(make_request()));
  }
  static std::string alices(const std::string& nonce) { return provider_->token({"alice", nonce}); }
  // One that the provider never issued, with its own header and claims but for what is changed.
  static std::string forged(const std::string& nonce, const std::string& algorithm) {
    const std::string token = alices(nonce);
    json header = Provider::header(token);
    header["alg"] = algorithm;
    const std::string claims = Provider::claims(token).dump();
    if (algorithm == "HS256") return hmac_token(provider_->key().pem(), header.dump(), claims);
    return base64url(header.dump()) + "." + base64url(claims) + ".";
  }

  static void expect_refused(const Ended& ended, const std::string& code) {
    EXPECT_EQ(ended.exit, 1) << shown(ended);
    EXPECT_GE(count_of(code, ended), 2U) << code << "\n" << shown(ended);
  }
  static void expect_signed(const Ended& ended) {
    EXPECT_EQ(ended.exit, 0) << shown(ended);
    if (ended.exit == 0) expect_verified("note.txt");
  }
  // For what comes back when a pause is over.
  static Ended until_signed(const std::string& token) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (true) {
      const Ended ended = send_with(token);
      if (ended.exit == 0 || std::chrono::steady_clock::now() > deadline) return ended;
    }
  }

  static constexpr const char* nodes[] = {"alpha", "bravo", "charlie"};
  static std::unique_ptr<Provider> provider_;
  static std::string alice_;  // her `sub`
};
std::unique_ptr<Provider> Oidc::provider_;
std::string Oidc::alice_;

TEST_F(Oidc, ATokenOfTheProviderIsEnough) {
  const std::string nonce = make_request();
  shell().write("token", alices(nonce) + "\n");
  expect_signed(send("--token token"));
  // Each node that signed asked the provider itself.
  std::size_t fetched = 0;
  for (const char* name : nodes) {
    const std::string log = shell().read(node(name) / "log");
    fetched += log.find("issuer corp: fetched") == std::string::npos ? 0 : 1;
  }
  EXPECT_GE(fetched, 2U);
}

TEST_F(Oidc, ATokenOfAnotherUserIsNot) {
  expect_refused(send_with_token_for([](const std::string& nonce) {
                   return provider_->token({"bob", nonce});
                 }),
                 "requester_not_allowed");
}

TEST_F(Oidc, ATokenForAnotherAudienceIsRefused) {
  expect_refused(send_with_token_for([](const std::string& nonce) {
                   return provider_->token({"alice", nonce, "wiki"});
                 }),
                 "token_audience");
}

TEST_F(Oidc, AStolenTokenIsGoodForNothingElse) {
  const std::string stolen = alices(make_request());
  make_request();
  expect_refused(send_with(stolen), "token_nonce");
}

TEST_F(Oidc, AnExpiredTokenIsRefused) {
  expect_refused(send_with_token_for([](const std::string& nonce) {
                   const std::string token = alices(nonce);
                   json claims = Provider::claims(token);
                   claims["iat"] = claims["iat"].get<std::int64_t>() - 7200;
                   claims["exp"] = claims["exp"].get<std::int64_t>() - 7200;
                   return provider_->key().token("ES256", Provider::header(token).dump(),
                                                 claims.dump());
                 }),
                 "token_expired");
}

TEST_F(Oidc, AnUnsignedTokenIsRefused) {
  expect_refused(
      send_with_token_for([](const std::string& nonce) { return forged(nonce, "none"); }),
      "token_invalid");
}

TEST_F(Oidc, ATokenWithTheProvidersPublicKeyForASecretIsRefused) {
  expect_refused(
      send_with_token_for([](const std::string& nonce) { return forged(nonce, "HS256"); }),
      "token_invalid");
}

TEST_F(Oidc, ATokenUnderAKeyThatTheProviderDoesNotHaveIsRefused) {
  expect_refused(send_with_token_for([](const std::string& nonce) {
                   const std::string token = alices(nonce);
                   json header = Provider::header(token);
                   header["kid"] = "made-up";
                   return ProviderKey::make(ProviderKey::Type::p256)
                       .token("ES256", header.dump(), Provider::claims(token).dump());
                 }),
                 "token_key_unknown");
}

TEST_F(Oidc, KeysRotateWithoutARestart) {
  expect_signed(send_with_token_for(alices));
  // A request that is under way while the provider changes its key, and withdraws the old one.
  const std::string early = alices(make_request());
  ASSERT_EQ(run("cp note.request early.request").exit, 0);
  provider_->rotate("rotated");
  expect_signed(send_with_token_for(alices));  // the nodes see a new name, and ask once more
  ASSERT_EQ(run("cp early.request note.request").exit, 0);
  expect_refused(send_with(early), "token_key_unknown");
}

TEST_F(Oidc, AProviderThatIsDownIsNamedAndMissedOnlyUntilItIsBack) {
  const std::string token = alices(make_request());
  provider_->stop();
  expect_refused(send_with(token), "provider_unavailable");
  provider_->start();
  expect_signed(until_signed(token));
  // What the nodes know by now they need not ask for.
  const std::string next = alices(make_request());
  provider_->stop();
  expect_signed(send_with(next));
  provider_->start();
}

TEST_F(Oidc, AProviderThatIsSlowHoldsAskersUpForSecondsAndNotForever) {
  const std::string token = alices(make_request());
  provider_->fall_silent();
  const auto begun = std::chrono::steady_clock::now();
  expect_refused(send_with(token), "provider_unavailable");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  provider_->wake();
  expect_signed(until_signed(token));
}

TEST_F(Oidc, NodesWithPinnedKeysAskNobody) {
  const std::string token = alices(make_request());
  for (const char* name : nodes) {
    shell().write(node(name) / "keys.json", provider_->key_set());
    write_policy(name, "keys_file = \"keys.json\"\nissuer = \"" + provider_->issuer() + "\"");
    kill_node(name);
  }
  provider_->stop();
  DevQuorum::SetUp();
  expect_signed(send_with(token));
  provider_->start();
  for (const char* name : nodes) write_policy(name, discovery());
}

}  // namespace
}  // namespace quorate::testing
