// The report as one HTML file. It loads nothing: whoever gets it by mail sees what was sent.

#include <algorithm>

#include "sim/availability/lessons.h"
#include "sim/report/figures.h"
#include "sim/report/plot.h"
#include "sim/report/report.h"

namespace quorate::sim::report {
namespace {

using availability::AvailabilityReport;
using availability::ChoiceReport;
using availability::Cut;
using availability::said;
using availability::said_figure;
using availability::said_hours;

constexpr std::size_t most_cuts = 15;

constexpr const char* style = R"(<style>
:root { color-scheme: light dark; --ink: #1d2126; --soft: #5a636e; --page: #fff; --rule: #d9dee4;
  --panel: #f5f7f9; --bad: #c6382c; --good: #1f7a4d; --c0: #1f6fb2; --c1: #c25e00; --c2: #2e8540;
  --c3: #8a4fbf; --c4: #b0356f; --c5: #6b6b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #9aa5b1; --page: #14181c;
  --rule: #343c45; --panel: #1d2329; --bad: #ff7b6b; --good: #5fd39a; --c0: #6db5f2; --c1: #ffa657;
  --c2: #6fd58a; --c3: #c79bff; --c4: #ff8fc0; --c5: #d6d65c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p { margin: .5rem 0; } .soft, caption, figcaption { color: var(--soft); font-size: .9rem; }
.headline { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.headline li { flex: 1 1 9.5rem; background: var(--panel); border-radius: .5rem; padding: .6rem .8rem; }
.headline b { display: block; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.headline span { color: var(--soft); font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .95rem; }
caption { text-align: left; padding: 0 0 .4rem; }
th, td { padding: .35rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
td { white-space: nowrap; } td.words { white-space: normal; }
th { font-weight: 600; } tbody th { min-width: 4.5em; } thead th { vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.warn { border-left: .3rem solid var(--bad); background: var(--panel); padding: .6rem .8rem; }
.agrees { color: var(--good); } .differs { color: var(--bad); font-weight: 700; }
figure { margin: .75rem 0 1.25rem; } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--soft); font-size: 13px; font-family: inherit; }
svg .grid { stroke: var(--rule); stroke-width: 1; } svg .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .level { fill: none; stroke: var(--c0); stroke-width: 1.6; } svg .bad { fill: var(--bad); opacity: .55; }
svg .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.line-0 { stroke: var(--c0); } .line-1 { stroke: var(--c1); stroke-dasharray: 9 4; }
.line-2 { stroke: var(--c2); stroke-dasharray: 3 3; } .line-3 { stroke: var(--c3); stroke-dasharray: 12 3 3 3; }
.line-4 { stroke: var(--c4); stroke-dasharray: 6 2; } .line-5 { stroke: var(--c5); stroke-dasharray: 1 4; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: 0; list-style: none; font-size: .9rem; }
.key svg { display: inline-block; width: 2.4rem; height: .7rem; vertical-align: middle; margin-right: .4rem; }
@media (max-width: 640px) {
  svg text { font-size: 23px; } svg .minor { display: none; } svg .level { stroke-width: 2.4; } svg .line { stroke-width: 3.5; }
  table.stack caption { display: block; width: 100%; }
  table.stack thead { position: absolute; left: -9999px; }
  table.stack, table.stack tbody, table.stack tr, table.stack th, table.stack td { display: block; width: 100%; }
  table.stack tr { padding: .5rem 0; border-bottom: 1px solid var(--rule); }
  table.stack th, table.stack td { border: 0; padding: .1rem 0; text-align: right; white-space: normal; overflow: hidden; }
  table.stack th { text-align: left; font-size: 1.05rem; }
  table.stack td::before { content: attr(data-label); float: left; color: var(--soft); padding-right: 1rem; }
}
@media print {
  :root { --ink: #000; --soft: #444; --page: #fff; --rule: #bbb; --panel: #f4f4f4; --bad: #b3261e; --good: #14532d;
    --c0: #14558c; --c1: #a24d00; --c2: #226633; --c3: #6b3aa0; --c4: #902a5a; --c5: #555500; }
  body { max-width: none; padding: 0; font-size: 10pt; } h1 { font-size: 16pt; }
  h2 { font-size: 12pt; margin-top: 14pt; break-after: avoid; } table { font-size: 9pt; }
  figure, tr, .headline, li { break-inside: avoid; } .headline b { font-size: 13pt; } .scroll { overflow: visible; }
}
@page { margin: 16mm; }
</style>
)";

std::string cell(const std::string& label, const std::string& value, const char* kind = "") {
  const std::string named = *kind == '\0' ? "" : std::string(" class=\"") + kind + "\"";
  return "<td" + named + " data-label=\"" + escaped(label) + "\">" + escaped(value) + "</td>";
}

// A table whose rows become cards on a phone: each cell carries its column's name.
class Grid {
 public:
  Grid(const std::string& caption, std::vector<std::string> columns)
      : columns_(std::move(columns)) {
    text_ = "<div class=\"scroll\"><table class=\"stack\"><caption>" + escaped(caption) +
            "</caption>\n<thead><tr>";
    for (const std::string& one : columns_) text_ += "<th scope=\"col\">" + escaped(one) + "</th>";
    text_ += "</tr></thead>\n<tbody>\n";
  }
  void add(const std::vector<std::string>& row, const char* last_kind = "") {
    text_ += "<tr><th scope=\"row\">" + escaped(row.front()) + "</th>";
    for (std::size_t i = 1; i < row.size(); ++i) {
      text_ += cell(columns_[i], row[i], i + 1 == row.size() ? last_kind : "");
    }
    text_ += "</tr>\n";
  }
  std::string text() const { return text_ + "</tbody></table></div>\n"; }

 private:
  std::vector<std::string> columns_;
  std::string text_;
};

std::string headline(const ChoiceReport& own) {
  const auto one = [](const std::string& figure, const std::string& what) {
    return "<li><b>" + escaped(figure) + "</b><span>" + escaped(what) + "</span></li>\n";
  };
  return "<ul class=\"headline\">\n" +
         one(percent(own.availability), "of the time " + said(own.choice) + " can sign") +
         one(said_figure(own.minutes_down_per_year) + " min", "a year without signing") +
         one(said_hours(own.longest_outage_hours), "the longest outage of all") +
         one(milliseconds(own.latency_ms.p50) + " ms",
             "half of the requests; 99 in 100: " + milliseconds(own.latency_ms.p99) + " ms") +
         "</ul>\n";
}

std::string lessons(const AvailabilityReport& report) {
  std::string made = "<h2>What one learns</h2>\n<ul>\n";
  for (const std::string& one : report.lessons) made += "<li>" + escaped(one) + "</li>\n";
  return made + "</ul>\n";
}

std::string survives(const AvailabilityReport& report) {
  Grid grid("Simulated: " + std::to_string(report.years) + " years, " +
                std::to_string(report.seeds) + " times over, for each choice.",
            {"t of n", "Availability", "95 % interval", "Minutes a year", "Outages a year",
             "Mean outage", "Longest"});
  for (const ChoiceReport& one : report.choices) {
    grid.add({said(one.choice), percent(one.availability),
              percent(one.ci95_low) + " – " + percent(one.ci95_high),
              said_figure(one.minutes_down_per_year), said_figure(one.outages_per_year),
              said_hours(one.mean_outage_hours), said_hours(one.longest_outage_hours)});
  }
  return "<h2>What it survives</h2>\n" + grid.text();
}

std::string formula(const AvailabilityReport& report) {
  Grid grid("By formula, beside which the simulation must stand within four standard errors.",
            {"t of n", "Q", "Minutes a year", "Outages a year", "Mean outage", "Asking all n",
             "Asking t", "Simulation"});
  for (const ChoiceReport& one : report.choices) {
    grid.add({said(one.choice), fixed(one.analytic, 9), said_figure(one.analytic_minutes),
              said_figure(one.analytic_outages), said_hours(one.analytic_mean_outage_hours),
              fixed(one.all_asked, 4), fixed(one.exactly_asked, 4),
              !one.agrees    ? "differs"
              : one.is_exact ? "agrees"
                             : "is more exact"},
             !one.agrees    ? "differs"
             : one.is_exact ? "agrees"
                            : "");
  }
  return "<h2>The formulas</h2>\n" + grid.text() +
         "<p class=\"soft\">“Asking all n” and “asking t”: the time of the t-th of n answers, and "
         "of "
         "the last of t, if all were exponential with mean 1. Maintenance, upgrades and slow nodes "
         "have no exact formula.</p>\n";
}

std::string speed(const AvailabilityReport& report) {
  Grid grid("Milliseconds from asking to a verified signature, of requests that were signed.",
            {"t of n", "p50", "p95", "p99", "p99.9", "A second session", "Failed though able",
             "Requests tried"});
  for (const ChoiceReport& one : report.choices) {
    grid.add({said(one.choice), milliseconds(one.latency_ms.p50), milliseconds(one.latency_ms.p95),
              milliseconds(one.latency_ms.p99), milliseconds(one.latency_ms.p999),
              percent(one.second_session), percent(one.failed_while_able),
              std::to_string(one.requests)});
  }
  std::string made = "<h2>How fast it is</h2>\n" + grid.text() +
                     "<figure>\n<figcaption>Share of requests that took longer. A line that falls "
                     "early and steeply is good.</figcaption>\n" +
                     latencies(report.choices) + "<ul class=\"key\">\n";
  for (std::size_t i = 0; i < report.choices.size(); ++i) {
    made += "<li><svg viewBox=\"0 0 38 10\" aria-hidden=\"true\"><path class=\"line line-" +
            std::to_string(i % 6) + "\" d=\"M0 5H38\"/></svg>" + said(report.choices[i].choice) +
            "</li>\n";
  }
  made += "</ul>\n</figure>\n";
  if (report.choices.front().burst_ms.p50 <= 0) return made;
  Grid burst("Of a burst of requests at once, milliseconds.", {"t of n", "p50", "p95", "p99"});
  for (const ChoiceReport& one : report.choices) {
    burst.add({said(one.choice), milliseconds(one.burst_ms.p50), milliseconds(one.burst_ms.p95),
               milliseconds(one.burst_ms.p99)});
  }
  return made + burst.text();
}

std::string stops(const ChoiceReport& own) {
  std::string made = "<h2>What stops signing (" + said(own.choice) + ")</h2>\n";
  if (own.cuts.empty()) return made + "<p>Nothing in this file.</p>\n";
  Grid grid(
      "The smallest sets of failures that together stop it; fewest failures first, then by "
      "minutes.",
      {"Together", "Failures", "Minutes a year"});
  for (std::size_t i = 0; i < std::min(own.cuts.size(), most_cuts); ++i) {
    const Cut& cut = own.cuts[i];
    grid.add({cut.text, std::to_string(cut.names.size()), said_figure(cut.minutes_per_year)});
  }
  made += grid.text();
  if (own.cuts.size() > most_cuts) {
    made += "<p class=\"soft\">And " + std::to_string(own.cuts.size() - most_cuts) + " more.</p>\n";
  }
  return made;
}

std::string years(const AvailabilityReport& report) {
  std::string made = "<h2>The worst year</h2>\n";
  for (const ChoiceReport& one : report.choices) {
    made += "<figure>\n<figcaption>" + said(one.choice) +
            ": nodes that could sign, in the simulated year with the most time without signing. "
            "Below the dashed line nothing is signed; such times are red.</figcaption>\n" +
            timeline(one) + "</figure>\n";
  }
  return made;
}

}  // namespace

std::string html(const AvailabilityReport& report) {
  std::string made =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escaped(report.title) + ": what the quorum survives</title>\n" + style +
      "</head>\n<body>\n<main>\n<h1>" + escaped(report.title) + "</h1>\n<p class=\"soft\">" +
      escaped(report.file) + ", by quorate-sim availability</p>\n";
  if (!report.holds()) {
    made +=
        "<p class=\"warn\" role=\"alert\">Simulation and formula differ by more than four standard "
        "errors, or the protocol did otherwise than the count of nodes: one of the two is "
        "wrong.</p>\n";
  }
  made += headline(report.choices.front()) + lessons(report) + survives(report) +
          stops(report.choices.front()) + speed(report) + years(report) + formula(report);
  if (!report.notes.empty()) {
    made += "<h2>Notes</h2>\n<ul>\n";
    for (const std::string& one : report.notes) made += "<li>" + escaped(one) + "</li>\n";
    made += "</ul>\n";
  }
  return made + "</main>\n</body>\n</html>\n";
}

}  // namespace quorate::sim::report
