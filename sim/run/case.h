// A run as a file: the seed, what is taken away from its plan, and what failed. So a failure can be
// kept, sent to somebody, and run with every build from then on (tests/sim/regressions).
//
//   # P3 failed with B04: ...
//   seed = "17"                # text: TOML has no integers so large
//   release = "0.1.0"
//   bug = "B04"                # left out where none was planted
//   property = "P3"            # "none" where all promises held
//
//   [overrides]                # each may be left out; sim/run/plan.h
//   nodes = 3
//   length_ns = 6000000000
//   keep_faults = ["power-cut#2"]

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/plant.h"
#include "crypto/base/result.h"
#include "sim/run/plan.h"

namespace quorate::sim {

using Names = std::vector<std::string>;  // of faults, requests, strategies

struct Case {
  Seed seed = 0;
  std::string release;  // that it was found with
  plant::Bug bug = plant::Bug::none;
  std::string property = "none";
  std::string note;  // lines for people, above all; not read back
  Overrides overrides;
};

// Strict: what is unknown or out of range fails with `configuration`, naming file and line.
[[nodiscard]] Result<Case> read_case(std::string_view text, const std::string& file);

// read_case() reads the same from it.
std::string write_case(const Case& found);

}  // namespace quorate::sim
