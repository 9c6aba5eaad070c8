// One line of input: JSON (RFC 8259), strictly. What two readers could take differently is refused.

#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

#include "crypto/base/result.h"

namespace quorate::primitives {

inline constexpr std::size_t longest_line = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t deepest_nesting = 16;

// `usage` where the line is empty or too long, is not one JSON object, names a key twice, nests
// deeper than that, or holds a number that is no integer of 64 bits or text that is no UTF-8.
[[nodiscard]] Result<nlohmann::json> parse_line(std::string_view line);

}  // namespace quorate::primitives
