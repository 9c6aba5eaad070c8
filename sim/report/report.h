// A report of availability, for a terminal, for programs, and as one page for a browser or paper.

#pragma once

#include <string>

#include "sim/availability/report.h"

namespace quorate::sim::report {

// Tables of at most 100 columns.
std::string text(const availability::AvailabilityReport& report);

// {"choices":[{"t":2,"n":3,"availability":...,"ci95":[...,...],"analytic":...,
//   "minutes_down_per_year":...,"outages_per_year":...,"latency_ms":{"p50":...,...}}],"cuts":[...]}
// and further keys. The cuts are those of the first choice, the file's own.
std::string json(const availability::AvailabilityReport& report);

// One file, which needs nothing else: styles and plots are in it.
std::string html(const availability::AvailabilityReport& report);

}  // namespace quorate::sim::report
