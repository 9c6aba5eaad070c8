#include "sim/run/mutants.h"

#include <algorithm>

#include "sim/run/swarm.h"

namespace quorate::sim {

using plant::Bug;

const std::vector<Mutant>& mutants() {
  static const std::vector<Mutant> all = {
      {Bug::B01, {"P4", "P1a"}, ""},
      {Bug::B02, {"P4", "P1a"}, ""},
      {Bug::B04, {"P3"}, ""},
      {Bug::B05, {"P3"}, ""},
      {Bug::B06, {"P3"}, ""},
      {Bug::B07, {"P3"}, ""},
      {Bug::B08, {"P3", "P11"}, ""},
      {Bug::B09, {"P5", "P8"}, ""},
      {Bug::B10, {"P1", "P1a"}, ""},
      {Bug::B11, {"P5", "P8"}, ""},
      {Bug::B12, {"P5", "P8"}, ""},
      {Bug::B15, {"P8"}, ""},
      {Bug::B17, {"P6"}, ""},
      {Bug::B18, {"P5"}, ""},
      {Bug::B19, {"P5"}, ""},
      {Bug::B20, {"P1", "P2", "P6"}, ""},
      {Bug::B21, {"P1"}, ""},
      {Bug::B22, {"P6", "P1a", "P1"}, ""},
      {Bug::B23, {"P1a", "P6", "P1"}, ""},
      {Bug::B24, {"P6"}, ""},
      {Bug::B28, {"P1"}, ""},
      {Bug::B29, {"P1"}, ""},
      {Bug::B30, {"P11"}, "client_audit_test"},
      {Bug::B31, {"P3", "P11"}, ""},
      {Bug::B32, {"crash"}, ""},
      {Bug::B33, {"P13"}, "proto_channel_test"},
      {Bug::B34, {"P14"}, ""},
      {Bug::B35, {"P14"}, ""},
      {Bug::B36, {"P5a"}, ""},
      {Bug::B37, {"P5"}, ""},
  };
  return all;
}

std::vector<MutantResult> try_mutants(const std::vector<Mutant>& which, const MutantOptions& wanted,
                                      const std::function<void(const MutantResult&)>& progress) {
  std::vector<MutantResult> results;
  for (const Mutant& mutant : which) {
    MutantResult result{&mutant, 0, {}, {}, {}};
    if (mutant.where.empty()) {
      SwarmOptions options;
      options.most_seeds = wanted.most_seeds;
      options.jobs = wanted.jobs;
      options.overrides.without_kinds = wanted.without_kinds;
      options.bug = mutant.bug;
      options.stops_at = mutant.properties;
      options.runs_twice = mutant.properties.contains("P14");
      const SwarmReport report = swarm(options, {});
      result.seeds = report.seeds;
      for (const SwarmFailure& failure : report.failures) {
        if (!mutant.properties.contains(failure.property)) continue;
        result.caught_by = failure.seed;
        result.property = failure.property;
        result.what = failure.what;
        result.seeds = failure.seed - options.first + 1;
        break;
      }
    }
    if (progress) progress(result);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace quorate::sim
