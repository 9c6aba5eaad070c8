// JSON as providers and tokens carry it, read so that no two readers could see two things in it:
// an object, UTF-8, every member once at any depth, nothing before or after.

#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::oidc {

inline constexpr std::size_t json_depth_limit = 8;     // objects and arrays within each other
inline constexpr std::size_t json_value_limit = 4096;  // members and elements, all together

// `what` is what messages call it: "the token's header". `malformed`.
[[nodiscard]] Result<nlohmann::json> parse_object(std::string_view text, std::string_view what);

// RFC 7515, appendix C: no padding, no blanks, and unused bits are zero, so that bytes have one
// form. `malformed`.
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text, std::string_view what);

}  // namespace quorate::oidc
