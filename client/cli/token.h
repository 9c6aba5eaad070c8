// ID tokens as evidence: read from where a script puts them, and looked at only as far as a mistake
// can be told before nodes refuse it. Whether a token holds, each node judges itself.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/cli/arguments.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::cli {

// What a token says of itself. Nothing of it is verified: printable ASCII, whatever stands there.
struct TokenClaims {
  std::string issuer;
  std::string subject;
  std::string nonce;
  std::optional<std::uint64_t> expires;
};

// Nothing where it is no compact JWT whose middle part is a JSON object.
std::optional<TokenClaims> claims_of(std::string_view token);

// Reads the token from the file, or from standard input for "-". Its nonce must be the statement's;
// `usage` otherwise, with the nonce that it must carry.
[[nodiscard]] Outcome<request::Evidence> read_token(const Path& source,
                                                    const statement::Statement& statement);

}  // namespace quorate::cli
