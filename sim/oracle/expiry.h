// P1: what has expired is over, and a clock that goes back doesn't bring it back to life. A node
// knows by its own records how late it is at least.

#pragma once

#include <optional>
#include <string>

#include "crypto/base/bytes.h"

namespace quorate::sim {

// What of this request was over already at a time (unix, milliseconds) that the node itself had
// written down: its statement, or an approval.
std::optional<std::string> find_expired(ByteView request, std::uint64_t recorded_ms);

}  // namespace quorate::sim
