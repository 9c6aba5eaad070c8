// Plots as SVG, to stand inside a page: they take its colours and its type.

#pragma once

#include <string>

#include "sim/availability/report.h"

namespace quorate::sim::report {

// How many nodes could sign, through a year; the threshold as a line; red where it isn't reached.
std::string timeline(const availability::ChoiceReport& choice);

// The share of requests that took longer than so many milliseconds, a line for each choice. Both
// axes are logarithmic, because what matters is the slow end.
std::string latencies(const std::vector<availability::ChoiceReport>& choices);

// Text for HTML and SVG.
std::string escaped(const std::string& text);

}  // namespace quorate::sim::report
