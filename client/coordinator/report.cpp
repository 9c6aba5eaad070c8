#include "client/coordinator/report.h"

#include <algorithm>

#include "client/coordinator/reason.h"
#include "proto/signing/session.h"

namespace quorate::coordinator {

Result<frost::Identifier> judge(const WrongPartial& evidence) {
  QUORATE_TRY(
      const frost::Package package,
      frost::Package::make(evidence.record.quorum(), evidence.to_be_signed, evidence.commitments));
  QUORATE_TRY(const signing::PartialBody body, signing::decode_partial(evidence.partial.body));
  if (body.session != signing::session(evidence.record.root_id(), package)) {
    return fail(Code::message_differs, "the partial signature belongs to another session");
  }
  const ceremony::Member* sender = evidence.record.members.find(body.partial.signer);
  if (sender == nullptr || package.find(body.partial.signer) == nullptr) {
    return fail(Code::wrong_participants, "the partial signature is by nobody of this session");
  }
  if (!layout::verifies(sender->identity, signing::partial_label, evidence.partial.body,
                        evidence.partial.signature)) {
    return fail(Code::signature_invalid, "the partial signature is not signed by its sender");
  }
  QUORATE_TRY(const frost::VerificationShares shares, evidence.record.verification_shares());
  if (frost::check(body.partial, package, shares.at(sender->index))) {
    return fail(Code::partial_invalid, "the partial signature is right: nobody lied");
  }
  return sender->index;
}

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
