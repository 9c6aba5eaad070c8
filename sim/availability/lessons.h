// What an operator should take away from the figures, in sentences.

#pragma once

#include <string>
#include <vector>

#include "sim/availability/report.h"
#include "sim/availability/scenario.h"

namespace quorate::sim::availability {

// Of the scenario's own choice, which is the first of `choices`, and of how the others compare.
std::vector<std::string> lessons(const Scenario& scenario,
                                 const std::vector<ChoiceReport>& choices);

// "3 of 5"
std::string said(const Threshold& choice);
// "4.2 h", "12 min", "35 s", "18 days", "1.5 ms"
std::string said_hours(double hours);
// "8 669", "159", "0.88", "0.0012"
std::string said_figure(double value);

}  // namespace quorate::sim::availability
