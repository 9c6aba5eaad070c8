// What really happened to a machine, from a list that somebody kept:
//
//   began,ended
//   2025-01-14T02:10Z,2025-01-14T06:45Z
//   2025-03-02T11:00Z,2025-03-02T11:20Z
//
// The lengths of the outages, and of the times between them, are drawn from these.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "sim/availability/scenario.h"

namespace quorate::sim::availability {

// At least three incidents, in order and apart; at most 10,000. `configuration` says in which line.
[[nodiscard]] Result<Breaking> incidents_of(std::string_view text, const std::string& file);

}  // namespace quorate::sim::availability
