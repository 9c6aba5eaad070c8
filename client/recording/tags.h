// The numbers of events and actions in a recording. The room's own. A number is never used twice.

#pragma once

#include <cstdint>

namespace quorate::recording {

enum class EventTag : std::uint8_t {
  start = 1,
  commitments = 2,
  partial = 3,
  refused = 4,
  malformed = 5,
  lost = 6,
  reconnected = 7,
  tick = 8,
  deadline = 9,
};

enum class ActionTag : std::uint8_t {
  ask_commitments = 1,
  ask_to_sign = 2,
  wake_at = 3,
  finished = 4,
  failed = 5,
};

}  // namespace quorate::recording
