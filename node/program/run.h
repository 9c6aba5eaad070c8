// `quorate-node run DIR`: serves until SIGTERM or SIGINT.

#pragma once

#include <filesystem>
#include <optional>

#include "crypto/base/plant.h"
#include "crypto/base/result.h"
#include "node/server/rudeness.h"
#include "proto/recording/writer.h"

namespace quorate::node {

enum class AcceptClock { no, yes };

// Where to record what goes into the core, and how long the file may become.
struct RecordingWish {
  std::filesystem::path file;
  std::uint64_t limit_bytes = recording::Writer::usual_limit;
};

struct RunOptions {
  std::filesystem::path directory;
  AcceptClock accept_clock = AcceptClock::no;
  std::optional<RecordingWish> record = {};
  // Only on a loopback address: for clients that are to meet bad days early.
  std::optional<server::Rudeness> rude = {};
  // Only in builds with QUORATE_PLANT, and only on a loopback address.
  plant::Bug planted = plant::Bug::none;
};

// Logs to standard error. While the token is away at the start it waits, and says so. Fails with
// `configuration` for what a person must mend, `io`, `clock_behind`.
[[nodiscard]] Status run(const RunOptions& options);

}  // namespace quorate::node
