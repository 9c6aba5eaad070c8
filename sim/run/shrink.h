// A failing run made small, so that a person can read it: less and less of its plan is kept, as
// long as the same property fails. Streams are independent, so what is left behaves as it did
// before.
//
//   QUORATE_TRY(const Shrunk shrunk, shrink({.seed = 17, .bug = plant::Bug::B04}, progress));
//   ... write_case(shrunk.result) ...
//
// In this order, and again until nothing changes: strategies and attacks; whole kinds of faults;
// ceremonies and interior choices; half the time; fewer clients and nodes; single faults and
// requests.

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "sim/run/case.h"
#include "sim/run/child.h"
#include "sim/run/plan.h"

namespace quorate::sim {

struct ShrinkOptions {
  Seed seed = 1;
  plant::Bug bug = plant::Bug::none;
  std::string property;  // none: the first that fails
  Overrides overrides;   // where it begins
  std::chrono::seconds most{60};
};

struct ShrinkProgress {
  std::string doing;  // what is being left out
  std::size_t runs;
  const RunPlan& plan;  // the smallest so far
};

struct Shrunk {
  Case result;
  RunPlan before, after;
  std::size_t runs = 0;
  double seconds = 0;
  bool is_minimal = false;  // nothing more can be left out; otherwise the time was over
};

// Fails with `usage` where the run keeps that property, or does not end in time.
[[nodiscard]] Result<Shrunk> shrink(const ShrinkOptions& options,
                                    const std::function<void(const ShrinkProgress&)>& progress);

// P14, that one seed is one trace, shows in two runs only: for it the plan is run twice. Everything
// else shows in one. Nothing where it did not end in time.
std::optional<RunResult> judge(const RunPlan& plan, plant::Bug bug, const std::string& property,
                               std::chrono::milliseconds most, const RunOptions& options = {});
bool breaks(const RunResult& result, const std::string& property);

// Zeller's delta debugging: a part of `all`, in its order, for which `still` holds, and of which no
// single one can be left out. `still` holds for `all`, and is not asked about it.
Names smallest_part(Names all, const std::function<bool(const Names&)>& still);

}  // namespace quorate::sim
