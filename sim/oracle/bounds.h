// P13: whatever is asked of a node, what it holds and what it answers stays within its limits, and
// who is turned away is told why.

#pragma once

#include <optional>
#include <span>
#include <string>

#include "sim/actors/node_host.h"

namespace quorate::sim {

// What is out of bounds in the answers to one batch: too many asks at a time, too many pairs, a
// refusal whose code does not travel or that has no reason for people, a frame too long.
std::optional<std::string> find_unbounded(std::span<const node::Asked> asks,
                                          std::span<const std::optional<node::Answer>> answers);

// The same of what the node keeps: ceremonies that are open. Reads the database, so not after every
// event.
std::optional<std::string> find_unbounded(NodeHost& node);

}  // namespace quorate::sim
