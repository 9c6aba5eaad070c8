// A policy with everything in it, and requests to judge by it.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/base/hex.h"
#include "node/policy/policy.h"
#include "node/policy/profile.h"
#include "proto/document/ssh_buffer.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::policy {

inline ed25519::Point point(std::uint64_t seed) {
  testing::SeededEntropy entropy(seed);
  SecretBytes<32> secret;
  entropy.fill(secret.writable());
  return ed25519::SigningKey(secret).public_key();
}
inline ssh::PublicKey plain_key(std::uint64_t seed) { return ssh::PublicKey::of(point(seed)); }
inline ssh::PublicKey fido_key(std::uint64_t seed) {
  ssh::Writer blob;
  blob.text("sk-ssh-ed25519@openssh.com").string(point(seed).bytes()).text("ssh:");
  return ssh::PublicKey::parse(blob.bytes()).value();
}

// Whose keys are whose.
inline ssh::PublicKey alice_key() { return plain_key(1); }
inline ssh::PublicKey alice_fido() { return fido_key(2); }
inline ssh::PublicKey bob_key() { return plain_key(3); }
inline ssh::PublicKey carol_fido() { return fido_key(4); }
inline ssh::PublicKey dave_fido() { return fido_key(5); }
inline ssh::PublicKey erin_key() { return plain_key(6); }

inline std::string quoted(const ssh::PublicKey& key) { return "\"" + key.line("x") + "\""; }

// POLICY.md's example, with people enough for its approvals. Line 1 is `version = 1`.
inline std::string example() {
  return "version = 1\n"
         "[[person]]\n"
         "name = \"alice\"\n"
         "keys = [" +
         quoted(alice_key()) + ",\n        " + quoted(alice_fido()) +
         "]\n"
         "oidc = [{ issuer = \"corp\", subject = \"00u1x7\" }]\n"
         "[[person]]\n"
         "name = \"bob\"\n"
         "keys = [" +
         quoted(bob_key()) +
         "]\n"
         "[[person]]\n"
         "name = \"carol\"\n"
         "keys = [" +
         quoted(carol_fido()) +
         "]\n"
         "oidc = [{ issuer = \"corp\", subject = \"00carol\" }]\n"
         "[[person]]\n"
         "name = \"dave\"\n"
         "keys = [" +
         quoted(dave_fido()) +
         "]\n"
         "[[person]]\n"
         "name = \"erin\"\n"
         "keys = [" +
         quoted(erin_key()) + R"(]
[[group]]
name = "engineers"
members = ["alice", "bob"]
oidc = [{ issuer = "corp", claim = "groups", value = "eng" }]
[[group]]
name = "release-managers"
members = ["carol", "dave", "erin"]
[[issuer]]
name = "corp"
url = "https://id.example.com"
audience = "quorate"
algorithms = ["ES256", "RS256", "EdDSA"]
max_age = "5m"
email_domains = ["example.com"]

[[profile]]
name = "engineer-ssh"
root = "ssh-users"
statement = "ssh-user"
life = "24h"
needs_fresh_list = false
requester = { groups = ["engineers"], evidence = "key" }
[profile.ssh]
principals = ["{person}", "deploy"]
max_validity = "24h"
subject_keys = ["ed25519", "sk-ed25519", "sk-ecdsa", "ecdsa-p256", "rsa-3072"]
key_id = "{person}"
extensions = ["permit-pty", "permit-port-forwarding"]
source_address = { required = false, within = ["10.0.0.0/8"] }
force_command = "forbidden"
[profile.limits]
per_requester = "20/1h"
per_profile = "200/1h"
hours = ["Mon-Fri 07:00-19:00 Europe/Berlin"]

[[profile]]
name = "release-files"
root = "files"
statement = "file"
requester = { groups = ["engineers"] }
[profile.file]
namespaces = ["file", "git"]
max_size = "4GiB"
[[profile.approval]]
count = 1
groups = ["release-managers"]
within = "12h"
evidence = "key-touch"

[[profile]]
name = "prod-access"
root = "access-eu"
statement = "access"
requester = { groups = ["engineers"], evidence = "oidc" }
[profile.access]
audiences = ["ssh://bastion.example.com"]
resources = ["prod/*"]
actions = ["login", "read"]
subject = "{oidc.email}"
max_life = "5m"
)";
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}
inline std::string with(const std::string& from, const std::string& to) {
  return replaced(example(), from, to);
}

inline Policy load(const std::string& text) {
  Result<Policy> policy = Policy::load(text, "policy.toml");
  EXPECT_TRUE(policy.has_value()) << policy.error().message;
  return policy ? *policy : Policy::none();
}

// A Wednesday, 12:00 in Berlin.
inline constexpr std::uint64_t noon = 1'794'999'600;

inline statement::Statement file_statement() {
  return {statement::Kind::file,
          {},
          "files",
          "",
          {},
          noon - 60,
          noon + 3600,
          statement::File{"file", {}, 5, "hello.txt"}};
}
inline statement::SshCertificate certificate() {
  return {ssh::CertificateType::user,
          plain_key(99).blob(),
          "alice",
          {"alice"},
          noon - 60,
          noon + 8 * 3600,
          {},
          {}};
}
inline statement::Statement certificate_statement(
    const statement::SshCertificate& body = certificate()) {
  return {statement::Kind::ssh_user, {}, "ssh-users", "", {}, noon - 60, noon + 3600, body};
}

inline request::Requester by_key(const std::string& person, const ssh::PublicKey& key) {
  request::Requester out{0, person, key, std::nullopt};
  if (ssh::is_fido(key.kind())) out.fido = ssh::Fido{1, 0};
  return out;
}
inline request::Requester by_token(const std::string& person, const std::string& subject,
                                   std::map<std::string, std::vector<std::string>> claims = {}) {
  return {0, person, std::nullopt, std::nullopt,
          request::TokenFacts{person, "corp", subject, std::move(claims)}};
}
inline request::Judgement asked_by(const request::Requester& who) {
  return {who.person, {who}, {}};
}
inline request::Judgement asked_by_alice() { return asked_by(by_key("alice", alice_key())); }

// An approval made `age_s` ago, for a day.
inline request::Approver approval(const std::string& person, const ssh::PublicKey& key,
                                  std::uint64_t age_s = 60) {
  request::Approver out{0, person, key, std::nullopt, {}};
  if (ssh::is_fido(key.kind())) out.fido = ssh::Fido{1, 0};
  out.approval.time = noon - age_s;
  out.approval.expires = noon - age_s + 86'400;
  return out;
}

inline Decision judge(const Policy& policy, const statement::Statement& statement,
                      const request::Judgement& judgement) {
  return policy.judge(Facts{statement, judgement, noon}, NoLimits());
}

// The code of a refusal, or none for an approval.
inline std::optional<Code> code(const Decision& decision) {
  if (decision.status) return std::nullopt;
  return decision.status.error().code;
}
inline std::string reason(const Decision& decision) {
  return decision.status ? "" : decision.status.error().message;
}

}  // namespace quorate::policy
