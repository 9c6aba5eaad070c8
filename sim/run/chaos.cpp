#include "sim/run/chaos.h"

#include <algorithm>

#include "sim/oracle/promises.h"

namespace quorate::sim {
namespace {

Chance per_mille(std::uint64_t n) {
  return static_cast<Chance>((std::uint64_t{1} << 32) / 1000 * std::min<std::uint64_t>(n, 999));
}

constexpr Time usual_sync = 2 * millisecond;
constexpr Time usual_call = 1 * millisecond;

}  // namespace

Chaos::Chaos(const RunPlan& plan, World& world, std::vector<NodeHost*> nodes,
             std::vector<ClientHost*> clients)
    : plan_(plan), world_(world), nodes_(std::move(nodes)), clients_(std::move(clients)) {}

void Chaos::begin(Time base) {
  for (const Fault& fault : plan_.faults) {
    world_.queue.at(base + fault.at, [this, &fault] {
      if (!is_healed_) happen(fault);
    });
  }
}

void Chaos::happen(const Fault& fault) {
  NodeHost& node = *nodes_[fault.node];
  world_.trace.event(world_.queue.now(), node.name(), fault.kind);
  world_.trace.say(world_.queue.now(), node.name(), [&] { return "!! " + fault.id; });
  if (happen_to_network(fault) || happen_to_storage(fault, node)) return;
  (void)happen_to_node(fault, node);
}

// Ends with the fault, or when all heals: heal() undoes everything by itself.
void Chaos::until(const Fault& fault, std::function<void()> undo) {
  world_.queue.in(fault.lasts, [this, undo = std::move(undo)] {
    if (!is_healed_) undo();
  });
}

bool Chaos::may_spoil_another() const {
  const auto spoilt = std::count_if(nodes_.begin(), nodes_.end(),
                                    [](const NodeHost* node) { return !node->is_honest(); });
  return static_cast<std::size_t>(spoilt) <
         std::min(plan_.threshold - 1, plan_.nodes - plan_.threshold);
}

bool Chaos::happen_to_node(const Fault& fault, NodeHost& node) {
  const std::string& kind = fault.kind;
  const auto cut = static_cast<Cut>(fault.value % 4);
  if (kind == "kill") {
    if (node.is_up()) node.crash(Cut::keep);
  } else if (kind == "power-cut") {
    if (node.is_up()) node.crash(cut);
  } else if (kind == "crash-point") {
    if (node.is_up()) node.crash_within(fault.value, static_cast<Cut>((fault.at >> 20) % 4));
  } else if (kind == "crash-loop") {
    for (std::uint64_t k = 0; k < fault.value; ++k) {
      world_.queue.in(k * 5 * second, [this, &node, k] {
        if (!is_healed_) node.crash_within(k * 3, Cut::subset);
      });
    }
  } else if (kind == "pause") {
    node.pause(fault.lasts);
  } else if (kind == "down") {
    node.crash(Cut::keep, true);
    until(fault, [&node] { node.start(); });
  } else if (kind == "clock-jump") {
    const auto by = static_cast<std::int64_t>(fault.value);
    node.clock.jump_ms((fault.at >> 20) % 2 == 0 ? by : -by);
  } else if (kind == "clock-back") {
    set_back(fault);
  } else if (kind == "clock-drift") {
    const auto by = static_cast<std::int64_t>(fault.value);
    node.clock.set_drift_ppm((fault.at >> 20) % 2 == 0 ? by : -by);
  } else if (kind == "slow") {
    world_.network.set_slowness(node.host(), static_cast<std::uint32_t>(fault.value));
    until(fault, [this, &node] { world_.network.set_slowness(node.host(), 1); });
  } else if (kind == "load-spike") {
    if (on_spike) on_spike(fault.node % clients_.size(), fault.value);
  } else {
    return false;
  }
  return true;
}

// Between two busy moments: a limit that counts by this clock would not forget the first.
void Chaos::set_back(const Fault& fault) {
  constexpr Time next_moment = 75 * second;
  const auto in = [this](Time time, std::function<void()> what) {
    world_.queue.in(time, [this, what = std::move(what)] {
      if (!is_healed_) what();
    });
  };
  // Often all have their time from one machine.
  const std::vector<NodeHost*> those =
      fault.value % 4 == 0 ? nodes_ : std::vector<NodeHost*>{nodes_[fault.node]};
  const auto be_busy = [this, node = fault.node] {
    if (on_busy_moment) on_busy_moment(node);
  };
  be_busy();
  in(10 * second, [those, by = static_cast<std::int64_t>(fault.value)] {
    for (NodeHost* node : those) node->clock.jump_ms(-by);
  });
  in(next_moment, be_busy);
  in(std::max(fault.lasts, 2 * next_moment), [those] {
    for (NodeHost* node : those) node->clock.set_right();
  });
}

bool Chaos::happen_to_network(const Fault& fault) {
  Network& network = world_.network;
  static const std::map<std::string, Chance NetworkFaults::*> rates = {
      {"net-loss", &NetworkFaults::loss},       {"net-duplicate", &NetworkFaults::duplicate},
      {"net-reorder", &NetworkFaults::reorder}, {"net-replay", &NetworkFaults::replay},
      {"net-reset", &NetworkFaults::reset},     {"net-split", &NetworkFaults::split},
      {"net-corrupt", &NetworkFaults::corrupt}};
  if (const auto rate = rates.find(fault.kind); rate != rates.end()) {
    network.faults.*(rate->second) = per_mille(fault.value);
    until(fault, [&network, which = rate->second] { network.faults.*which = 0; });
    return true;
  }
  const HostId host = nodes_[fault.node]->host();
  std::vector<std::pair<HostId, HostId>> ways;
  if (fault.kind == "isolate") {
    for (const ClientHost* client : clients_) {
      if (fault.value != 1) ways.emplace_back(client->host(), host);
      if (fault.value != 2) ways.emplace_back(host, client->host());
    }
  } else if (fault.kind == "split") {
    for (std::size_t c = 0; c < clients_.size(); ++c) {
      for (std::size_t n = 0; n < nodes_.size(); ++n) {
        if ((c + fault.node) % 2 == n % 2) continue;
        ways.emplace_back(clients_[c]->host(), nodes_[n]->host());
        ways.emplace_back(nodes_[n]->host(), clients_[c]->host());
      }
    }
  } else {
    return false;
  }
  for (const auto& [from, to] : ways) network.block(from, to);
  until(fault, [&network, ways] {
    for (const auto& [from, to] : ways) network.unblock(from, to);
  });
  return true;
}

bool Chaos::happen_to_storage(const Fault& fault, NodeHost& node) {
  const std::string& kind = fault.kind;
  if (kind == "disk-full") {
    node.disk.set_capacity(0);
    until(fault, [&node] { node.disk.set_capacity(std::nullopt); });
  } else if (kind == "sync-fails") {
    node.disk.fail_syncs(fault.value);
  } else if (kind == "read-fails") {
    node.disk.fail_reads(fault.value);
  } else if (kind == "slow-sync") {
    node.disk.set_sync_time(fault.value * millisecond);
    until(fault, [&node] { node.disk.set_sync_time(usual_sync); });
  } else if (kind == "token-away") {
    constexpr std::array states = {custody::State::absent, custody::State::suspect,
                                   custody::State::pin_locked, custody::State::key_missing};
    node.token.fail_until(world_.queue.now() + fault.lasts, states.at(fault.value % 4));
  } else if (kind == "token-busy") {
    node.token.set_rates({per_mille(fault.value) / 2, per_mille(fault.value), 0});
    until(fault, [&node] { node.token.set_rates({}); });
  } else if (kind == "token-slow") {
    node.token.set_call_time(fault.value * millisecond);
    until(fault, [&node] { node.token.set_call_time(usual_call); });
  } else if (kind == "disk-back") {
    if (!may_spoil_another()) return true;
    node.mark_lied_to();  // from here on: what it will forget it has promised already
    const Disk::Snapshot yesterday = node.disk.snapshot();
    world_.queue.in(plan_.length / 8, [&node, yesterday] {
      node.crash(Cut::drop, true);
      node.disk.restore(yesterday);
      node.start();
    });
  } else {
    return false;
  }
  return true;
}

void Chaos::heal() {
  is_healed_ = true;
  world_.trace.event(world_.queue.now(), "world", "heal");
  world_.trace.say(world_.queue.now(), "world", [] { return std::string("all faults end"); });
  world_.network.faults = {};
  world_.network.unblock_all();
  for (NodeHost* node : nodes_) {
    world_.network.set_slowness(node->host(), 1);
    node->disk.set_capacity(std::nullopt);
    node->disk.fail_syncs(0);
    node->disk.fail_reads(0);
    node->disk.crash_at(0);
    node->disk.set_sync_time(usual_sync);
    node->token.set_rates({});
    node->token.set_call_time(usual_call);
    node->token.fail_until(world_.queue.now(), custody::State::ready);
    // An operator looks after each node: a right clock, and a fresh start where it was wrong.
    bool was_wrong = node->clock.is_wrong() || node->is_stuck(5 * second);
    node->clock.set_right();
    was_wrong = was_wrong || (node->is_up() && node->is_behind_its_records());
    if (was_wrong && node->is_up()) node->crash(Cut::keep);
    node->start();
  }
}

}  // namespace quorate::sim
