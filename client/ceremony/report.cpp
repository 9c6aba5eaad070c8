// How a ceremony's outcome reads.

#include "client/ceremony/leader.h"
#include "client/coordinator/reason.h"

namespace quorate::leader {

std::string_view name(Conduct conduct) {
  switch (conduct) {
    case Conduct::fine: return "fine";
    case Conduct::silent: return "silent";
    case Conduct::unreachable: return "unreachable";
    case Conduct::refused: return "refused";
    case Conduct::aborted: return "aborted";
    case Conduct::malformed: return "malformed";
    case Conduct::guilty: return "guilty";
  }
  return "unknown";
}

std::string text(const MemberReport& report) {
  std::string out = report.name + ' ' + std::string(name(report.conduct));
  if (report.code != 0) out += ": " + coordinator::code_name(report.code);
  if (!report.reason.empty()) out += ": " + report.reason;
  return out;
}

Report Leader::report() const {
  Report report{
      broken_.value_or(Error{Code::timed_out, "the ceremony is not complete"}), {}, evidence_, {}};
  for (const auto& [who, member] : members_) {
    MemberReport line{who, member.name, member.conduct, member.code, member.reason};
    if (member.conduct == Conduct::fine && member.lost) {
      line.conduct = Conduct::unreachable;
      line.reason = *member.lost;
    } else if (member.conduct == Conduct::fine && (member.asked || member.ask_again_at)) {
      line.conduct = Conduct::silent;
    }
    report.members.push_back(std::move(line));
  }
  if (step_ == Step::activate) report.certificate = certificate();
  return report;
}

}  // namespace quorate::leader
