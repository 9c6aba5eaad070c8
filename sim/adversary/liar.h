// Nodes that play false. The core under each is real; a behaviour changes what leaves it, and signs
// with the node's identity key whatever it likes.

#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sim/adversary/adversary.h"

namespace quorate::sim {

// nullptr for a name that is none of node_strategies().
std::unique_ptr<Behaviour> make_behaviour(std::string_view strategy, World& world,
                                          Adversary& adversary);
// One after the other, each on what the one before left. An answer that one of them keeps back is
// not sent; delays add up.
std::unique_ptr<Behaviour> make_combined(const std::vector<std::string_view>& strategies,
                                         World& world, Adversary& adversary);

// Those for nodes: of the stages signing, ceremony and records.
std::vector<Strategy> node_strategies();

}  // namespace quorate::sim
