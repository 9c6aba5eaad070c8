#include "proto/statement/bundle.h"

#include <algorithm>
#include <set>

#include <sodium.h>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/document/armour.h"
#include "proto/document/key_fields.h"
#include "proto/document/spki.h"
#include "proto/document/sshsig.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/dsse.h"
#include "proto/statement/json_fields.h"
#include "proto/statement/root_id.h"

namespace quorate::statement {
namespace {

using nlohmann::json;
using Type = TrustRoot::Type;

constexpr std::string_view attest_namespace = "quorate-attest";

Result<Type> type_named(const std::string& name) {
  if (name == "ed25519") return Type::ed25519;
  if (name == "rsa") return Type::rsa;
  if (name == "ecdsa") return Type::ecdsa;
  if (name == "node") return Type::node;
  if (name == "ssh") return Type::ssh;
  if (name == "oidc") return Type::oidc;
  return fail(Code::malformed, "a root's type is ed25519, rsa, ecdsa, node, ssh or oidc");
}

bool is_threshold_type(Type type) {
  return type == Type::ed25519 || type == Type::rsa || type == Type::ecdsa;
}

Result<ed25519::Point> read_point(const std::string& hex) {
  QUORATE_TRY(const auto bytes, from_hex_exactly<32>(hex));
  return ed25519::Point::parse(bytes);
}

Result<ssh::PublicKey> read_spki(const std::string& base64, ssh::KeyKind kind) {
  QUORATE_TRY(const Bytes der, ssh::from_base64(base64));
  QUORATE_TRY(ssh::PublicKey key, ssh::key_of_spki(der));
  if (key.kind() != kind) return fail(Code::malformed, "the key is of another type than its root");
  return key;
}

Result<ssh::PublicKey> read_key(Type type, const std::string& text) {
  switch (type) {
    case Type::ed25519:
    case Type::node: {
      QUORATE_TRY(const ed25519::Point point, read_point(text));
      return ssh::PublicKey::of(point);
    }
    case Type::rsa: return read_spki(text, ssh::KeyKind::rsa);
    case Type::ecdsa: return read_spki(text, ssh::KeyKind::ecdsa);
    case Type::ssh: return ssh::PublicKey::parse_line(text);
    case Type::oidc: break;
  }
  QUORATE_INVARIANT(false);
}

Status read_members(JsonFields& fields, TrustRoot& root) {
  if (!fields.has("t") && !fields.has("members")) return Done{};
  if (!is_threshold_type(root.type)) {
    return fail(Code::malformed, "the root " + root.name + " has members, but is of no threshold");
  }
  QUORATE_TRY(root.threshold, fields.number("t"));
  QUORATE_TRY(const json* members, fields.array("members"));
  if (members->size() > trust_root_member_limit) {
    return fail(Code::too_large, "the root " + root.name + " has more than 64 members");
  }
  std::set<ed25519::Point> seen;
  for (const json& member : *members) {
    if (!member.is_string()) return fail(Code::malformed, "members are identity keys in hex");
    QUORATE_TRY(const ed25519::Point identity, read_point(member.get_ref<const std::string&>()));
    if (!seen.insert(identity).second) {
      return fail(Code::malformed, "the root " + root.name + " has a member twice");
    }
    root.members.push_back(identity);
  }
  if (root.threshold < 1 || root.threshold > root.members.size()) {
    return fail(Code::malformed, "the root " + root.name + " can't have t of its members");
  }
  return Done{};
}

Result<TrustRoot> read_root(const json& value) {
  QUORATE_TRY(JsonFields fields, JsonFields::of(value, "roots"));
  TrustRoot root;
  QUORATE_TRY(root.name, fields.name("name"));
  QUORATE_TRY(const std::string type, fields.text("type"));
  QUORATE_TRY(root.type, type_named(type));
  QUORATE_TRY(root.operator_name, fields.name("operator"));
  if (root.type == Type::oidc) {
    QUORATE_TRY(root.issuer, fields.text("issuer"));
    QUORATE_TRY(root.audience, fields.text("audience"));
    QUORATE_TRY(root.jwks, fields.text("jwks"));
  } else {
    QUORATE_TRY(const std::string key, fields.text("key"));
    auto read = read_key(root.type, key);
    if (!read) {
      return fail(Code::malformed,
                  "the key of the root " + root.name + ": " + read.error().message);
    }
    root.key = std::move(*read);
  }
  QUORATE_CHECK(read_members(fields, root));
  QUORATE_CHECK(fields.finish());
  return root;
}

Status read_roots(JsonFields& fields, BundleContents& out) {
  QUORATE_TRY(const json* roots, fields.array("roots"));
  if (roots->size() > trust_root_limit) {
    return fail(Code::too_large, "a bundle has at most 64 roots");
  }
  std::set<Bytes> keys;
  std::set<std::string> issuers;
  for (const json& value : *roots) {
    QUORATE_TRY(TrustRoot root, read_root(value));
    if (!out.roots.empty() && !(out.roots.back().name < root.name)) {
      return fail(Code::malformed, "roots ascend by name, each once");
    }
    const bool is_new =
        root.key ? keys.insert(root.key->blob()).second : issuers.insert(root.issuer).second;
    if (!is_new) {
      return fail(Code::malformed, "the root " + root.name + " has the key of another one");
    }
    out.roots.push_back(std::move(root));
  }
  return Done{};
}

Status read_rules(JsonFields& fields, BundleContents& out) {
  QUORATE_TRY(JsonFields rules, fields.object("rules"));
  QUORATE_TRY(const std::string update, rules.text("update"));
  QUORATE_CHECK(rules.finish());
  QUORATE_TRY(out.update, Rule::parse(update));
  for (const std::string& name : out.update.names()) {
    if (out.find(name) == nullptr) {
      return fail(Code::malformed, "the rule names " + name + ", which is none of the roots");
    }
  }
  return Done{};
}

Status read_revocation(JsonFields& fields, BundleContents& out) {
  QUORATE_TRY(JsonFields revocation, fields.object("revocation"));
  QUORATE_TRY(out.revocation_list, revocation.name("list"));
  QUORATE_TRY(out.revocation_root, revocation.name("root"));
  QUORATE_CHECK(revocation.finish());
  const TrustRoot* root = out.find(out.revocation_root);
  if (root == nullptr || !root->root_id()) {
    return fail(Code::malformed, "revocation.root must be one of the roots, ed25519 or rsa");
  }
  return Done{};
}

}  // namespace

std::optional<RootId> TrustRoot::root_id() const {
  if (type == Type::ed25519) return key->ed25519_point();
  if (type != Type::rsa) return std::nullopt;
  const auto fields = ssh::read_key_fields(key->blob());
  QUORATE_INVARIANT(fields.has_value());
  return rsa_root_id(fields->exponent, fields->modulus);
}

Status TrustRoot::check_signature(ByteView message, ByteView signature) const {
  const auto judged = [&](ByteView blob) -> Status {
    QUORATE_CHECK(ssh::verify(*key, blob, message));
    return Done{};
  };
  switch (type) {
    case Type::ed25519: {
      constexpr std::size_t signature_size = 64;
      if (signature.size() != signature_size) break;
      ByteArray<signature_size> bytes;
      std::copy(signature.begin(), signature.end(), bytes.begin());
      return judged(ssh::ed25519_signature_blob(bytes));
    }
    case Type::rsa: return judged(ssh::rsa_signature_blob(signature));
    case Type::ecdsa: {
      QUORATE_TRY(const Bytes blob, ssh::ecdsa_signature_blob(signature));
      return judged(blob);
    }
    case Type::ssh: {
      QUORATE_TRY(const ssh::Sshsig sshsig, ssh::Sshsig::parse_blob(signature));
      if (sshsig.key != *key) break;
      QUORATE_CHECK(ssh::verify(sshsig, attest_namespace, message));
      return Done{};
    }
    case Type::node:
    case Type::oidc: break;
  }
  return fail(Code::signature_invalid, "no signature of the root " + name);
}

const TrustRoot* BundleContents::find(std::string_view name) const {
  const auto found = std::find_if(roots.begin(), roots.end(),
                                  [&](const TrustRoot& root) { return root.name == name; });
  return found == roots.end() ? nullptr : &*found;
}

Result<BundleContents> parse_bundle(ByteView payload) {
  QUORATE_TRY(const json value, parse_canonical(payload));
  QUORATE_TRY(JsonFields fields, JsonFields::of(value, "payload"));
  BundleContents out;
  QUORATE_CHECK(fields.version());
  QUORATE_TRY(out.version, fields.number("version"));
  QUORATE_TRY(out.issued, fields.number("issued"));
  QUORATE_TRY(out.expires, fields.number("expires"));
  QUORATE_TRY(const std::string prev, fields.lower_hex(2 * out.prev.size(), "prev"));
  QUORATE_TRY(out.prev, from_hex_exactly<32>(prev));
  QUORATE_CHECK(read_roots(fields, out));
  QUORATE_CHECK(read_rules(fields, out));
  QUORATE_CHECK(read_revocation(fields, out));
  QUORATE_CHECK(fields.finish());
  if (out.version == 0) return fail(Code::malformed, "bundles are numbered from 1");
  if (out.issued >= out.expires)
    return fail(Code::malformed, "the bundle expires before it begins");
  if ((out.version == 1) != (out.prev == Hash{})) {
    return fail(Code::malformed, "prev is zeros in version 1, and only there");
  }
  return out;
}

Hash bundle_hash(ByteView payload) {
  Hash out;
  crypto_hash_sha256(out.data(), payload.data(), payload.size());
  return out;
}

Status check_follows(const BundleContents& next, const BundleContents& before,
                     ByteView before_payload) {
  if (next.version != before.version + 1) {
    return fail(Code::field_not_allowed, "version: after " + std::to_string(before.version) +
                                             " comes " + std::to_string(before.version + 1) +
                                             ", not " + std::to_string(next.version));
  }
  if (next.prev != bundle_hash(before_payload)) {
    return fail(Code::field_not_allowed,
                "prev: not the hash of version " + std::to_string(before.version));
  }
  return Done{};
}

Status check_update(const BundleContents& judge, ByteView payload,
                    std::span<const Bytes> signatures) {
  const Bytes message = pae(bundle_type, payload);
  std::set<std::string> vouched;
  std::string names;
  for (const std::string& name : judge.update.names()) {
    const TrustRoot* root = judge.find(name);
    QUORATE_INVARIANT(root != nullptr);  // parse_bundle() looked
    const bool has_vouched =
        std::any_of(signatures.begin(), signatures.end(), [&](const Bytes& signature) {
          return root->check_signature(message, signature).has_value();
        });
    if (!has_vouched) continue;
    vouched.insert(name);
    names += names.empty() ? name : ", " + name;
  }
  if (judge.update.is_met(vouched)) return Done{};
  return fail(Code::signature_invalid,
              "the update rule of version " + std::to_string(judge.version) +
                  " is not met; signed by " + (names.empty() ? "none of its roots" : names));
}

}  // namespace quorate::statement
