#include "client/coordinator/report.h"

#include <algorithm>

#include "client/coordinator/reason.h"

namespace quorate::coordinator {

std::string_view name(Conduct conduct) {
  switch (conduct) {
    case Conduct::answered: return "answered";
    case Conduct::silent: return "silent";
    case Conduct::unreachable: return "unreachable";
    case Conduct::refused: return "refused";
    case Conduct::unstable: return "unstable";
    case Conduct::malformed: return "malformed";
    case Conduct::lied: return "lied";
    case Conduct::not_asked: return "not asked";
  }
  return "unknown";
}

std::string text(const NodeReport& report) {
  std::string out = report.name + ' ' + std::string(name(report.conduct));
  if (report.code != 0) out += ": " + code_name(report.code);
  if (!report.reason.empty()) out += ": " + report.reason;
  return out;
}

std::string Report::summary() const {
  std::string out = outcome == Outcome::refused ? "refused: " : "too few nodes: ";
  out += std::to_string(threshold) + " of " + std::to_string(nodes.size()) + " are needed";
  for (const Conduct conduct :
       {Conduct::refused, Conduct::lied, Conduct::unreachable, Conduct::silent, Conduct::unstable,
        Conduct::malformed, Conduct::not_asked}) {
    const auto count = std::count_if(nodes.begin(), nodes.end(), [&](const NodeReport& node) {
      return node.conduct == conduct;
    });
    if (count > 0) out += ", " + std::to_string(count) + ' ' + std::string(name(conduct));
  }
  return out;
}

}  // namespace quorate::coordinator
