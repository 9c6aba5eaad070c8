// Trust bundles, field by field, and who has signed them.

#include "proto/statement/bundle.h"

#include <array>
#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/armour.h"
#include "proto/document/spki.h"
#include "proto/document/sshsig.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/dsse.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::statement {
namespace {

using nlohmann::json;

ed25519::SigningKey key(std::uint8_t n) {
  ByteArray<32> seed{};
  seed.fill(n);
  return ed25519::SigningKey(SecretBytes<32>(std::span<std::uint8_t, 32>(seed)));
}

std::string hex_key(std::uint8_t n) { return to_hex(key(n).public_key().bytes()); }

// A key of OpenSSL's, as foreign roots have them.
class Foreign {
 public:
  static Foreign rsa() { return Foreign(EVP_RSA_gen(2048U)); }
  static Foreign p256() { return Foreign(EVP_EC_gen("P-256")); }

  Bytes spki() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
  }
  Bytes sign(ByteView message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::size_t size = 0;
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()), 1);
    Bytes out(size);
    EXPECT_EQ(EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()), 1);
    out.resize(size);
    return out;
  }

 private:
  explicit Foreign(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

json root(const std::string& name, const std::string& type, const std::string& text) {
  return {{"key", text}, {"name", name}, {"operator", "ops"}, {"type", type}};
}

json good() {
  return {{"expires", 200},
          {"issued", 100},
          {"prev", std::string(64, '0')},
          {"revocation", {{"list", "people"}, {"root", "eu"}}},
          {"roots",
           json::array({root("eu", "ed25519", hex_key(1)), root("us", "ed25519", hex_key(2))})},
          {"rules", {{"update", "2 of (eu, us)"}}},
          {"v", 1},
          {"version", 1}};
}

Bytes payload_of(const json& value) {
  const std::string text = canonical(value);
  return Bytes(text.begin(), text.end());
}

std::optional<Code> code_of(const Status& status) {
  return status ? std::nullopt : std::optional(status.error().code);
}

std::optional<Code> spoilt(const std::function<void(json&)>& spoil) {
  json value = good();
  spoil(value);
  const auto bundle = parse_bundle(payload_of(value));
  return bundle ? std::nullopt : std::optional(bundle.error().code);
}

TEST(Bundle, IsReadFieldByField) {
  json value = good();
  value["roots"][1]["t"] = 2;
  value["roots"][1]["members"] = {hex_key(5), hex_key(6), hex_key(7)};
  const BundleContents bundle = parse_bundle(payload_of(value)).value();
  EXPECT_EQ(bundle.version, 1u);
  EXPECT_EQ(bundle.issued, 100u);
  EXPECT_EQ(bundle.expires, 200u);
  EXPECT_EQ(bundle.prev, Hash{});
  EXPECT_EQ(bundle.revocation_list, "people");
  EXPECT_EQ(bundle.find("eu")->root_id(), key(1).public_key().bytes());
  EXPECT_EQ(bundle.find("eu")->operator_name, "ops");
  EXPECT_EQ(bundle.find("us")->threshold, 2u);
  EXPECT_EQ(bundle.find("us")->members.size(), 3u);
  EXPECT_EQ(bundle.find("asia"), nullptr);
}

TEST(Bundle, NeedsEveryFieldAndKnowsNoOthers) {
  EXPECT_FALSE(spoilt([](json&) {}));
  const json whole = good();
  for (const auto& [field, value] : whole.items()) {
    const std::string name = field;
    EXPECT_EQ(spoilt([&](json& b) { b.erase(name); }), Code::malformed) << name;
    EXPECT_EQ(spoilt([&](json& b) { b[name] = nullptr; }), Code::malformed) << name;
  }
  EXPECT_EQ(spoilt([](json& b) { b["more"] = 1; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["rules"]["more"] = "eu"; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["revocation"]["more"] = 1; }), Code::malformed);
  for (const char* field : {"key", "name", "operator", "type"}) {
    EXPECT_EQ(spoilt([&](json& b) { b["roots"][0].erase(field); }), Code::malformed) << field;
  }
  EXPECT_EQ(spoilt([](json& b) { b["roots"][0]["more"] = 1; }), Code::malformed);
}

TEST(Bundle, NumbersAndTimesMakeSense) {
  EXPECT_EQ(spoilt([](json& b) { b["v"] = 2; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["version"] = 0; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["version"] = 2; }), Code::malformed) << "prev is zeros";
  EXPECT_EQ(spoilt([](json& b) { b["prev"] = std::string(64, '1'); }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["expires"] = 100; }), Code::malformed);
}

TEST(Bundle, RootsAreEachOneRoot) {
  EXPECT_EQ(spoilt([](json& b) { std::swap(b["roots"][0], b["roots"][1]); }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["roots"][1] = b["roots"][0]; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["roots"][1]["key"] = b["roots"][0]["key"]; }), Code::malformed);
  const std::string line = ssh::PublicKey::of(key(1).public_key()).line("eu");
  EXPECT_EQ(spoilt([&](json& b) { b["roots"][1] = root("us", "ssh", line); }), Code::malformed)
      << "one key under two types";
  EXPECT_EQ(spoilt([](json& b) { b["roots"][1]["name"] = "US"; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["roots"][1]["type"] = "dsa"; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["rules"]["update"] = "eu and asia"; }), Code::malformed);
  EXPECT_EQ(spoilt([](json& b) { b["revocation"]["root"] = "asia"; }), Code::malformed);
  EXPECT_FALSE(spoilt([](json& b) { b["rules"]["update"] = "us"; })) << "eu vouches elsewhere";
  EXPECT_EQ(spoilt([](json& b) {
              for (int i = 0; i < 64; ++i) b["roots"].push_back(b["roots"][0]);
            }),
            Code::too_large);
}

TEST(Bundle, KeysAreOfTheirType) {
  const auto with = [](const std::string& type, const std::string& text) {
    return spoilt([&](json& b) { b["roots"][1] = root("us", type, text); });
  };
  const std::string zero(64, '0');
  const std::string identity = "01" + std::string(62, '0');
  EXPECT_EQ(with("ed25519", zero), Code::malformed) << "of small order";
  EXPECT_EQ(with("node", identity), Code::malformed);
  EXPECT_EQ(with("ed25519", hex_key(2).substr(2)), Code::malformed);
  EXPECT_FALSE(with("node", hex_key(2)));
  EXPECT_FALSE(with("ssh", ssh::PublicKey::of(key(3).public_key()).line("somebody")));
  EXPECT_EQ(with("ssh", "ssh-ed25519 AAAA"), Code::malformed);
  const std::string rsa = ssh::to_base64(Foreign::rsa().spki());
  const std::string p256 = ssh::to_base64(Foreign::p256().spki());
  EXPECT_FALSE(with("rsa", rsa));
  EXPECT_FALSE(with("ecdsa", p256));
  EXPECT_EQ(with("ecdsa", rsa), Code::malformed);
  EXPECT_EQ(with("rsa", p256), Code::malformed);
  EXPECT_EQ(with("rsa", rsa + "="), Code::malformed);
  EXPECT_EQ(with("oidc", "key"), Code::malformed) << "a provider has an issuer and a key set";
}

TEST(Bundle, MembersAreDistinctAndEnough) {
  const auto with = [](const json& t, const json& members) {
    return spoilt([&](json& b) {
      b["roots"][1]["t"] = t;
      b["roots"][1]["members"] = members;
    });
  };
  EXPECT_FALSE(with(2, {hex_key(5), hex_key(6)}));
  EXPECT_EQ(with(3, {hex_key(5), hex_key(6)}), Code::malformed);
  EXPECT_EQ(with(0, {hex_key(5), hex_key(6)}), Code::malformed);
  EXPECT_EQ(with(2, {hex_key(5), hex_key(5)}), Code::malformed);
  EXPECT_EQ(with(1, {"alpha"}), Code::malformed);
  EXPECT_EQ(with(1, std::vector<std::string>(65, hex_key(5))), Code::too_large);
  EXPECT_EQ(spoilt([](json& b) { b["roots"][1]["t"] = 1; }), Code::malformed) << "of whom?";
}

TEST(Bundle, FollowsTheOneBefore) {
  const Bytes before_payload = payload_of(good());
  const BundleContents before = parse_bundle(before_payload).value();
  BundleContents next = before;
  next.version = 2;
  next.prev = bundle_hash(before_payload);
  EXPECT_TRUE(check_follows(next, before, before_payload));
  next.version = 3;
  EXPECT_EQ(code_of(check_follows(next, before, before_payload)), Code::field_not_allowed);
  next.version = 2;
  next.prev[31] ^= 1;
  EXPECT_EQ(code_of(check_follows(next, before, before_payload)), Code::field_not_allowed);
}

Bytes bytes_of_signature(const ed25519::Signature& signature) {
  return Bytes(signature.begin(), signature.end());
}

TEST(Bundle, UpdateRuleCountsRoots) {
  const Bytes payload = payload_of(good());
  const BundleContents bundle = parse_bundle(payload).value();
  const Bytes message = pae(bundle_type, payload);
  const Bytes eu = bytes_of_signature(key(1).sign(message));
  const Bytes us = bytes_of_signature(key(2).sign(message));
  EXPECT_TRUE(check_update(bundle, payload, std::array{eu, us}));
  EXPECT_TRUE(check_update(bundle, payload, std::array{us, Bytes{1, 2}, eu}));
  EXPECT_EQ(code_of(check_update(bundle, payload, std::array{eu, eu})), Code::signature_invalid);
  EXPECT_EQ(code_of(check_update(bundle, payload, {})), Code::signature_invalid);
  // Signed over the payload itself, or as another type.
  const Bytes bare = bytes_of_signature(key(2).sign(payload));
  const Bytes other = bytes_of_signature(key(2).sign(pae(revocation_type, payload)));
  EXPECT_EQ(code_of(check_update(bundle, payload, std::array{eu, bare})), Code::signature_invalid);
  EXPECT_EQ(code_of(check_update(bundle, payload, std::array{eu, other})), Code::signature_invalid);
}

TEST(Bundle, ForeignKeysVouchToo) {
  const Foreign rsa = Foreign::rsa();
  const Foreign p256 = Foreign::p256();
  TrustRoot rsa_root{"r", TrustRoot::Type::rsa, "ops", ssh::key_of_spki(rsa.spki()).value()};
  TrustRoot p256_root{"e", TrustRoot::Type::ecdsa, "ops", ssh::key_of_spki(p256.spki()).value()};
  TrustRoot person{"p", TrustRoot::Type::ssh, "ops", ssh::PublicKey::of(key(3).public_key())};
  const Bytes message{1, 2, 3};
  EXPECT_TRUE(rsa_root.check_signature(message, rsa.sign(message)));
  EXPECT_TRUE(p256_root.check_signature(message, p256.sign(message)));
  EXPECT_FALSE(rsa_root.check_signature(message, p256.sign(message)));
  EXPECT_FALSE(p256_root.check_signature(Bytes{1, 2}, p256.sign(message)));
  EXPECT_TRUE(rsa_root.root_id().has_value());
  EXPECT_FALSE(p256_root.root_id().has_value());

  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  const auto sshsig = [&](const std::string& name_space) {
    return ssh::file_signature(name_space, key(3).public_key(),
                               key(3).sign(ssh::signed_data(name_space, digest)))
        .blob();
  };
  EXPECT_TRUE(person.check_signature(message, sshsig("quorate-attest")));
  EXPECT_FALSE(person.check_signature(message, sshsig("file"))) << "a file signature is no vote";
  person.key = ssh::PublicKey::of(key(4).public_key());
  EXPECT_FALSE(person.check_signature(message, sshsig("quorate-attest")));
  TrustRoot node{"n", TrustRoot::Type::node, "ops", ssh::PublicKey::of(key(3).public_key())};
  EXPECT_FALSE(node.check_signature(message, bytes_of_signature(key(3).sign(message))));
}

}  // namespace
}  // namespace quorate::statement
