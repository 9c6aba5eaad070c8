// Where a provider's documents are: https, and nothing that two readers could understand in two
// ways.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quorate::oidc {

enum class Query { forbidden, allowed };

// https://HOST[:PORT][/PATH][?QUERY]: printable ASCII, at most 255 characters, a host of letters,
// digits, dots and hyphens or an IPv6 address in brackets, no user, no fragment, no backslash.
// `malformed` says what is wrong.
[[nodiscard]] Status check_https_url(std::string_view url, Query query);

// OpenID Connect Discovery 1.0, section 4.1.
std::string discovery_url(std::string_view issuer);

}  // namespace quorate::oidc
