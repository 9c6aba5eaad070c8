// `quorate-node run DIR`: serves until SIGTERM or SIGINT.

#pragma once

#include <filesystem>

#include "crypto/base/plant.h"
#include "crypto/base/result.h"

namespace quorate::node {

enum class AcceptClock { no, yes };

struct RunOptions {
  std::filesystem::path directory;
  AcceptClock accept_clock = AcceptClock::no;
  // Only in builds with QUORATE_PLANT, and only on a loopback address.
  plant::Bug planted = plant::Bug::none;
};

// Logs to standard error. While the token is away at the start it waits, and says so. Fails with
// `configuration` for what a person must mend, `io`, `clock_behind`.
[[nodiscard]] Status run(const RunOptions& options);

}  // namespace quorate::node
