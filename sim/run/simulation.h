// One run: hosts, faults and requests as a plan has them, and the promises held against everything
// that happens.
//
//   const RunResult result = simulate(draw_plan(seed), {});
//   if (!result.violations.empty()) ...
//
// The same plan gives the same run to the last byte, and `hash` says so. One run at a time in a
// process: SQLite's and libsodium's generators are the process's.
//
// Phases: the first roots are made in peace; then chaos, in which only safety is demanded; then all
// faults end, and what was promised of liveness must come true: every root that exists signs, and
// every ceremony is finished everywhere or nowhere.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "sim/oracle/promises.h"
#include "sim/run/plan.h"

namespace quorate::sim {

struct RunOptions {
  Trace::Reader reader;  // of lines for people; none: nothing is written
};

struct RunResult {
  Seed seed = 0;
  std::uint64_t events = 0;
  Time virtual_time = 0;
  std::size_t nodes = 0;
  std::uint64_t signatures = 0;
  std::uint64_t partials = 0;
  std::uint64_t failures = 0;         // requests that ended without a signature
  std::uint64_t second_sessions = 0;  // signatures that needed more than one
  std::uint64_t convictions = 0;      // liars that were named with evidence
  std::uint64_t crashes = 0;
  std::uint64_t roots = 0;
  std::set<std::string> probes;  // rare states that were reached
  std::vector<Violation> violations;
  ByteArray<32> hash{};
};

RunResult simulate(const RunPlan& plan, const RunOptions& options);

// Whether this program is linked with the transparent group: then P1a can be looked at, too.
bool is_group_transparent();

// Once for the process, before the first run: no hidden draws, SQLite without threads.
void prepare_process();

}  // namespace quorate::sim
