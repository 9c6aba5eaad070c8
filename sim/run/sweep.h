// Every crash point of a short fixed run. The run is made once to count the operations of each
// host's disk; then again for each of them, with the power failing there: the host starts anew from
// what its disk and token still hold, the run goes on to its end, and whatever was acknowledged to
// anybody before must still be true.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "sim/disk/disk.h"
#include "sim/world/stream.h"

namespace quorate::sim {

// Whose power fails, and at which operation of its disk, counted from the run's beginning.
struct CrashPoint {
  std::size_t host;
  std::uint64_t operation;
  Cut cut;
};

// What a run came to. Empty sentences where all is well.
struct SweptRun {
  std::vector<std::uint64_t> operations;  // of each host's disk
  bool was_cut = false;                   // the crash point was reached
  std::string lost;                       // what was acknowledged and is gone
  std::string corrupt;                    // what is there and wrong
};

// A fixed run: the same seed and point give the same run, byte for byte.
class SweepScenario {
 public:
  virtual ~SweepScenario() = default;
  // Nothing: to its end, without a crash.
  virtual SweptRun run(const std::optional<CrashPoint>& point) = 0;
};

struct SweepReport {
  std::string scenario;
  Cut cut = Cut::drop;
  std::uint64_t points = 0;
  std::uint64_t runs = 0;
  std::uint64_t lost = 0;
  std::uint64_t corrupt = 0;
  // The first few that went wrong: "host 1, operation 213: ...".
  std::vector<std::string> failures;

  bool is_clean() const { return lost == 0 && corrupt == 0; }
};

// `most`: no more points than that, evenly spread over the run; 0: every one.
SweepReport sweep(SweepScenario& scenario, std::string_view name, Cut cut, std::uint64_t most = 0);

// By name. Fails with `usage` for a name that is none, naming those there are.
[[nodiscard]] Result<SweepReport> sweep(std::string_view name, Cut cut, Seed seed,
                                        std::uint64_t most = 0);
std::vector<std::string> sweep_names();

}  // namespace quorate::sim
