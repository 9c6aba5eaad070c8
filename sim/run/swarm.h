// Many seeds, in several processes: SQLite's and libsodium's generators belong to a process, so a
// process runs one seed at a time. A process that dies takes no result with it but its own: the
// seed that killed it is a failure like any other.

#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/plant.h"
#include "crypto/base/result.h"
#include "sim/run/plan.h"

namespace quorate::sim {

struct SwarmOptions {
  Seed first = 1;
  std::uint64_t most_seeds = 0;  // 0: until the time is over
  double minutes = 0;            // of the wall clock; 0: until the seeds are
  unsigned jobs = 1;
  bool stops_at_first = false;
  std::set<std::string> stops_at;  // the first failure of one of these properties
  bool runs_twice = false;         // each seed, and the traces must be equal: P14
  plant::Bug bug = plant::Bug::none;
  Overrides overrides;
};

struct SwarmFailure {
  Seed seed;
  std::string property;
  std::string what;
};

struct SwarmReport {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  double virtual_hours = 0;
  double node_hours = 0;
  std::uint64_t signatures = 0;
  std::uint64_t partials = 0;
  std::uint64_t refused = 0;  // requests without a signature
  std::uint64_t second_sessions = 0;
  std::uint64_t convictions = 0;
  std::uint64_t crashes = 0;
  std::uint64_t roots = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::map<std::string, std::uint64_t> probes;  // seeds that reached it
  std::vector<SwarmFailure> failures;           // by seed
};

// `progress` is called about once a second.
SwarmReport swarm(const SwarmOptions& options,
                  const std::function<void(const SwarmReport&)>& progress);

}  // namespace quorate::sim
