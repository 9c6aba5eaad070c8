#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "sim/availability/lessons.h"
#include "sim/report/figures.h"
#include "sim/report/report.h"
#include "sim/report/table.h"

namespace quorate::sim::report {
namespace {

using availability::AvailabilityReport;
using availability::ChoiceReport;
using availability::Cut;
using availability::said;
using availability::said_figure;
using availability::said_hours;

constexpr std::size_t width = 96;
constexpr std::size_t most_cuts = 12;

std::string wrapped(const std::string& text, const std::string& first, const std::string& others) {
  std::string made;
  std::string line = first;
  bool is_fresh = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!is_fresh && line.size() + 1 + word.size() > width) {
      made += line + "\n";
      line = others;
      is_fresh = true;
    }
    line += (is_fresh ? "" : " ") + word;
    is_fresh = false;
    at = end + 1;
  }
  return made + line + "\n";
}

std::string survives(const AvailabilityReport& report) {
  Table table({"t of n", "availability", "95 % interval", "formula", "min/year", "outages/y",
               "mean", "longest"});
  for (const ChoiceReport& one : report.choices) {
    table.add({said(one.choice), percent(one.availability),
               percent(one.ci95_low) + " .. " + percent(one.ci95_high), percent(one.analytic),
               said_figure(one.minutes_down_per_year), said_figure(one.outages_per_year),
               said_hours(one.mean_outage_hours), said_hours(one.longest_outage_hours)});
  }
  return table.text();
}

std::string formula(const AvailabilityReport& report) {
  Table table({"t of n", "Q", "min/year", "outages/y", "mean", "ask n", "ask t", "check"});
  for (const ChoiceReport& one : report.choices) {
    table.add({said(one.choice), fixed(one.analytic, 9), said_figure(one.analytic_minutes),
               said_figure(one.analytic_outages), said_hours(one.analytic_mean_outage_hours),
               fixed(one.all_asked, 4), fixed(one.exactly_asked, 4),
               !one.agrees    ? "DIFFERS"
               : one.is_exact ? "agrees"
                              : "approximate"});
  }
  return table.text();
}

std::string speed(const AvailabilityReport& report) {
  Table table(
      {"t of n", "p50 ms", "p95", "p99", "p99.9", "2nd session", "failed though able", "requests"});
  for (const ChoiceReport& one : report.choices) {
    table.add({said(one.choice), milliseconds(one.latency_ms.p50), milliseconds(one.latency_ms.p95),
               milliseconds(one.latency_ms.p99), milliseconds(one.latency_ms.p999),
               percent(one.second_session), percent(one.failed_while_able),
               std::to_string(one.requests)});
  }
  std::string text = table.text();
  if (report.choices.front().burst_ms.p50 > 0) {
    Table burst({"a burst", "p50 ms", "p95", "p99"});
    for (const ChoiceReport& one : report.choices) {
      burst.add({said(one.choice), milliseconds(one.burst_ms.p50), milliseconds(one.burst_ms.p95),
                 milliseconds(one.burst_ms.p99)});
    }
    text += "\n" + burst.text();
  }
  return text;
}

std::string stops(const ChoiceReport& own) {
  if (own.cuts.empty()) return "  nothing in this file\n";
  Table table({"together", "failures", "min/year"});
  for (std::size_t i = 0; i < std::min(own.cuts.size(), most_cuts); ++i) {
    const Cut& cut = own.cuts[i];
    table.add({cut.text, std::to_string(cut.names.size()), said_figure(cut.minutes_per_year)});
  }
  std::string text = table.text();
  if (own.cuts.size() > most_cuts) {
    text += "  and " + std::to_string(own.cuts.size() - most_cuts) + " more\n";
  }
  return text;
}

}  // namespace

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string percent(double share) {
  if (share <= 0) return "0 %";
  if (share >= 1) return "100 %";
  if (share < 0.5) {
    return share < 0.0000005 ? "< 0.0001 %" : fixed(share * 100, share < 0.001 ? 4 : 2) + " %";
  }
  const double missing = (1 - share) * 100;
  const int decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(missing))), 2, 8);
  return fixed(share * 100, decimals) + " %";
}

std::string milliseconds(double value) {
  if (value == 0) return "-";
  return value < 100 ? fixed(value, 1) : said_figure(std::round(value));
}

std::string text(const AvailabilityReport& report) {
  std::string made = report.title + "\n";
  made += wrapped(std::to_string(report.years) + " years, " + std::to_string(report.seeds) +
                      " times over, for each choice; the file's own choice first.",
                  "", "");
  made += "\nWhat it survives\n\n" + survives(report);
  made += "\nHow fast it is\n\n" + speed(report);
  made += "\nWhat stops signing (" + said(report.choices.front().choice) + ")\n\n" +
          stops(report.choices.front());
  made += "\nWhat the formulas say, beside the simulation\n\n" + formula(report);
  made += wrapped(
      "ask n, ask t: the time of the t-th of n answers, and of the last of t, were all "
      "exponential with mean 1.",
      "  ", "  ");
  if (report.every_request) {
    made += "\n";
    for (const ChoiceReport& one : report.choices) {
      made += "  " + said(one.choice) + ", every request: " + percent(one.every_request_signed) +
              " signed\n";
    }
  }
  made += "\nWhat one learns\n\n";
  for (const std::string& one : report.lessons) made += wrapped(one, "  - ", "    ");
  if (!report.notes.empty()) made += "\nNotes\n\n";
  for (const std::string& one : report.notes) made += wrapped(one, "  - ", "    ");
  if (!report.holds()) {
    made +=
        "\nSimulation and formula differ by more than four standard errors, or the protocol did "
        "otherwise than\nthe count of nodes: one of the two is wrong.\n";
  }
  return made;
}

}  // namespace quorate::sim::report
