// One choice of t and n, made of a scenario's nodes; what can fail in it; and whom its formula
// counts.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/availability/scenario.h"

namespace quorate::sim::availability {

// Why a node is not there, or not as it should be.
enum class Ailment { host, hsm, maintenance, upgrade, shared, slow };

// Something that comes and goes by itself.
struct Cause {
  Ailment kind;
  std::string name;                  // `a`, `a's HSM`, `ams (site)`: for people
  std::string cut_name;              // of the failure in a cut set: the node's, or the cause's
  std::string label;                 // of its stream
  std::vector<std::size_t> nodes;    // whom it takes down
  std::optional<Breaking> breaking;  // none: by the calendar, below
  std::optional<Maintenance> maintenance = {};
  std::optional<Upgrade> upgrade = {};
  std::size_t turn = 0;  // of its node, for what goes from node to node
};

struct Quorum {
  std::uint16_t threshold;
  std::vector<Node> nodes;
  std::vector<Cause> causes;
  Load load;

  Threshold choice() const { return {threshold, static_cast<std::uint16_t>(nodes.size())}; }
};

// The first n nodes of the scenario. Where it has fewer, copies of them in their order, called
// `a-2`, each at a site and with an operator of its own, so that no shared cause takes them.
Quorum quorum_of(const Scenario& scenario, const Threshold& choice);

}  // namespace quorate::sim::availability
