// Each command of quorate-sim adds itself to the command line, and says what it is to do when it
// was named. An action returns the program's exit code.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "sim/cli/program.h"
#include "sim/run/plan.h"

namespace quorate::sim {

using Action = std::function<int()>;

// What a command is called with, for all that say how a run is made.
struct RunArguments {
  std::uint64_t seed = 1;
  std::string bug;
  Overrides overrides;
};

void add_run(CLI::App& app, Action& action);
void add_swarm(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_mutants(CLI::App& app, Action& action);
void add_shrink(CLI::App& app, Action& action);
void add_replay(CLI::App& app, Action& action);
void add_hashes(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_scenario(CLI::App& app, Action& action);
void add_availability(CLI::App& app, Action& action);

// Runs quorate-sim-real with these words in this process's place: for what the transparent group
// can't read. Comes back only where that can't be, with the exit code.
int run_real(const std::vector<std::string>& words);

// Plants it for this process. False, with a line on stderr, where there is no such bug, or this
// build holds none.
bool plant_named(const std::string& id);
// An unsigned number of jobs: that of the processors where 0.
unsigned jobs_or_all(unsigned jobs);

}  // namespace quorate::sim
