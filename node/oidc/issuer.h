// An identity provider as a node's policy names it: whose tokens are believed, of which kind, and
// where the keys come from. What the node then learns of it (keys, expiry) is in providers.h.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quorate::oidc {

// RFC 7518 and RFC 8037. What is missing here can't be configured: `none`, HS256 and its kin.
enum class Algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

// `RS256`, `EdDSA`, ...: as JOSE writes them.
std::string_view name(Algorithm algorithm);
std::optional<Algorithm> algorithm_of(std::string_view name);

struct Issuer {
  std::string name;  // in the policy
  std::string
      identifier;  // exactly what the claim `iss` says: `url`, or `issuer` beside `keys_file`
  std::string keys_file;  // a pinned JWK set, read once when the policy is loaded; empty: discovery
  std::string ca_file;    // PEM, whom to trust over TLS instead of the system; empty: the system
  std::string audience;
  std::set<Algorithm> algorithms;
  std::uint64_t max_age_s = 300;        // of a token when it is first seen, from `iat`
  std::set<std::string> email_domains;  // whose addresses the provider speaks for

  bool is_pinned() const { return !keys_file.empty(); }
  bool operator==(const Issuer&) const = default;
};

// What `url` and `issuer` may be: https://HOST[:PORT][/PATH], at most 255 printable characters, no
// user, query or fragment. `configuration` says what is wrong.
[[nodiscard]] Status check_issuer_url(std::string_view url);

}  // namespace quorate::oidc
