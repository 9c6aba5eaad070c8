#include "sim/availability/lessons.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "sim/availability/analytic.h"
#include "sim/availability/quorum.h"

namespace quorate::sim::availability {
namespace {

std::string printed(double value, int decimals) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

double minutes_of(const Quorum& quorum) {
  return (1 - analytic(quorum).availability) * hours_per_year * 60;
}

std::string minutes(double value) { return said_figure(value) + " minutes a year"; }

// What the quorum would lose, were there none of one kind of cause.
double minutes_without(const Quorum& quorum, Ailment kind) {
  Quorum better = quorum;
  std::erase_if(better.causes, [kind](const Cause& cause) { return cause.kind == kind; });
  return minutes_of(better);
}

void tell_single_failures(const ChoiceReport& own, std::vector<std::string>& told) {
  std::string single;
  std::size_t pairs = 0;
  std::size_t smallest = own.cuts.empty() ? 0 : own.cuts.front().names.size();
  for (const Cut& cut : own.cuts) {
    if (cut.names.size() == 1) single += (single.empty() ? "" : ", ") + cut.text;
    if (cut.names.size() == smallest) ++pairs;
  }
  if (!single.empty()) {
    told.push_back("One failure alone stops signing: " + single + ".");
  } else if (smallest > 1) {
    told.push_back("No single failure stops signing; it takes " + std::to_string(smallest) +
                   " at once, in one of " + std::to_string(pairs) +
                   (pairs == 1 ? " way." : " ways."));
  } else if (own.cuts.empty()) {
    told.push_back("Nothing in this file stops signing.");
  }
}

void tell_shared(const Quorum& quorum, std::vector<std::string>& told) {
  std::string names;
  for (const Cause& cause : quorum.causes) {
    if (cause.kind == Ailment::shared) names += (names.empty() ? "" : ", ") + cause.name;
  }
  if (names.empty()) return;
  const double all = minutes_of(quorum);
  const double own = (1 - without_shared(quorum).availability) * hours_per_year * 60;
  if (all - own > own) {
    told.push_back("What the nodes share costs more than all their own failures: without " + names +
                   " it would be " + minutes(own) + " and not " + said_figure(all) +
                   ". Another node beside the others doesn't mend that; another site does.");
  } else {
    told.push_back("What the nodes share (" + names + ") costs " + said_figure(all - own) + " of " +
                   minutes(all) + ".");
  }
}

void tell_costs(const Quorum& quorum, std::vector<std::string>& told) {
  const double all = minutes_of(quorum);
  constexpr std::array<std::pair<Ailment, const char*>, 3> kinds = {
      {{Ailment::maintenance, "Maintenance"},
       {Ailment::hsm, "The HSMs"},
       {Ailment::upgrade, "Upgrades"}}};
  for (const auto& [kind, name] : kinds) {
    const Ailment wanted = kind;
    const bool is_there =
        std::any_of(quorum.causes.begin(), quorum.causes.end(),
                    [wanted](const Cause& cause) { return cause.kind == wanted; });
    if (!is_there) continue;
    const double without = minutes_without(quorum, kind);
    told.push_back(std::string(name) + " cost " + said_figure(all - without) + " of " +
                   minutes(all) + " by the formula, which lets them come at random.");
  }
}

void tell_careful(const Scenario& scenario, const ChoiceReport& own,
                  std::vector<std::string>& told) {
  bool is_kept = false;
  bool is_careful = false;
  for (const Node& node : scenario.nodes) {
    is_kept = is_kept || node.maintenance;
    is_careful = is_careful || (node.maintenance && node.maintenance->careful);
  }
  if (!is_kept) return;
  if (!is_careful) {
    told.push_back(
        "Maintenance here doesn't look whether another node is away. `careful = true` puts it off "
        "to its next turn when one is.");
  } else if (own.minutes_down_per_year < own.analytic_minutes) {
    told.push_back(
        "Maintenance is put off while another node is away: " + minutes(own.minutes_down_per_year) +
        ", where the formula, which knows no "
        "such care, says " +
        said_figure(own.analytic_minutes) + ".");
  }
}

void tell_unusual_nodes(const Scenario& scenario, const ChoiceReport& own,
                        std::vector<std::string>& told) {
  for (const Node& node : scenario.nodes) {
    if (node.lies) {
      told.push_back(node.name +
                     " sends wrong partial signatures. It is named with evidence, and "
                     "no signature is wrong for it; but it counts as a node that is always away.");
    }
    if (node.slow) {
      told.push_back(node.name + " is " + std::to_string(node.slow->factor) + " times slower" +
                     (node.slow->phases ? " at times" : "") +
                     ". The others are asked instead: half of the requests take less than " +
                     printed(own.latency_ms.p50, 0) + " ms, 99 of 100 less than " +
                     printed(own.latency_ms.p99, 0) + " ms.");
    }
  }
}

void tell_one_more(const Scenario& scenario, const Quorum& quorum, std::vector<std::string>& told) {
  const Threshold own = quorum.choice();
  if (own.members >= nodes_limit) return;
  const Threshold more{own.threshold, static_cast<std::uint16_t>(own.members + 1)};
  const double before = minutes_of(quorum);
  const double after = minutes_of(quorum_of(scenario, more));
  told.push_back("One more node, at a site of its own (" + said(more) + "): " + said_figure(after) +
                 " minutes a year by the formula, and not " + said_figure(before) + ".");
}

}  // namespace

std::string said(const Threshold& choice) {
  return std::to_string(choice.threshold) + " of " + std::to_string(choice.members);
}

std::string said_figure(double value) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size < 0.00001) return "0.00000";
  int decimals = 0;
  if (size < 100) decimals = 2 - static_cast<int>(std::floor(std::log10(size)));
  if (size >= 10 && size < 100) decimals = 1;
  std::string text = printed(value, std::clamp(decimals, 0, 6));
  if (size < 1000) return text;
  for (std::size_t place = text.size(); place > 3;) {
    place -= 3;
    if (place > (value < 0 ? 1U : 0U)) text.insert(place, ",");
  }
  return text;
}

std::string said_hours(double hours) {
  if (hours == 0) return "0";
  const double seconds = hours * 3600;
  if (seconds < 1) return said_figure(seconds * 1000) + " ms";
  if (seconds < 90) return printed(seconds, seconds < 10 ? 1 : 0) + " s";
  if (seconds < 90 * 60) return printed(seconds / 60, seconds < 600 ? 1 : 0) + " min";
  if (hours < 72) return printed(hours, hours < 10 ? 1 : 0) + " h";
  return printed(hours / 24, 1) + " days";
}

std::vector<std::string> lessons(const Scenario& scenario,
                                 const std::vector<ChoiceReport>& choices) {
  std::vector<std::string> told;
  const ChoiceReport& own = choices.front();
  const Quorum quorum = quorum_of(scenario, own.choice);
  tell_single_failures(own, told);
  tell_shared(quorum, told);
  tell_costs(quorum, told);
  tell_careful(scenario, own, told);
  tell_unusual_nodes(scenario, own, told);
  tell_one_more(scenario, quorum, told);
  return told;
}

}  // namespace quorate::sim::availability
