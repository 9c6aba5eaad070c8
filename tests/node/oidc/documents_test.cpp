#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "node/oidc/cache_control.h"
#include "node/oidc/discovery.h"
#include "node/oidc/issuer.h"
#include "node/oidc/strict_json.h"
#include "node/oidc/url.h"

namespace quorate::oidc {
namespace {

TEST(Base64Url, HasOneTextForTheSameBytes) {
  EXPECT_EQ(from_base64url("__8", "x").value(), (Bytes{0xff, 0xff}));
  // libsodium alone would read a byte above 7f as `_`.
  for (const char* text : {"_\3778", "\x80_8", "__9", "__8=", "//8", "__8\n"}) {
    EXPECT_EQ(from_base64url(text, "x").error().code, Code::malformed) << text;
  }
}

TEST(IssuerUrls, AreHttpsAndNothingElse) {
  for (const char* url : {"https://id.example.com", "https://id.example.com/",
                          "https://id.example.com/realms/eu", "https://id.example.com:8443/a",
                          "https://127.0.0.1:8443", "https://[::1]:8443/x", "https://localhost"}) {
    EXPECT_TRUE(check_issuer_url(url).has_value()) << url;
  }
  const std::string long_url = "https://id.example.com/" + std::string(240, 'a');
  for (const std::string& url :
       std::vector<std::string>{"",
                                "http://id.example.com",
                                "HTTPS://id.example.com",
                                "file:///etc/passwd",
                                "https://",
                                "https:///path",
                                "https://user@id.example.com",
                                "https://a:b@id.example.com",
                                "https://id.example.com?x=1",
                                "https://id.example.com/#x",
                                "https://id.example.com/a b",
                                "https://id.example.com\\@evil.example.com",
                                "https://id.example.com:",
                                "https://id.example.com:0x50",
                                "https://id.example.com:65536",
                                "https://[::1",
                                "https://[]",
                                "https://[::1]x",
                                "https://id_example.com",
                                "https://id.example.com/\n",
                                "https://\xd0\xb0.example.com",
                                long_url}) {
    const Status status = check_issuer_url(url);
    ASSERT_FALSE(status.has_value()) << url;
    EXPECT_EQ(status.error().code, Code::configuration) << url;
  }
}

TEST(IssuerUrls, LeadToTheDiscoveryDocumentBelowThem) {
  EXPECT_EQ(discovery_url("https://id.example.com"),
            "https://id.example.com/.well-known/openid-configuration");
  EXPECT_EQ(discovery_url("https://id.example.com/eu/"),
            "https://id.example.com/eu/.well-known/openid-configuration");
}

TEST(Algorithms, CanBeNamedIfTheyAreSignaturesOfSomebodyElses) {
  for (const char* known :
       {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}) {
    const auto algorithm = algorithm_of(known);
    ASSERT_TRUE(algorithm.has_value()) << known;
    EXPECT_EQ(name(*algorithm), known);
  }
  for (const char* unknown : {"none", "HS256", "HS384", "HS512", "es256", "ES256K", "RS1", ""}) {
    EXPECT_EQ(algorithm_of(unknown), std::nullopt) << unknown;
  }
}

TEST(DiscoveryDocuments, SayWhereTheKeysAre) {
  const auto url = keys_url(
      R"({"issuer":"https://id.example.com","jwks_uri":"https://keys.example.com/jwks?v=2",)"
      R"("claims_supported":["sub"],"nested":{"a":[1.5,null]}})",
      "https://id.example.com");
  ASSERT_TRUE(url.has_value()) << url.error().message;
  EXPECT_EQ(*url, "https://keys.example.com/jwks?v=2");
}

TEST(DiscoveryDocuments, AreRefusedUnlessTheySayExactlyThat) {
  const std::string issuer = R"("issuer":"https://id.example.com")";
  const std::string keys = R"("jwks_uri":"https://id.example.com/jwks")";
  const auto both = [](const std::string& one, const std::string& other) {
    return "{" + one + "," + other + "}";
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("<html>"), std::string("{}"),
        "{" + issuer + "}", "{" + keys + "}", both(issuer, keys) + "}",
        both(R"("issuer":"https://id.example.com/")", keys),
        both(R"("issuer":"https://evil.example.com")", keys),
        both(R"("issuer":["https://id.example.com"])", keys),
        both(issuer, R"("jwks_uri":"http://id.example.com/jwks")"),
        both(issuer, R"("jwks_uri":"file:///etc/passwd")"),
        both(issuer, R"("jwks_uri":"https://me@id.example.com/jwks")"),
        both(issuer, R"("jwks_uri":"/jwks")"), both(issuer, R"("jwks_uri":7)"),
        both(issuer + "," + issuer, keys)}) {
    const auto url = keys_url(text, "https://id.example.com");
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().code, Code::malformed) << text;
  }
}

TEST(CacheControl, IsReadAsFarAsItIsUnderstood) {
  EXPECT_EQ(max_age_of("max-age=600"), 600U);
  EXPECT_EQ(max_age_of("public, Max-Age=600, must-revalidate"), 600U);
  EXPECT_EQ(max_age_of("max-age=600, max-age=60"), 60U);
  EXPECT_EQ(max_age_of("no-store"), 0U);
  EXPECT_EQ(max_age_of("max-age=600, no-cache"), 0U);
  EXPECT_EQ(max_age_of("max-age=99999999999999999999999"), 999'999'999U);
  EXPECT_EQ(max_age_of(""), std::nullopt);
  EXPECT_EQ(max_age_of("max-age="), std::nullopt);
  EXPECT_EQ(max_age_of("max-age=-1"), std::nullopt);
  EXPECT_EQ(max_age_of("s-maxage=600"), std::nullopt);
  EXPECT_EQ(max_age_of(",,,"), std::nullopt);
}

}  // namespace
}  // namespace quorate::oidc
