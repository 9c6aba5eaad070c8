#include "sim/availability/availability.h"

#include <algorithm>

#include "sim/availability/lessons.h"
#include "sim/availability/study.h"

namespace quorate::sim::availability {
namespace {

// The file's own choice, and the others, each once.
std::vector<Threshold> choices_of(const Scenario& scenario, const AvailabilityOptions& options) {
  std::vector<Threshold> choices = {
      {scenario.threshold, static_cast<std::uint16_t>(scenario.nodes.size())}};
  for (const Threshold& one : options.compare.value_or(scenario.compare)) {
    if (std::find(choices.begin(), choices.end(), one) == choices.end()) choices.push_back(one);
  }
  return choices;
}

void note_copies(const Scenario& scenario, const Quorum& quorum, std::vector<std::string>& notes) {
  const std::size_t listed = scenario.nodes.size();
  if (quorum.nodes.size() > listed) {
    std::string names;
    for (std::size_t i = listed; i < quorum.nodes.size(); ++i) {
      names += (names.empty() ? "" : ", ") + quorum.nodes[i].name;
    }
    notes.push_back(said(quorum.choice()) +
                    " has copies of nodes in the file, each at a site of its own: " + names + ".");
  } else if (quorum.nodes.size() < listed) {
    notes.push_back(said(quorum.choice()) + " has the first " +
                    std::to_string(quorum.nodes.size()) + " nodes of the file.");
  }
}

}  // namespace

bool AvailabilityReport::holds() const {
  return std::all_of(choices.begin(), choices.end(),
                     [](const ChoiceReport& choice) { return choice.agrees; });
}

Result<AvailabilityReport> availability(const Scenario& scenario,
                                        const AvailabilityOptions& options) {
  AvailabilityReport report;
  report.title = scenario.title;
  report.file = scenario.file;
  report.years = options.years.value_or(scenario.years);
  report.seeds = options.seeds.value_or(scenario.seeds);
  report.every_request = options.every_request;
  if (report.years == 0 || report.seeds == 0) {
    return fail(Code::configuration, "at least one year and one seed");
  }
  for (const Threshold& choice : choices_of(scenario, options)) {
    if (choice.threshold < 2 || choice.threshold > choice.members || choice.members > nodes_limit) {
      return fail(Code::configuration, said(choice) + ": expected 2 <= t <= n <= 16");
    }
    const Quorum quorum = quorum_of(scenario, choice);
    note_copies(scenario, quorum, report.notes);
    QUORATE_TRY(Requests requests, Requests::make(quorum, options.first_seed));
    Study::Extent extent{report.years, report.seeds, options.first_seed, options.requests, {}};
    if (options.every_request) extent.every_request_days = options.every_request_days;
    Study study(quorum, extent, std::move(requests));
    QUORATE_TRY(ChoiceReport made, study.run());
    for (const std::string& surprise : study.surprises()) {
      report.notes.push_back(said(choice) + ": " + surprise + ".");
    }
    report.choices.push_back(std::move(made));
  }
  report.lessons = lessons(scenario, report.choices);
  return report;
}

}  // namespace quorate::sim::availability
