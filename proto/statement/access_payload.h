// The payload of a statement of kind 4: who may do what where, until when, with which key. A
// gateway demands it from k of m independent roots.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/layout/labelled.h"

namespace quorate::statement {

inline constexpr std::size_t audience_limit = 16;
inline constexpr std::uint64_t longest_access_s = std::uint64_t{60} * 60;  // exp - iat

// Texts are UTF-8, and may hold anything that JSON can: whoever shows them escapes them.
struct AccessPayload {
  enum class Confirmation { jkt, x5t_s256, ssh };
  struct Seen {
    std::string type;
    std::string sha256;
  };

  std::string act;
  std::vector<std::string> aud;
  std::uint64_t bundle_version;
  std::string bundle_sha256;
  Confirmation cnf_type;
  std::string cnf;  // thumbprint or fingerprint of the key whose holder may use it
  std::vector<Seen> ev;
  std::uint64_t exp;
  std::uint64_t iat;
  std::string jti;
  std::uint64_t nbf;
  std::optional<std::string> nonce;
  std::string pol_name;
  std::string pol_sha256;
  std::string res;
  std::string rev_list;
  std::uint64_t rev_number;
  std::string sub_id;
  std::optional<std::string> sub_idp;
  std::optional<std::string> sub_idp_sub;
};

// Without `req`: `malformed` where it is there, or a field is unknown, missing or of another form.
// Whether its times fit the statement, check_fields() says.
[[nodiscard]] Result<AccessPayload> parse_access(ByteView payload);

// The payload with `req` = hash("access", payload) in its place in the order of the keys: what a
// root signs. The payload is one that parse_access() accepts.
Bytes with_req(ByteView payload);

}  // namespace quorate::statement
