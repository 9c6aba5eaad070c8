// Performs the actions of a ceremony's leader on connections and timers. Decides nothing.

#pragma once

#include <variant>

#include "client/ceremony/leader.h"
#include "client/driver/quorum.h"

namespace quorate::driver {

using CeremonyEnd = std::variant<leader::Finished, leader::Failed>;

// Runs the loop until the root is active at every member, or there is a reason why it can't be.
// Members that the quorum has no link to are reported as unreachable.
CeremonyEnd lead(Quorum& quorum, leader::Leader leader, leader::Begin begin, Milliseconds timeout,
                 const Progress& progress);

}  // namespace quorate::driver
