// A policy with one provider, whose keys the test holds, and a Verifier over both.

#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "node/oidc/verifier.h"
#include "tests/support/provider_key.h"

namespace quorate::oidc {

inline constexpr std::uint64_t now_s = 1'800'000'000;
inline constexpr std::uint64_t now_ms = 5'000'000;

inline const std::set<Algorithm>& all_algorithms() {
  static const std::set<Algorithm> all = {
      Algorithm::rs256, Algorithm::rs384, Algorithm::rs512, Algorithm::ps256, Algorithm::ps384,
      Algorithm::ps512, Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::eddsa};
  return all;
}

inline Issuer corp() {
  return {"corp", "https://id.example.com", "", "", "quorate", all_algorithms(), 300, {}};
}

// Keys are slow to make; one of each type serves all tests.
inline const testing::ProviderKey& provider_key(testing::ProviderKey::Type type) {
  static std::map<testing::ProviderKey::Type, testing::ProviderKey> keys;
  const auto found = keys.find(type);
  if (found != keys.end()) return found->second;
  return keys.emplace(type, testing::ProviderKey::make(type)).first->second;
}

inline std::string key_set(const std::vector<nlohmann::json>& keys) {
  return nlohmann::json{{"keys", keys}}.dump();
}

// Claims that hold.
inline nlohmann::json good_claims() {
  return {{"iss", "https://id.example.com"},
          {"sub", "00u1x7"},
          {"aud", "quorate"},
          {"iat", now_s - 10},
          {"exp", now_s + 290},
          {"nonce", "the-nonce"}};
}

inline std::string header(const std::string& algorithm, const std::string& kid) {
  nlohmann::json out = {{"alg", algorithm}, {"typ", "JWT"}};
  if (!kid.empty()) out["kid"] = kid;
  return out.dump();
}

class World : public ::testing::Test {
 protected:
  using Type = testing::ProviderKey::Type;

  void SetUp() override { ASSERT_TRUE(providers_.configure({corp()}, {})); }

  // The provider is asked for its keys, and gives these.
  void learn(const std::string& keys, std::uint64_t at_ms = now_ms) {
    const Issuer* issuer = providers_.issuer_of("https://id.example.com");
    ASSERT_NE(issuer, nullptr);
    ASSERT_EQ(providers_.want(*issuer, "?", Algorithm::es256, at_ms), Standing::pending);
    const auto fetches = providers_.take_fetches();
    ASSERT_EQ(fetches.size(), 1U);
    const Status fetched = providers_.fetched(fetches[0].ticket, Documents{keys, {}}, at_ms);
    ASSERT_TRUE(fetched.has_value()) << fetched.error().message;
  }
  void learn_p256() { learn(key_set({provider_key(Type::p256).jwk("one")})); }

  Result<request::TokenFacts> judge(const std::string& token, std::uint64_t at_ms = now_ms) {
    const Verifier verifier(
        providers_, {now_s, at_ms},
        [this](const std::string& issuer, const std::string& subject) {
          const auto found = people_.find(issuer + "/" + subject);
          return found == people_.end() ? std::nullopt : std::optional(found->second);
        },
        [this](std::string_view text) { return listed_.contains(std::string(text)); });
    return verifier.judge(token, "the-nonce");
  }
  std::string code_of(const std::string& token) {
    const auto facts = judge(token);
    return facts ? "accepted" : std::string(quorate::name(facts.error().code));
  }

  std::string p256_token(const nlohmann::json& claims) {
    return provider_key(Type::p256).token("ES256", header("ES256", "one"), claims.dump());
  }

  Providers providers_;
  std::map<std::string, std::string> people_;
  std::set<std::string> listed_;
};

}  // namespace quorate::oidc
