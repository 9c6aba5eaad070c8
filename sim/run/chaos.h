// Makes the faults of a plan happen, and has them all end when it is time to heal. Keeps within
// what is promised: never so many nodes are lied to by disk or restored from an old backup that,
// with the adversary's, more than the promises allow for are no longer honest.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/actors/client_host.h"
#include "sim/actors/node_host.h"
#include "sim/run/plan.h"

namespace quorate::sim {

class Chaos {
 public:
  Chaos(const RunPlan& plan, World& world, std::vector<NodeHost*> nodes,
        std::vector<ClientHost*> clients);

  // The plan's times count from `base`. The adversary's nodes begin to play false then.
  void begin(Time base);
  // Everything is well from now on, but for the adversary, who goes on.
  void heal();

  std::function<void(std::size_t client, std::size_t requests)> on_spike;
  // Somebody asks this node nearly as often as he may.
  std::function<void(std::size_t node)> on_busy_moment;

 private:
  void happen(const Fault& fault);
  bool happen_to_node(const Fault& fault, NodeHost& node);
  void set_back(const Fault& fault);
  bool happen_to_network(const Fault& fault);
  bool happen_to_storage(const Fault& fault, NodeHost& node);
  void until(const Fault& fault, std::function<void()> undo);
  bool may_spoil_another() const;

  const RunPlan& plan_;
  World& world_;
  std::vector<NodeHost*> nodes_;
  std::vector<ClientHost*> clients_;
  bool is_healed_ = false;
};

}  // namespace quorate::sim
