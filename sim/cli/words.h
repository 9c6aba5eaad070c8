// What quorate-sim writes: for people in columns, for programs as JSON.

#pragma once

#include <string>
#include <string_view>

#include "sim/run/simulation.h"
#include "sim/run/swarm.h"

namespace quorate::sim {

//     12.304 s  client1  #17 session 1: asks node2
std::string trace_line(Time time, std::string_view host, std::string_view text);

// `3.021 s`, `12.0 min`, `2.3 days`; and `  faults                    3 of 74`, a line of a table.
std::string duration(Time time);
std::string line(const std::string& what, const std::string& value);

std::string text_of(const RunPlan& plan, const RunResult& result);
std::string json_of(const RunResult& result);
std::string text_of(const SwarmReport& report);
std::string json_of(const SwarmReport& report);
std::string progress_line(const SwarmReport& report);

// faults, strategies, properties, probes, bugs
std::string list_of(std::string_view what);

}  // namespace quorate::sim
