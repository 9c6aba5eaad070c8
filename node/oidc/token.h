// A compact JWS with claims in it (RFC 7515, RFC 7519), strictly by its form. Nothing in it has
// been verified yet.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/oidc/issuer.h"

namespace quorate::oidc {

inline constexpr std::size_t longest_token = 8192;

struct Token {
  std::string text;  // all of it
  std::size_t signed_size;
  Bytes signature;
  Algorithm algorithm;  // says the header
  std::optional<std::string> key_id;

  std::string subject;
  std::optional<std::string> issuer;
  std::optional<std::vector<std::string>> audience;
  std::optional<std::uint64_t> expires, not_before, issued;  // unix seconds
  std::optional<std::string> nonce;
  // Other claims that are texts, lists of texts or truth values.
  std::map<std::string, std::vector<std::string>> claims;

  // What the signature is over.
  std::string_view signed_text() const { return std::string_view(text).substr(0, signed_size); }

  // `token_invalid`: too long; not three parts of strict base64url; header or claims no JSON object
  // with each member once; an algorithm that can't be configured; a header that brings a key along
  // or changes what is signed; a claim of the wrong type; no subject.
  [[nodiscard]] static Result<Token> parse(std::string_view text);
};

}  // namespace quorate::oidc
