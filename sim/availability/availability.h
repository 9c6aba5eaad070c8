// "With these nodes, what availability and latency do I get, and which failures stop signing?"
//
//   QUORATE_TRY(const Scenario scenario, load(text, file));
//   QUORATE_TRY(const AvailabilityReport report, availability(scenario, options));
//   std::cout << report::text(report);                       sim/report
//   exit(report.holds() ? 0 : 1);
//
// Years of ups and downs are drawn from the scenario, and cost little. In them, requests go through
// the client's real coordinator: each state that the quorum is ever in (who is up, silent, without
// a token, slow, lying) is tried, and what the protocol says of it is what counts; around changes
// of state requests come densely, in flight while a node goes and before the client knows. Beside
// every simulated figure stands the formula's.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "sim/availability/report.h"
#include "sim/availability/scenario.h"
#include "sim/world/stream.h"

namespace quorate::sim::availability {

struct AvailabilityOptions {
  std::optional<std::uint64_t> years;  // instead of the file's, as the next two
  std::optional<std::uint64_t> seeds;
  std::optional<std::vector<Threshold>> compare;
  Seed first_seed = 1;
  // Every request of the load, and not a sample: to confirm the sampling. Days, not years: see
  // `every_request_days`.
  bool every_request = false;
  std::uint64_t every_request_days = 30;
  std::uint64_t requests = 4000;  // of the sample, about, for each choice
};

// Fails with `configuration` for a choice that no quorum can have, and with `internal` where the
// protocol made a signature that does not verify.
[[nodiscard]] Result<AvailabilityReport> availability(const Scenario& scenario,
                                                      const AvailabilityOptions& options = {});

struct StoryOptions {
  Seed seed = 1;
  Time length = year;
  std::size_t lines = 200;  // and no more
};

// The described situation once: what failed when, what that did to a request, and when signing
// stopped, by name.
[[nodiscard]] Result<std::string> story(const Scenario& scenario, const StoryOptions& options = {});

}  // namespace quorate::sim::availability
