// The planted bugs, and whether the swarm finds each of them by the promise that it breaks.

#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/plant.h"
#include "sim/run/plan.h"

namespace quorate::sim {

struct Mutant {
  plant::Bug bug;
  std::set<std::string> properties;  // any of which is a catch
  std::string where;                 // empty: the swarm finds it; otherwise who does
};

// Those that are built, in the order of their ids.
const std::vector<Mutant>& mutants();

struct MutantResult {
  const Mutant* mutant;
  std::uint64_t seeds = 0;        // until it was caught; or all that were tried
  std::optional<Seed> caught_by;  // nothing: it got away
  std::string property;
  std::string what;
};

struct MutantOptions {
  std::uint64_t most_seeds = 1000;
  unsigned jobs = 1;
  std::set<std::string> without_kinds;  // of faults: what gets away then is seen by them alone
};

// One after the other. `progress` is told of each result.
std::vector<MutantResult> try_mutants(const std::vector<Mutant>& which,
                                      const MutantOptions& options,
                                      const std::function<void(const MutantResult&)>& progress);

}  // namespace quorate::sim
