// What one seed makes of a run: who takes part, what is asked for, what goes wrong and when. All of
// it is drawn before the run begins, each kind of thing from a stream of its own, and everything
// has a name; so a run can be repeated without one of them, and nothing else changes.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "sim/world/queue.h"
#include "sim/world/stream.h"

namespace quorate::sim {

// One thing that goes wrong. `node` is a place in the list of nodes.
struct Fault {
  std::string id;  // `power-cut#3`
  std::string kind;
  Time at = 0;
  Time lasts = 0;
  std::size_t node = 0;
  std::uint64_t value = 0;  // what else the kind needs: a mode, a rate, milliseconds
};

enum class Wanted {
  file,
  certificate,
  release,           // needs an approval, and has it
  without_approval,  // lacks it
  of_a_stranger,     // whom no policy knows
  forbidden_principal,
  ask_twice,  // the same request through two coordinators at once
  again,      // an earlier request as it was, though its time may be over
  of_approvals_for_another,
};

struct Ask {
  std::string id;  // `request#17`
  Time at = 0;
  std::size_t client = 0;
  Wanted wanted = Wanted::file;
  bool keeps_pairs = false;
};

// By the adversary's client.
struct Attack {
  std::string id;  // `attack#2`
  Time at = 0;
  std::string strategy;
};

struct RunPlan {
  Seed seed = 0;
  std::size_t nodes = 0;
  std::size_t threshold = 0;
  std::size_t clients = 0;
  std::size_t liars = 0;                // nodes 0 .. liars - 1 are the adversary's
  std::vector<std::string> strategies;  // of the liars
  std::vector<Attack> attacks;
  Time length = 0;  // of the chaos; then everything heals
  std::vector<Ask> asks;
  std::vector<Time> ceremonies;  // further roots are made then, under load
  std::vector<Fault> faults;
  bool is_interior_chaos = false;  // QUORATE_SOMETIMES

  // The adversary has so many nodes that without them nobody signs. Then only safety is promised.
  bool can_be_stopped() const { return liars > nodes - threshold; }
};

// What is taken away from a plan, and what is set by hand. The empty one changes nothing.
struct Overrides {
  std::optional<std::size_t> nodes, threshold, clients, liars, requests;
  std::optional<Time> length;
  std::optional<std::set<std::string>> keep_faults;  // ids; without: all
  std::optional<std::set<std::string>> keep_asks;
  std::set<std::string> without_kinds;  // of faults
  std::optional<std::vector<std::string>> strategies;
  std::optional<std::set<std::string>> keep_attacks;
  std::optional<bool> ceremonies;
  std::optional<bool> interior_chaos;

  bool is_empty() const;
  friend bool operator==(const Overrides&, const Overrides&) = default;
};

struct FaultKind {
  std::string name;
  std::string about;  // for people
};
const std::vector<FaultKind>& fault_kinds();

// Everything that may go wrong stays within what is promised: of each root fewer than t nodes are
// the adversary's, and all others are well once all heals.
RunPlan draw_plan(Seed seed, const Overrides& overrides = {});

}  // namespace quorate::sim
