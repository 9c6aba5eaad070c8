// What came of a scenario: the figures that the report room lays out.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/availability/scenario.h"

namespace quorate::sim::availability {

struct LatencyFigures {
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double p999 = 0;
};

// A smallest set of failures that together stop signing.
struct Cut {
  std::vector<std::string> names;  // nodes and shared causes
  std::string text;                // "both nodes in ams", "ams (site)", "a and c"
  double minutes_per_year = 0;     // simulated; shared between the cuts that were there at once
};

struct Share {
  double at;     // milliseconds
  double below;  // of the requests that were signed, 0 to 1
};

struct Step {
  double day;     // since the year began
  unsigned able;  // nodes that can sign, from here on
};

struct ChoiceReport {
  Threshold choice{};
  std::vector<std::string> nodes;
  // Simulated.
  double availability = 0;
  double ci95_low = 0;
  double ci95_high = 0;
  double minutes_down_per_year = 0;
  double outages_per_year = 0;
  double mean_outage_hours = 0;
  double longest_outage_hours = 0;
  LatencyFigures latency_ms;
  double second_session = 0;     // share of requests that opened another ROAST session
  double failed_while_able = 0;  // share of requests that failed though enough nodes could sign
  LatencyFigures burst_ms;       // of the requests of one burst; all 0 without bursts
  std::vector<Share> latencies;
  std::vector<Step> worst_year;
  std::vector<Cut> cuts;            // by size, then by minutes
  std::uint64_t requests = 0;       // that went through the protocol
  std::uint64_t states = 0;         // distinct ones, each tried with the protocol
  double every_request_signed = 0;  // with every_request: the share that was signed
  // Computed.
  double analytic = 0;
  double analytic_minutes = 0;
  double analytic_outages = 0;
  double analytic_mean_outage_hours = 0;
  double all_asked = 0;      // of n exponential answers with mean 1, the t-th
  double exactly_asked = 0;  // of t, the last
  double standard_error = 0;
  bool is_exact = false;  // nothing in the scenario that the formula only approximates
  bool agrees = true;     // within four standard errors, where it is exact
};

struct AvailabilityReport {
  std::string title;
  std::string file;
  std::uint64_t years = 0;
  std::uint64_t seeds = 0;
  bool every_request = false;
  std::vector<ChoiceReport> choices;  // the file's own first
  std::vector<std::string> lessons;   // sentences
  std::vector<std::string> notes;     // what the reader should know about how it was made

  // False: simulation and formula differ where they must not. The command fails then.
  bool holds() const;
};

}  // namespace quorate::sim::availability
