#include "node/oidc/verifier.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/node/oidc/world.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;
using testing::ProviderKey;

class Tokens : public World {};

struct Pair {
  const char* algorithm;
  ProviderKey::Type type;
};
constexpr Pair pairs[] = {
    {"RS256", ProviderKey::Type::rsa_2048}, {"RS384", ProviderKey::Type::rsa_2048},
    {"RS512", ProviderKey::Type::rsa_2048}, {"PS256", ProviderKey::Type::rsa_2048},
    {"PS384", ProviderKey::Type::rsa_2048}, {"PS512", ProviderKey::Type::rsa_2048},
    {"ES256", ProviderKey::Type::p256},     {"ES384", ProviderKey::Type::p384},
    {"ES512", ProviderKey::Type::p521},     {"EdDSA", ProviderKey::Type::ed25519}};

TEST_F(Tokens, HoldUnderEachAlgorithmAndNotWithOneByteChanged) {
  learn(key_set({provider_key(Type::rsa_2048).jwk("r"), provider_key(Type::p256).jwk("p256"),
                 provider_key(Type::p384).jwk("p384"), provider_key(Type::p521).jwk("p521"),
                 provider_key(Type::ed25519).jwk("ed")}));
  for (const auto& [algorithm, type] : pairs) {
    SCOPED_TRACE(algorithm);
    const std::string kid = type == Type::rsa_2048  ? "r"
                            : type == Type::ed25519 ? "ed"
                            : type == Type::p256    ? "p256"
                            : type == Type::p384    ? "p384"
                                                    : "p521";
    const std::string claims = good_claims().dump();
    EXPECT_EQ(code_of(provider_key(type).token(algorithm, header(algorithm, kid), claims)),
              "accepted");

    const std::string text =
        testing::base64url(header(algorithm, kid)) + "." + testing::base64url(claims);
    std::string signature = provider_key(type).sign(algorithm, text);
    signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    EXPECT_EQ(code_of(text + "." + testing::base64url(signature)), "token_invalid");

    json others = good_claims();
    others["sub"] = "somebody-else";
    const std::string forged = testing::base64url(header(algorithm, kid)) + "." +
                               testing::base64url(others.dump()) + "." +
                               testing::base64url(provider_key(type).sign(algorithm, text));
    EXPECT_EQ(code_of(forged), "token_invalid");
  }
}

TEST_F(Tokens, AreRefusedUnderAnAlgorithmThatIsNotTheKeys) {
  // One RSA key, which says of itself that it signs PS256: what it signed as RS256 is nobody's.
  json only_pss = provider_key(Type::rsa_2048).jwk("r");
  only_pss["alg"] = "PS256";
  learn(key_set({only_pss, provider_key(Type::p256).jwk("p")}));
  const std::string claims = good_claims().dump();
  EXPECT_EQ(code_of(provider_key(Type::rsa_2048).token("PS256", header("PS256", "r"), claims)),
            "accepted");
  EXPECT_EQ(code_of(provider_key(Type::rsa_2048).token("RS256", header("RS256", "r"), claims)),
            "token_invalid");
  EXPECT_EQ(code_of(provider_key(Type::p256).token("ES256", header("ES256", "r"), claims)),
            "token_invalid");
  EXPECT_EQ(code_of(provider_key(Type::p256).token("ES256", header("ES384", "p"), claims)),
            "token_invalid");
}

TEST_F(Tokens, AreRefusedUnderAnAlgorithmThatThePolicyDoesNotName) {
  Issuer issuer = corp();
  issuer.algorithms = {Algorithm::rs256};
  ASSERT_TRUE(providers_.configure({issuer}, {}));
  EXPECT_EQ(code_of(p256_token(good_claims())), "token_invalid");
  EXPECT_TRUE(providers_.take_fetches().empty());
}

TEST_F(Tokens, SayWhoTheirBearerIs) {
  learn_p256();
  json claims = good_claims();
  claims["email"] = "alice@example.com";
  claims["email_verified"] = true;
  claims["groups"] = {"eng", "ops"};
  claims["level"] = 3;
  claims["address"] = {{"country", "DE"}};
  claims["mixed"] = {"eng", 1};
  const auto facts = judge(p256_token(claims));
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->person, "corp:00u1x7");
  EXPECT_EQ(facts->issuer, "corp");
  EXPECT_EQ(facts->subject, "00u1x7");
  const std::map<std::string, std::vector<std::string>> expected = {
      {"email", {"alice@example.com"}}, {"email_verified", {"true"}}, {"groups", {"eng", "ops"}}};
  EXPECT_EQ(facts->claims, expected);

  people_["corp/00u1x7"] = "alice";
  EXPECT_EQ(judge(p256_token(claims))->person, "alice");
}

TEST_F(Tokens, MayComeWithTheAudienceInAListOfItAlone) {
  learn_p256();
  json claims = good_claims();
  claims["aud"] = {"quorate"};
  EXPECT_EQ(code_of(p256_token(claims)), "accepted");
}

TEST_F(Tokens, AreTakenWithAMinuteOfGraceAndNotASecondMore) {
  learn_p256();
  const auto code = [this](const char* claim, std::uint64_t value) {
    json claims = good_claims();
    claims[claim] = value;
    return code_of(p256_token(claims));
  };
  EXPECT_EQ(code("exp", now_s - 59), "accepted");
  EXPECT_EQ(code("exp", now_s - 60), "token_expired");
  EXPECT_EQ(code("nbf", now_s + 60), "accepted");
  EXPECT_EQ(code("nbf", now_s + 61), "token_expired");
  EXPECT_EQ(code("iat", now_s + 60), "accepted");
  EXPECT_EQ(code("iat", now_s + 61), "token_expired");
  EXPECT_EQ(code("iat", now_s - 360), "accepted");  // five minutes, and that one
  EXPECT_EQ(code("iat", now_s - 361), "token_expired");
}

TEST_F(Tokens, WithoutAKidNeedThatOneKeyFitsAndNotTwo) {
  const std::string token =
      provider_key(Type::p256).token("ES256", header("ES256", ""), good_claims().dump());
  learn(key_set({provider_key(Type::rsa_2048).jwk("r"), provider_key(Type::p256).jwk("p")}));
  EXPECT_EQ(code_of(token), "accepted");
  ASSERT_TRUE(providers_.configure({}, {}));  // forget
  ASSERT_TRUE(providers_.configure({corp()}, {}));
  learn(key_set({ProviderKey::make(Type::p256).jwk("other"), provider_key(Type::p256).jwk("p")}));
  EXPECT_EQ(code_of(token), "provider_pending");  // perhaps it has one key less by now
  const auto fetches = providers_.take_fetches();
  ASSERT_EQ(fetches.size(), 1U);
  const std::string same =
      key_set({ProviderKey::make(Type::p256).jwk("other"), provider_key(Type::p256).jwk("p")});
  ASSERT_TRUE(providers_.fetched(fetches[0].ticket, Documents{same, {}}, now_ms));
  EXPECT_EQ(code_of(token), "token_key_unknown");
}

TEST_F(Tokens, CauseNoFetchUnlessTheyWouldHold) {
  const auto code = [this](const char* claim, const json& value) {
    json claims = good_claims();
    claims[claim] = value;
    return code_of(p256_token(claims));
  };
  EXPECT_EQ(code("iss", "https://evil.example.com"), "token_issuer");
  EXPECT_EQ(code("aud", "another"), "token_audience");
  EXPECT_EQ(code("exp", now_s - 3600), "token_expired");
  EXPECT_EQ(code("nonce", "of another request"), "token_nonce");
  EXPECT_TRUE(providers_.take_fetches().empty());
  EXPECT_EQ(code_of(p256_token(good_claims())), "provider_pending");
  EXPECT_EQ(providers_.take_fetches().size(), 1U);
}

TEST_F(Tokens, AreRefusedInTheOrderOfTheCodes) {
  learn_p256();
  json claims = good_claims();
  claims["nonce"] = "another";
  EXPECT_EQ(code_of(p256_token(claims)), "token_nonce");
  claims["exp"] = now_s - 3600;
  EXPECT_EQ(code_of(p256_token(claims)), "token_expired");
  claims["aud"] = "another";
  EXPECT_EQ(code_of(p256_token(claims)), "token_audience");
  claims["iss"] = "https://another.example.com";
  EXPECT_EQ(code_of(p256_token(claims)), "token_issuer");
  EXPECT_EQ(code_of(p256_token(claims) + "="), "token_invalid");
}

TEST_F(Tokens, ThatAnEarlierVerdictListsOutliveTheirTimesAndTheirKey) {
  learn_p256();
  json claims = good_claims();
  claims["iat"] = now_s - 7200;
  claims["exp"] = now_s - 3600;
  const std::string old = p256_token(claims);
  EXPECT_EQ(code_of(old), "token_expired");
  listed_ = {old};
  EXPECT_EQ(code_of(old), "accepted");

  // The provider has rotated, and is down besides.
  ASSERT_TRUE(providers_.configure({}, {}));
  ASSERT_TRUE(providers_.configure({corp()}, {}));
  EXPECT_EQ(code_of(old), "accepted");
  EXPECT_TRUE(providers_.take_fetches().empty());
  learn(key_set({ProviderKey::make(Type::p256).jwk("one")}));  // another key of the same name
  EXPECT_EQ(code_of(old), "accepted");
  EXPECT_EQ(code_of(p256_token(good_claims())), "token_invalid");

  // Whose it is and for whom is judged as ever.
  Issuer other = corp();
  other.audience = "another";
  ASSERT_TRUE(providers_.configure({other}, {}));
  EXPECT_EQ(code_of(old), "token_audience");
  ASSERT_TRUE(providers_.configure({}, {}));
  EXPECT_EQ(code_of(old), "token_issuer");
}

TEST_F(Tokens, OfAPinnedIssuerNeedNoFetch) {
  Issuer issuer = corp();
  issuer.keys_file = "keys.json";
  ASSERT_TRUE(
      providers_.configure({issuer}, {{"corp", key_set({provider_key(Type::p256).jwk("one")})}}));
  EXPECT_EQ(code_of(p256_token(good_claims())), "accepted");
  EXPECT_EQ(judge(p256_token(good_claims()), now_ms * 1'000'000)->subject, "00u1x7");
  const std::string other =
      provider_key(Type::p256).token("ES256", header("ES256", "two"), good_claims().dump());
  EXPECT_EQ(code_of(other), "token_key_unknown");
  EXPECT_TRUE(providers_.take_fetches().empty());
}

TEST_F(Tokens, WaitForADownProviderNoLongerThanItsFailure) {
  const std::string token = p256_token(good_claims());
  EXPECT_EQ(code_of(token), "provider_pending");
  EXPECT_EQ(code_of(token), "provider_pending");
  const auto fetches = providers_.take_fetches();
  ASSERT_EQ(fetches.size(), 1U);
  const Status fetched = providers_.fetched(
      fetches[0].ticket, fail(Code::provider_unavailable, "nobody is there"), now_ms);
  ASSERT_FALSE(fetched.has_value());
  EXPECT_EQ(fetched.error().message, "issuer corp: nobody is there");
  EXPECT_EQ(code_of(token), "provider_unavailable");
}

}  // namespace
}  // namespace quorate::oidc
