// JSON with one form for each value, where foreign tools must read what a root signed: UTF-8, keys
// ascending by byte and each once, no blanks, integers within ±(2^53-1), nothing escaped that need
// not be.

#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::statement {

// Objects and arrays within each other. Without a limit the nesting of 768 KiB ends the stack.
inline constexpr std::size_t json_depth_limit = 16;

// An object in canonical form. `malformed` for everything else, `too_large` beyond the depth.
[[nodiscard]] Result<nlohmann::json> parse_canonical(ByteView text);

// The canonical form. The value holds no floats, no integers beyond ±(2^53-1), and UTF-8 only.
std::string canonical(const nlohmann::json& value);

}  // namespace quorate::statement
