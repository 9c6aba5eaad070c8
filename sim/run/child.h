// One run in a process of its own. A run may end its process, or never end; whoever started it here
// goes on in any case.

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crypto/base/plant.h"
#include "sim/run/simulation.h"

namespace quorate::sim {

// A process that died is a result with one violation, of the property "crash". Nothing where the
// run had not ended after `most`.
std::optional<RunResult> run_in_child(const RunPlan& plan, plant::Bug bug,
                                      std::chrono::milliseconds most,
                                      const RunOptions& options = {});

// A result as one line, for a pipe, and back.
std::string line_of(const RunResult& result);
RunResult result_of(const std::string& line);

// The violation of a process that died with this status of waitpid().
Violation death(int status);

}  // namespace quorate::sim
