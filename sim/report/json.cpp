#include <nlohmann/json.hpp>

#include "sim/report/report.h"

namespace quorate::sim::report {
namespace {

using Json = nlohmann::ordered_json;

Json latency(const availability::LatencyFigures& figures) {
  return {{"p50", figures.p50}, {"p95", figures.p95}, {"p99", figures.p99}, {"p999", figures.p999}};
}

Json cuts_of(const availability::ChoiceReport& choice) {
  Json cuts = Json::array();
  for (const availability::Cut& cut : choice.cuts) cuts.push_back(cut.names);
  return cuts;
}

Json choice_json(const availability::ChoiceReport& one) {
  Json cut_minutes = Json::array();
  for (const availability::Cut& cut : one.cuts) cut_minutes.push_back(cut.minutes_per_year);
  return {{"t", one.choice.threshold},
          {"n", one.choice.members},
          {"availability", one.availability},
          {"ci95", {one.ci95_low, one.ci95_high}},
          {"analytic", one.analytic},
          {"minutes_down_per_year", one.minutes_down_per_year},
          {"outages_per_year", one.outages_per_year},
          {"latency_ms", latency(one.latency_ms)},
          {"nodes", one.nodes},
          {"standard_error", one.standard_error},
          {"analytic_is_exact", one.is_exact},
          {"agrees", one.agrees},
          {"analytic_minutes_down_per_year", one.analytic_minutes},
          {"analytic_outages_per_year", one.analytic_outages},
          {"mean_outage_hours", one.mean_outage_hours},
          {"longest_outage_hours", one.longest_outage_hours},
          {"second_session_share", one.second_session},
          {"failed_while_able_share", one.failed_while_able},
          {"burst_latency_ms", latency(one.burst_ms)},
          {"exponential_answers", {{"all_n", one.all_asked}, {"exactly_t", one.exactly_asked}}},
          {"requests", one.requests},
          {"states", one.states},
          {"cuts", cuts_of(one)},
          {"cut_minutes_per_year", cut_minutes}};
}

}  // namespace

std::string json(const availability::AvailabilityReport& report) {
  Json choices = Json::array();
  for (const availability::ChoiceReport& one : report.choices) {
    Json made = choice_json(one);
    if (report.every_request) made["every_request_signed"] = one.every_request_signed;
    choices.push_back(std::move(made));
  }
  const Json made = {{"choices", std::move(choices)}, {"cuts", cuts_of(report.choices.front())},
                     {"title", report.title},         {"years", report.years},
                     {"seeds", report.seeds},         {"holds", report.holds()},
                     {"lessons", report.lessons},     {"notes", report.notes}};
  // Names are an operator's: what is no UTF-8 is replaced.
  return made.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace quorate::sim::report
