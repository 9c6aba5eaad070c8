#include "sim/run/plan.h"

#include <algorithm>
#include <array>

#include "sim/adversary/liar.h"
#include "sim/adversary/rogue_client.h"
#include "sim/disk/disk.h"

namespace quorate::sim {
namespace {

constexpr Chance half = Chance{1} << 31;
constexpr std::size_t usual_requests = 60;

// Drawn in hours and in seconds alike: nothing happens twice as often because time is long.
std::size_t instances(Stream& stream, std::size_t most) {
  return static_cast<std::size_t>(stream.log_uniform(1, most));
}

struct Maker {
  const char* name;
  const char* about;
  bool is_destructive;  // on in one run of four, otherwise of two
  std::size_t most;
  Time longest;  // how long one lasts at the most
  std::uint64_t value_from, value_to;
};

constexpr std::array makers = {
    Maker{"kill", "the process is killed", false, 12, 0, 0, 0},
    Maker{"power-cut", "the machine loses power", false, 12, 0, 0, 3},
    Maker{"crash-point", "power fails in the middle of a write", false, 16, 0, 0, 60},
    Maker{"crash-loop", "it dies again and again while it starts", true, 3, 0, 1, 6},
    Maker{"pause", "the machine stands still, and goes on", false, 6, 5 * minute, 0, 0},
    Maker{"down", "it stays off for a while", false, 6, 20 * minute, 0, 0},
    Maker{"clock-jump", "its clock jumps, forward or back", false, 4, 0, 1, 86'400'000},
    Maker{"clock-back", "its clock, or everybody's, is set back by minutes or hours", false, 3,
          2 * hour, 600'000, 86'400'000},
    Maker{"clock-drift", "its clock runs wrong", false, 3, 2 * hour, 1, 500},
    Maker{"isolate", "it reaches nobody, one way or both", false, 8, 3 * minute, 0, 2},
    Maker{"split", "the hosts fall into two halves", false, 4, 2 * minute, 0, 0},
    Maker{"slow", "everything takes it up to a hundred times as long", false, 6, 10 * minute, 2,
          100},
    Maker{"net-loss", "messages are lost, and their connections after them", false, 5, 2 * minute,
          1, 200},
    Maker{"net-duplicate", "messages arrive twice", false, 4, 5 * minute, 1, 300},
    Maker{"net-reorder", "messages overtake each other", false, 4, 5 * minute, 1, 500},
    Maker{"net-replay", "old messages arrive again", false, 4, 5 * minute, 1, 300},
    Maker{"net-reset", "connections end in the middle of a frame", false, 4, 2 * minute, 1, 200},
    Maker{"net-split", "frames arrive in pieces", false, 3, 10 * minute, 1, 500},
    Maker{"net-corrupt", "a byte of a message is another", true, 3, 2 * minute, 1, 100},
    Maker{"disk-full", "the disk is full", false, 3, 5 * minute, 0, 0},
    Maker{"sync-fails", "a sync fails once", true, 3, 0, 1, 2},
    Maker{"read-fails", "a read fails once", true, 2, 0, 1, 2},
    Maker{"slow-sync", "syncs take up to 30 s", false, 4, 5 * minute, 10, 30'000},
    Maker{"token-away", "the token is away", false, 5, 10 * minute, 0, 3},
    Maker{"token-busy", "the token refuses now and then", false, 4, 10 * minute, 1, 500},
    Maker{"token-slow", "the token takes up to a minute", false, 3, 5 * minute, 10, 60'000},
    Maker{"disk-back", "yesterday's disk is restored", true, 1, 0, 0, 0},
    Maker{"load-spike", "ten times the requests at once", false, 2, 10 * second, 5, 30},
};

void add_faults(RunPlan& plan, const Maker& maker, const Overrides& overrides) {
  Stream stream(plan.seed, std::string("fault/") + maker.name);
  const bool is_on = stream.chance(maker.is_destructive ? half / 2 : half);
  if (!is_on || overrides.without_kinds.contains(maker.name)) return;
  const std::size_t count = instances(stream, maker.most);
  for (std::size_t k = 0; k < count; ++k) {
    Fault fault;
    fault.kind = maker.name;
    fault.id = fault.kind + "#" + std::to_string(k);
    // The same fractions of the run whatever its length.
    fault.at = stream.below(1U << 20) * (plan.length >> 20);
    fault.lasts = maker.longest == 0 ? 0 : stream.log_uniform(10 * millisecond, maker.longest);
    fault.node = static_cast<std::size_t>(stream.below(1U << 16)) % plan.nodes;
    fault.value =
        maker.value_to == 0
            ? 0
            : (maker.value_from == 0 ? stream.between(0, maker.value_to)
                                     : stream.log_uniform(maker.value_from, maker.value_to));
    if (!overrides.keep_faults || overrides.keep_faults->contains(fault.id)) {
      plan.faults.push_back(std::move(fault));
    }
  }
}

Wanted draw_wanted(Stream& stream) {
  switch (stream.below(16)) {
    case 0: return Wanted::without_approval;
    case 1: return Wanted::of_a_stranger;
    case 2: return Wanted::forbidden_principal;
    case 3:
    case 4: return Wanted::ask_twice;
    case 5: return Wanted::of_approvals_for_another;
    case 6:
    case 7: return Wanted::release;
    case 8:
    case 9:
    case 10: return Wanted::certificate;
    case 11: return Wanted::again;
    default: return Wanted::file;
  }
}

void add_asks(RunPlan& plan, const Overrides& overrides) {
  Stream count(plan.seed, "workload/count");
  const std::size_t most = overrides.requests.value_or(count.between(10, 2 * usual_requests));
  Stream stream(plan.seed, "workload/requests");
  for (std::size_t k = 0; k < most; ++k) {
    Ask ask;
    ask.id = "request#" + std::to_string(k);
    ask.at = stream.below(1U << 20) * (plan.length >> 20);
    ask.client = static_cast<std::size_t>(stream.below(1U << 16)) % plan.clients;
    ask.wanted = draw_wanted(stream);
    ask.keeps_pairs = stream.chance(half);
    if (!overrides.keep_asks || overrides.keep_asks->contains(ask.id)) plan.asks.push_back(ask);
  }
}

void add_attacks(RunPlan& plan, const Overrides& overrides) {
  Stream stream(plan.seed, "plan/attacks");
  const std::vector<Strategy> ways = client_strategies();
  const std::uint64_t count = stream.chance(half) ? stream.between(1, 8) : 0;
  for (std::uint64_t k = 0; k < count; ++k) {
    Attack attack;
    attack.id = "attack#" + std::to_string(k);
    attack.at = stream.below(1U << 20) * (plan.length >> 20);
    attack.strategy = ways[stream.below(ways.size())].name;
    if (!overrides.keep_attacks || overrides.keep_attacks->contains(attack.id)) {
      plan.attacks.push_back(std::move(attack));
    }
  }
}

// Mostly no more than the quorum can spare. But a forgery must fail also where the adversary could
// stop it, and some attacks need that few honest ones are left.
std::size_t draw_liars(const RunPlan& plan, std::uint64_t drawn) {
  const std::size_t spare = plan.nodes - plan.threshold;
  const std::size_t most = plan.threshold - 1;
  Stream stream(plan.seed, "plan/few-honest");
  const bool may_stop_it = stream.chance(half);
  if (may_stop_it && most > spare) return spare + 1 + drawn % (most - spare);
  return drawn % (std::min(most, spare) + 1);
}

}  // namespace

bool Overrides::is_empty() const {
  return !nodes && !threshold && !clients && !liars && !requests && !length && !keep_faults &&
         !keep_asks && without_kinds.empty() && !strategies && !keep_attacks && !ceremonies &&
         !interior_chaos;
}

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> kinds = [] {
    std::vector<FaultKind> all;
    for (const Maker& maker : makers) all.push_back({maker.name, maker.about});
    return all;
  }();
  return kinds;
}

RunPlan draw_plan(Seed seed, const Overrides& overrides) {
  RunPlan plan;
  plan.seed = seed;
  Stream shape(seed, "plan/shape");
  // Mostly five: what most people run. All are drawn whether or not they are overruled.
  const std::uint64_t any = shape.between(2, 9);
  const bool is_usual = shape.chance(half);
  plan.nodes = overrides.nodes.value_or(is_usual ? 5 : static_cast<std::size_t>(any));
  const std::uint64_t t = shape.below(1U << 16);
  plan.threshold = overrides.threshold.value_or(
      plan.nodes == 5 && is_usual ? 3 : 1 + (plan.nodes > 1 ? 1 : 0) + t % (plan.nodes - 1));
  plan.threshold = std::min(plan.threshold, plan.nodes);
  const std::uint64_t clients = shape.between(1, 4);
  plan.clients = overrides.clients.value_or(static_cast<std::size_t>(clients));
  const Time length = shape.log_uniform(1 * minute, 3 * day);
  plan.length = overrides.length.value_or(length);
  const bool is_interior_chaos = shape.chance(half);
  plan.is_interior_chaos = overrides.interior_chaos.value_or(is_interior_chaos);

  // Never t.
  Stream adversary(seed, "plan/adversary");
  const std::uint64_t drawn = adversary.below(1U << 16);
  plan.liars = std::min(overrides.liars.value_or(draw_liars(plan, drawn)), plan.threshold - 1);
  const std::vector<Strategy> lies = node_strategies();
  for (std::size_t i = 0; i < 4; ++i) {
    plan.strategies.emplace_back(lies[adversary.below(lies.size())].name);
  }
  if (overrides.strategies) plan.strategies = *overrides.strategies;
  if (plan.strategies.empty()) plan.liars = 0;
  add_attacks(plan, overrides);

  add_asks(plan, overrides);
  Stream ceremonies(seed, "plan/ceremonies");
  const std::uint64_t how_many = ceremonies.below(3);
  for (std::uint64_t k = 0; k < how_many; ++k) {
    const Time at = ceremonies.below(1U << 20) * (plan.length >> 20);
    if (overrides.ceremonies.value_or(true)) plan.ceremonies.push_back(at);
  }
  for (const Maker& maker : makers) add_faults(plan, maker, overrides);
  return plan;
}

}  // namespace quorate::sim
