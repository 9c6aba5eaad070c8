// Whose word opens the door: an attestation policy, as a gateway's operator writes it.
//
//   [[root]]                    roots: here, or in the trust bundle that the operator holds to
//   name = "eu"                 ours; shown in decisions
//   type = "ed25519"            ed25519, rsa, ecdsa, node, ssh, oidc
//   key = "…"                   64 hex digits | base64 of the DER SubjectPublicKeyInfo | a key line
//   operator = "ops-eu"
//   person = "alice"            ssh: whose key it is, as `sub.id` says it; its name if left out
//   presence = "verified"       ssh with a FIDO key: PIN or biometrics, not touch alone
//   issuer, audience, jwks      oidc, instead of `key`; `jwks` is a file
//
//   [require]
//   rule = "2 of (eu, us, corp-idp) and 1 of (oncall-1, oncall-2)"
//   distinct_operators = 2      1 if left out
//   max_life = "5m"             of a statement, at most 1 h, which it is if left out
//   single_use = true           false if left out
//
// A policy that could be met by fewer than it seems to ask for does not load.

#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "proto/statement/access_payload.h"
#include "proto/statement/bundle.h"
#include "proto/statement/rule.h"

namespace quorate::attestation {

using statement::TrustRoot;

enum class Presence { touched, verified };
enum class Use { repeated, single };

struct Root {
  TrustRoot trust;
  Presence presence = Presence::touched;  // of a FIDO key
  std::string person;                     // ssh: who it is; empty for other types
};

// The text of a file that the policy names, relative to the policy.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

class Policy {
 public:
  // A policy that lists its roots. `configuration`, with file and line, where
  //   a key, a value or a name is not as above; there are no roots, or more than 64
  //   a name is there twice, or unknown to the roots; a root is in no part of the rule
  //   two roots have one key, or providers have a key in common; a key is weak or not canonical
  //   the rule is nested more than 8 deep, can't be met, or names a root twice
  //   distinct_operators is 0, or more than the operators that the roots have
  [[nodiscard]] static Result<Policy> load(std::string_view text, const std::string& file,
                                           const ReadFile& read);
  // A policy without [[root]]: those of the bundle's roots count that its rule names.
  [[nodiscard]] static Result<Policy> load(std::string_view text, const std::string& file,
                                           const statement::BundleContents& bundle);
  // Whether this policy lists no roots, and so needs a bundle.
  [[nodiscard]] static Result<bool> needs_bundle(std::string_view text, const std::string& file);

  const std::vector<Root>& roots() const { return roots_; }
  const Root* find(std::string_view name) const;
  const statement::Rule& rule() const { return rule_; }
  std::uint64_t distinct_operators() const { return distinct_operators_; }
  std::uint64_t max_life_s() const { return max_life_s_; }
  Use use() const { return use_; }

  // Whether the rule is met by these, and they have enough operators.
  bool is_met(const std::set<std::string>& vouched) const;
  std::set<std::string> operators(const std::set<std::string>& names) const;

 private:
  friend class PolicyReader;

  std::vector<Root> roots_;  // in the order of their names
  statement::Rule rule_;
  std::uint64_t distinct_operators_ = 1;
  std::uint64_t max_life_s_ = statement::longest_access_s;
  Use use_ = Use::repeated;
};

}  // namespace quorate::attestation
