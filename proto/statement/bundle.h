// The trust bundle, payload of a statement of kind 5: which roots there are, whose signatures the
// next bundle needs, and whose revocation list counts. Bundles form a chain: each names the one
// before by its hash, and is signed as both demand.
//
//   {"expires","issued","prev","revocation":{"list","root"},"roots":[{"key","members"?,"name",
//    "operator","t"?,"type"}…],"rules":{"update"},"v":1,"version"}

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"
#include "proto/statement/rule.h"
#include "proto/statement/statement.h"

namespace quorate::statement {

inline constexpr std::size_t trust_root_limit = 64;
inline constexpr std::size_t trust_root_member_limit = 64;

// One that vouches. What its key looks like follows from the type:
//   ed25519, node  64 hex digits                rsa, ecdsa  base64 of the DER SubjectPublicKeyInfo
//   ssh            an OpenSSH public key line   oidc        `issuer`, `audience`, `jwks` instead
struct TrustRoot {
  enum class Type { ed25519, rsa, ecdsa, node, ssh, oidc };

  std::string name;
  Type type = Type::ed25519;
  std::string operator_name;
  std::optional<ssh::PublicKey> key{};  // none: oidc
  std::string issuer{};                 // oidc
  std::string audience{};
  std::string jwks{};  // the JWK set itself, as text
  // Of a threshold root, where it says so: how many of which nodes, by their identity keys.
  std::uint64_t threshold = 0;
  std::vector<ed25519::Point> members{};

  // Of roots that sign statements: ed25519 and rsa.
  std::optional<RootId> root_id() const;
  // Whether `signature` is this root's over `message`: ed25519, rsa (PKCS#1 v1.5, SHA-256), ecdsa
  // (P-256, SHA-256; DER, or r ‖ s), ssh (an SSHSIG blob, namespace `quorate-attest`). A node's
  // verdict and a provider's token vouch for one statement of kind 4 at one time, and never for a
  // bundle: `signature_invalid`.
  [[nodiscard]] Status check_signature(ByteView message, ByteView signature) const;
};

struct BundleContents {
  std::uint64_t version = 0;  // from 1
  std::uint64_t issued = 0;
  std::uint64_t expires = 0;
  Hash prev{};                   // SHA-256 of the payload before; zeros in version 1
  std::vector<TrustRoot> roots;  // ascending by name
  Rule update;
  std::string revocation_list;  // in the form of a root's name
  std::string revocation_root;  // the name of one of the roots, of a type that has a root id

  const TrustRoot* find(std::string_view name) const;
};

// `malformed`, `too_large`. Demands of the roots what a policy does: names and keys each once, keys
// that are canonical and of no small order, every name of the rule known. A root that the update
// rule does not name is allowed: it vouches for statements.
[[nodiscard]] Result<BundleContents> parse_bundle(ByteView payload);

// SHA-256 of the payload: what the next bundle's `prev` is. Never of the envelope, whose signatures
// may vary.
Hash bundle_hash(ByteView payload);

// Whether `next` may follow the bundle with this payload: version one above, `prev` its hash.
// `field_not_allowed`.
[[nodiscard]] Status check_follows(const BundleContents& next, const BundleContents& before,
                                   ByteView before_payload);

// Whether the signatures over the payload of some bundle meet the update rule of `judge`, which is
// that bundle or the one before. Roots are counted, not signatures. `signature_invalid` names the
// roots that vouched.
[[nodiscard]] Status check_update(const BundleContents& judge, ByteView payload,
                                  std::span<const Bytes> signatures);

}  // namespace quorate::statement
