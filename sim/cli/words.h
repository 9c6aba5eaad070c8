// What quorate-sim writes: for people in columns, for programs as JSON.

#pragma once

#include <string>
#include <string_view>

#include "sim/run/simulation.h"
#include "sim/run/swarm.h"

namespace quorate::sim {

//     12.304 s  client1  #17 session 1: asks node2
std::string trace_line(Time time, std::string_view host, std::string_view text);

std::string text_of(const RunPlan& plan, const RunResult& result);
std::string json_of(const RunResult& result);
std::string text_of(const SwarmReport& report);
std::string json_of(const SwarmReport& report);
std::string progress_line(const SwarmReport& report);

// faults, strategies, properties, probes, bugs
std::string list_of(std::string_view what);

}  // namespace quorate::sim
