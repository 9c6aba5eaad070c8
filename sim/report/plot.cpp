#include "sim/report/plot.h"

#include <algorithm>
#include <cmath>

#include "sim/availability/lessons.h"
#include "sim/report/figures.h"

namespace quorate::sim::report {
namespace {

using availability::ChoiceReport;
using availability::Share;
using availability::Step;

constexpr double width = 720;
constexpr double left = 96;  // room for labels, which a phone shows larger
constexpr double right = 24;
constexpr double days_a_year = 365.25;

std::string at(double value) { return fixed(value, 1); }

std::string line(double x1, double y1, double x2, double y2, const std::string& kind) {
  return "<line class=\"" + kind + "\" x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) +
         "\" y2=\"" + at(y2) + "\"/>\n";
}

enum class Anchor { start, middle, end };
std::string label(double x, double y, Anchor anchor, const std::string& text,
                  const std::string& kind = "label") {
  const char* how = anchor == Anchor::start ? "start" : anchor == Anchor::middle ? "middle" : "end";
  return "<text class=\"" + kind + "\" x=\"" + at(x) + "\" y=\"" + at(y) + "\" text-anchor=\"" +
         how + "\">" + escaped(text) + "</text>\n";
}

std::string opened(double height, const std::string& title, const std::string& description) {
  return "<svg viewBox=\"0 0 " + at(width) + " " + at(height) +
         "\" role=\"img\" preserveAspectRatio=\"xMidYMid meet\">\n<title>" + escaped(title) +
         "</title>\n<desc>" + escaped(description) + "</desc>\n";
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string made;
  for (const char letter : text) {
    switch (letter) {
      case '&': made += "&amp;"; break;
      case '<': made += "&lt;"; break;
      case '>': made += "&gt;"; break;
      case '"': made += "&quot;"; break;
      default: made += letter;
    }
  }
  return made;
}

std::string timeline(const ChoiceReport& choice) {
  constexpr double top = 16;
  constexpr double bottom = 30;
  const double members = choice.choice.members;
  const double step = std::clamp(150 / members, 14.0, 34.0);
  const double height = top + step * members + bottom;
  const auto x = [&](double day) { return left + day / days_a_year * (width - left - right); };
  const auto y = [&](double able) { return top + (members - able) * step; };

  std::string made = opened(
      height, "Nodes that could sign, " + availability::said(choice.choice),
      "A year of the simulation, the one with the longest time without signing. Signing needs " +
          std::to_string(choice.choice.threshold) + " nodes.");
  for (unsigned able = 0; able <= choice.choice.members; ++able) {
    made += line(left, y(able), width - right, y(able), "grid");
    if (step > 18 || able % 2 == 0) {
      made += label(left - 8, y(able) + 5, Anchor::end, std::to_string(able));
    }
  }
  for (unsigned month = 0; month <= 12; month += 3) {
    const double day = days_a_year * month / 12;
    made += label(x(day), height - 8,
                  month == 0    ? Anchor::start
                  : month == 12 ? Anchor::end
                                : Anchor::middle,
                  month == 0 ? "month 0" : std::to_string(month));
  }
  std::string path;
  std::string outages;
  for (std::size_t i = 0; i < choice.worst_year.size(); ++i) {
    const Step& one = choice.worst_year[i];
    const double end =
        i + 1 < choice.worst_year.size() ? choice.worst_year[i + 1].day : days_a_year;
    path += (i == 0 ? "M" : "L") + at(x(one.day)) + " " + at(y(one.able)) + "L" + at(x(end)) + " " +
            at(y(one.able));
    if (one.able >= choice.choice.threshold) continue;
    // At least wide enough to be seen.
    outages += "<rect class=\"bad\" x=\"" + at(x(one.day)) + "\" y=\"" + at(top) + "\" width=\"" +
               at(std::max(2.0, x(end) - x(one.day))) + "\" height=\"" + at(step * members) +
               "\"/>\n";
  }
  made += outages + "<path class=\"level\" d=\"" + path + "\"/>\n";
  const double needed = y(choice.choice.threshold - 0.5);
  made += line(left, needed, width - right, needed, "limit");
  return made + "</svg>\n";
}

std::string latencies(const std::vector<ChoiceReport>& choices) {
  constexpr double top = 16;
  constexpr double height = 300;
  constexpr double bottom = 44;
  constexpr double rarest = 4;  // one of 10^4
  double least = 1e9;
  double most = 1;
  for (const ChoiceReport& choice : choices) {
    for (const Share& share : choice.latencies) {
      least = std::min(least, std::max(share.at, 0.1));
      if (share.below < 1 - std::pow(10, -rarest)) most = std::max(most, share.at);
    }
  }
  const double from = std::floor(std::log10(least) * 2) / 2;
  const double to = std::max(from + 0.5, std::ceil(std::log10(most * 1.05) * 2) / 2);
  const auto x = [&](double ms) {
    const double place = (std::log10(std::max(ms, 0.1)) - from) / (to - from);
    return left + std::clamp(place, 0.0, 1.0) * (width - left - right);
  };
  const auto y = [&](double above) {
    const double place = above <= 0 ? rarest : std::min(rarest, -std::log10(above));
    return top + place / rarest * (height - top - bottom);
  };
  std::string made = opened(height, "How long requests took",
                            "For each choice, the share of requests that took longer than the time "
                            "on the horizontal axis.");
  const char* const names[] = {"all", "1 in 10", "1 in 100", "1 in 10³", "1 in 10⁴"};
  for (int i = 0; i <= 4; ++i) {
    const double above = std::pow(10, -i);
    made += line(left, y(above), width - right, y(above), "grid");
    made += label(left - 6, y(above) + 5, Anchor::end, names[i]);
  }
  for (int decade = static_cast<int>(std::floor(from)); decade <= static_cast<int>(to); ++decade) {
    for (const int digit : {1, 2, 5}) {
      const double ms = digit * std::pow(10, decade);
      if (std::log10(ms) < from - 0.001 || std::log10(ms) > to + 0.001) continue;
      made += line(x(ms), top, x(ms), height - bottom, "grid");
      if (digit == 1 || to - from < 2.1) {
        made += label(x(ms), height - bottom + 18, Anchor::middle,
                      ms < 1 ? fixed(ms, 1) : fixed(ms, 0), digit == 1 ? "label" : "label minor");
      }
    }
  }
  made += label((left + width - right) / 2, height - 6, Anchor::middle, "milliseconds");
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].latencies.empty()) continue;
    std::string path = "M" + at(x(choices[i].latencies.front().at)) + " " + at(y(1));
    double before = 1;
    for (const Share& share : choices[i].latencies) {
      path += "L" + at(x(share.at)) + " " + at(y(before));
      before = 1 - share.below;
      path += "L" + at(x(share.at)) + " " + at(y(before));
    }
    made += "<path class=\"line line-" + std::to_string(i % 6) + "\" d=\"" + path + "\"/>\n";
  }
  return made + "</svg>\n";
}

}  // namespace quorate::sim::report
