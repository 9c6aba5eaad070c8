// The page where a provider says of itself where its keys are: OpenID Connect Discovery 1.0,
// section 4.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quorate::oidc {

// Where the keys of `issuer` are. The document must say of itself that it is that issuer's, letter
// by letter, else one provider could speak for another. `malformed`.
[[nodiscard]] Result<std::string> keys_url(std::string_view document, std::string_view issuer);

}  // namespace quorate::oidc
