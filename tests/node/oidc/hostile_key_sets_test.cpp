// What a provider, or whoever sits in its place, might publish.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "node/oidc/key_set.h"
#include "tests/node/oidc/world.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;
using testing::base64url;
using testing::ProviderKey;
using Type = ProviderKey::Type;

json rsa() { return provider_key(Type::rsa_2048).jwk("r"); }
json p256() { return provider_key(Type::p256).jwk("p"); }
json ed25519() { return provider_key(Type::ed25519).jwk("e"); }

std::string changed(json key, const std::string& name, const json& value) {
  key[name] = value;
  return key_set({key});
}
std::string without(json key, const std::string& name) {
  key.erase(name);
  return key_set({key});
}
std::string octets(std::size_t size, char fill) { return base64url(std::string(size, fill)); }

struct Set {
  const char* what;
  std::function<std::string()> text;
};

const std::vector<Set> refused = {
    {"nothing", [] { return std::string(); }},
    {"a page", [] { return std::string("<html></html>"); }},
    {"a list", [] { return std::string("[]"); }},
    {"an object without keys", [] { return std::string("{}"); }},
    {"keys that are an object", [] { return std::string(R"({"keys":{}})"); }},
    {"keys twice", [] { return std::string(R"({"keys":[],"keys":[]})"); }},
    {"a key that is a text", [] { return std::string(R"({"keys":["key"]})"); }},
    {"more behind", [] { return key_set({p256()}) + "x"; }},
    {"256 KiB and more", [] { return key_set({}) + std::string(262'144, ' '); }},
    {"65 keys",
     [] {
       return key_set(std::vector<json>(65, json{{"kty", "oct"}}));
     }},
    {"nesting", [] { return changed(p256(), "x5c", json::parse("[[[[[[[[]]]]]]]]")); }},
    {"no kty", [] { return without(p256(), "kty"); }},
    {"kty that is a number", [] { return changed(p256(), "kty", 1); }},
    {"a member twice",
     [] { return std::string(R"({"keys":[{"kty":"RSA","kty":"EC","crv":"P-256"}]})"); }},
    {"two keys of one kid",
     [] {
       return key_set({p256(), ProviderKey::make(Type::p256).jwk("p")});
     }},
    {"two keys of one kid and different types",
     [] {
       return key_set({p256(), provider_key(Type::rsa_2048).jwk("p")});
     }},
    {"kid that is a number", [] { return changed(p256(), "kid", 1); }},
    {"kid empty", [] { return changed(p256(), "kid", ""); }},
    {"kid of 256 characters", [] { return changed(p256(), "kid", std::string(256, 'k')); }},
    {"use that is a list", [] { return changed(p256(), "use", {"sig"}); }},
    {"key_ops that is a text", [] { return changed(p256(), "key_ops", "verify"); }},
    {"alg of another type", [] { return changed(p256(), "alg", "RS256"); }},
    {"alg of another curve", [] { return changed(p256(), "alg", "ES384"); }},
    {"alg of EC on RSA", [] { return changed(rsa(), "alg", "ES256"); }},
    {"alg that is a number", [] { return changed(rsa(), "alg", 256); }},
    {"a private key", [] { return changed(p256(), "d", octets(32, 'd')); }},
    {"RSA of 1024 bits", [] { return key_set({provider_key(Type::rsa_1024).jwk("r")}); }},
    {"RSA of 2047 bits",
     [] { return changed(rsa(), "n", base64url("\x7f" + std::string(255, '\xff'))); }},
    {"RSA of 8200 bits", [] { return changed(rsa(), "n", octets(1025, '\xff')); }},
    {"RSA with an even modulus",
     [] { return changed(rsa(), "n", base64url(std::string(255, '\xff') + "\xfe")); }},
    {"RSA with a leading zero",
     [] { return changed(rsa(), "n", base64url('\0' + std::string(256, '\xff'))); }},
    {"RSA without n", [] { return without(rsa(), "n"); }},
    {"RSA without e", [] { return without(rsa(), "e"); }},
    {"RSA with n empty", [] { return changed(rsa(), "n", ""); }},
    {"RSA with e empty", [] { return changed(rsa(), "e", ""); }},
    {"RSA with e = 1", [] { return changed(rsa(), "e", base64url("\x01")); }},
    {"RSA with e = 3", [] { return changed(rsa(), "e", base64url("\x03")); }},
    {"RSA with an even e",
     [] { return changed(rsa(), "e", base64url(std::string("\x01\x00\x02", 3))); }},
    {"RSA with e of 9 bytes", [] { return changed(rsa(), "e", octets(9, '\x01')); }},
    {"RSA with padding", [] { return changed(rsa(), "e", "AQAB="); }},
    {"RSA with n as a number", [] { return changed(rsa(), "n", 65537); }},
    {"EC without x", [] { return without(p256(), "x"); }},
    {"EC without y", [] { return without(p256(), "y"); }},
    {"EC off its curve", [] { return changed(p256(), "y", octets(32, '\x01')); }},
    {"EC at zero",
     [] {
       json key = p256();
       key["x"] = octets(32, '\0');
       key["y"] = octets(32, '\0');
       return key_set({key});
     }},
    {"EC with a coordinate beyond the field",
     [] { return changed(p256(), "x", octets(32, '\xff')); }},
    {"EC with a coordinate of 33 bytes", [] { return changed(p256(), "x", octets(33, '\0')); }},
    {"EC with a coordinate of 31 bytes", [] { return changed(p256(), "x", octets(31, '\x01')); }},
    {"EC on another curve than it says", [] { return changed(p256(), "crv", "P-384"); }},
    {"Ed25519 without x", [] { return without(ed25519(), "x"); }},
    {"Ed25519 of 31 bytes", [] { return changed(ed25519(), "x", octets(31, '\x01')); }},
    {"Ed25519 of small order", [] { return changed(ed25519(), "x", octets(32, '\0')); }},
    {"Ed25519's identity",
     [] { return changed(ed25519(), "x", base64url('\x01' + std::string(31, '\0'))); }},
    {"Ed25519 beyond the field", [] { return changed(ed25519(), "x", octets(32, '\xff')); }},
};

TEST(HostileKeySets, AreRefused) {
  for (const Set& row : refused) {
    const auto set = KeySet::parse(row.text());
    if (set) {
      ADD_FAILURE() << row.what;
    } else {
      EXPECT_EQ(set.error().code, Code::malformed) << row.what;
    }
  }
}

TEST(KeySets, PassOverWhatTheyDoNotKnow) {
  const std::vector<Set> rows = {
      {"a secret",
       [] {
         return key_set({{{"kty", "oct"}, {"k", "AAAA"}}});
       }},
      {"a type of the future",
       [] {
         return key_set({{{"kty", "AKP"}, {"pub", "AAAA"}}});
       }},
      {"a curve of others", [] { return changed(p256(), "crv", "secp256k1"); }},
      {"EC without a curve", [] { return without(p256(), "crv"); }},
      {"Ed448", [] { return changed(ed25519(), "crv", "Ed448"); }},
      {"a key to encrypt with", [] { return changed(rsa(), "use", "enc"); }},
      {"a key to sign with", [] { return changed(rsa(), "key_ops", {"sign"}); }},
      {"an algorithm of others", [] { return changed(rsa(), "alg", "RSA-OAEP"); }},
      {"HMAC on RSA", [] { return changed(rsa(), "alg", "HS256"); }},
      {"none", [] { return changed(p256(), "alg", "none"); }}};
  for (const Set& row : rows) {
    const auto set = KeySet::parse(row.text());
    ASSERT_TRUE(set.has_value()) << row.what << ": " << set.error().message;
    EXPECT_EQ(set->size(), 0U) << row.what;
  }
}

TEST(KeySets, KnowTheirKeysByTheirExactNames) {
  json named = rsa();
  named["alg"] = "RS512";
  named["use"] = "sig";
  named["x5t"] = "certificates are passed over";
  const std::string text = key_set({named, p256(), ed25519(), {{"kty", "oct"}, {"kid", "p"}}});
  const auto set = KeySet::parse(text);
  ASSERT_TRUE(set.has_value()) << set.error().message;
  EXPECT_EQ(set->size(), 3U);
  EXPECT_EQ(set->find("r", Algorithm::rs256)->algorithms(), std::set{Algorithm::rs512});
  EXPECT_EQ(set->find("p", Algorithm::rs256)->algorithms(), std::set{Algorithm::es256});
  EXPECT_EQ(set->find("P", Algorithm::es256), nullptr);
  EXPECT_EQ(set->find(std::nullopt, Algorithm::eddsa)->id(), "e");
  EXPECT_EQ(set->find(std::nullopt, Algorithm::rs256), nullptr);
}

// The hash that operators compare between nodes is that of the bytes: `sha256sum` of the page.
TEST(KeySets, AreNamedByTheHashOfTheirBytes) {
  const auto set = KeySet::parse(R"({"keys":[]})");
  ASSERT_TRUE(set.has_value());
  const ByteArray<32> expected = {0x96, 0x38, 0xd1, 0x19, 0x14, 0x73, 0x5d, 0x00, 0x72, 0x00, 0x2d,
                                  0xd4, 0xd6, 0x7c, 0x73, 0x4a, 0x94, 0xee, 0x7a, 0x0c, 0xd8, 0x45,
                                  0xe6, 0xdc, 0xbc, 0x98, 0x4e, 0xe7, 0x58, 0x18, 0x60, 0xa7};
  EXPECT_EQ(set->sha256(), expected);
}

}  // namespace
}  // namespace quorate::oidc
