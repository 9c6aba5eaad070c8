// The adversary's part of a plan: its nodes play false from the chaos on, its client attacks at the
// plan's times, and at the end it makes what can be made of all that it saw.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/adversary/liar.h"
#include "sim/adversary/rogue_client.h"
#include "sim/oracle/promises.h"
#include "sim/run/plan.h"

namespace quorate::sim {

class Attackers {
 public:
  Attackers(const RunPlan& plan, World& world, const std::vector<NodeHost*>& nodes,
            const std::vector<RosterLine>& roster);

  // The name under which the rogue client connects: nodes know it.
  static constexpr const char* client_name = "rogue";

  // Nodes turn, and attacks are planned; `orders` is asked for at each.
  void begin(Time base, std::function<Orders()> orders);
  // What nobody keeps, nearly as often in a minute as a node lets one client publish.
  void publish_often(std::size_t node);
  // What was made up, held against the promises.
  void conclude(const std::vector<NodeHost*>& nodes, Promises& promises);
  std::vector<ed25519::Point> identities() const;

 private:
  const RunPlan& plan_;
  World& world_;
  Adversary adversary_;
  RogueClient client_;
  std::vector<NodeHost*> liars_;
  std::vector<std::unique_ptr<Behaviour>> behaviours_;
};

}  // namespace quorate::sim
