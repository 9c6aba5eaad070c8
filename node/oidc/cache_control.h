// How long a provider says its keys may be kept: RFC 9111, section 5.2.2.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace quorate::oidc {

// The seconds of `max-age`; none for `no-store` and `no-cache`; nothing said where there is
// neither, or what can't be read. Whoever uses it puts bounds to it.
std::optional<std::uint64_t> max_age_of(std::string_view cache_control);

}  // namespace quorate::oidc
