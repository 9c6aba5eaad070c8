#include "sim/availability/quorum.h"

#include <algorithm>

namespace quorate::sim::availability {
namespace {

void add_own_causes(const Node& node, std::size_t place, const Scenario& scenario, Quorum& quorum) {
  const std::string label = "availability/" + node.name;
  const auto add = [&](Ailment kind, const std::string& name, const std::string& what) {
    quorum.causes.push_back(
        {kind, name, node.name, label + "/" + what, {place}, {}, {}, {}, place});
    return &quorum.causes.back();
  };
  if (node.host) add(Ailment::host, node.name, "host")->breaking = node.host;
  if (node.hsm) add(Ailment::hsm, node.name + "'s HSM", "hsm")->breaking = node.hsm;
  if (node.maintenance) {
    add(Ailment::maintenance, node.name + "'s maintenance", "maintenance")->maintenance =
        node.maintenance;
  }
  if (node.slow && node.slow->phases) {
    add(Ailment::slow, node.name + " is slow", "slow")->breaking = node.slow->phases;
  }
  if (scenario.upgrade) {
    add(Ailment::upgrade, node.name + "'s upgrade", "upgrade")->upgrade = scenario.upgrade;
    quorum.causes.back().label = "availability/upgrade";  // a release is broken for all of them
  }
}

}  // namespace

Quorum quorum_of(const Scenario& scenario, const Threshold& choice) {
  Quorum quorum{choice.threshold, {}, {}, scenario.load};
  const std::size_t listed = scenario.nodes.size();
  for (std::size_t i = 0; i < choice.members; ++i) {
    Node node = scenario.nodes[i % listed];
    if (i >= listed) {
      node.name += "-" + std::to_string(i / listed + 1);
      node.site = node.name;
      node.operator_name = node.name;
      node.lies = false;                                   // nobody buys a liar
      if (node.maintenance) node.maintenance->at.reset();  // in its turn, not with its model
      if (node.slow && !node.slow->phases) node.slow.reset();
    }
    quorum.nodes.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < quorum.nodes.size(); ++i) {
    add_own_causes(quorum.nodes[i], i, scenario, quorum);
  }
  for (const Shared& shared : scenario.shared) {
    std::vector<std::size_t> nodes;
    std::copy_if(shared.nodes.begin(), shared.nodes.end(), std::back_inserter(nodes),
                 [&](std::size_t node) { return node < quorum.nodes.size(); });
    if (nodes.empty()) continue;
    const std::string name = shared.name + " (" + shared.kind + ")";
    quorum.causes.push_back({Ailment::shared, name, shared.name,
                             "availability/shared/" + shared.name, nodes, shared.breaking});
  }
  return quorum;
}

}  // namespace quorate::sim::availability
