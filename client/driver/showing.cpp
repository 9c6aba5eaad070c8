#include "client/driver/showing.h"

#include <algorithm>
#include <map>
#include <optional>

#include "client/coordinator/reason.h"
#include "client/driver/answer.h"
#include "client/driver/round.h"
#include "proto/record/checkpoint.h"

namespace quorate::driver {
namespace {

using Commitments = std::map<frost::Identifier, frost::Commitment>;

// One of every member that answers.
Commitments gather(Quorum& quorum, const ceremony::EpochRecord& record, Milliseconds timeout) {
  std::vector<Question> questions;
  std::vector<frost::Identifier> asked;
  for (const ceremony::Member& member : record.members.members) {
    Link* const link = quorum.find(member.identity);
    if (link == nullptr) continue;
    questions.push_back({link, commit_ask(record)});
    asked.push_back(member.index);
  }
  const auto answers = ask_all(quorum, std::move(questions), timeout, Patience::first_failure);
  Commitments found;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) continue;
    const coordinator::Event event = signing_event(record, asked[i], *answers[i]);
    const auto* arrived = std::get_if<coordinator::CommitmentsArrived>(&event);
    if (arrived == nullptr || arrived->fresh.pairs.empty()) continue;
    const frost::Commitment& first = arrived->fresh.pairs.front();
    if (first.signer == asked[i]) found.emplace(asked[i], first);
  }
  return found;
}

// A threshold of commitments, the member's own among them, ascending.
std::vector<frost::Commitment> session_with(const Commitments& all, frost::Identifier member,
                                            std::uint16_t threshold) {
  std::vector<frost::Commitment> chosen{all.at(member)};
  for (const auto& [who, commitment] : all) {
    if (chosen.size() == threshold) break;
    if (who != member) chosen.push_back(commitment);
  }
  std::ranges::sort(chosen, {}, &frost::Commitment::signer);
  return chosen;
}

coordinator::NodeReport report_of(const coordinator::Task& task, const ceremony::Member& member,
                                  const Result<wire::v1::Answer>& answer) {
  using coordinator::Conduct;
  const std::string& name = task.names.at(member.index);
  coordinator::NodeReport report{member.index, name, Conduct::answered, 0, "", {}, {}};
  if (!answer) {
    const bool is_late = answer.error().code == Code::timed_out;
    report.conduct = is_late ? Conduct::silent : Conduct::unreachable;
    report.reason = is_late ? "" : coordinator::printable(answer.error().message);
    return report;
  }
  const record::Asked asked{member.identity, record::origin_of(task.quorum, name), task.request_id,
                            task.record.root_id()};
  const coordinator::Event event = signing_event(task.record, member.index, *answer);
  if (const auto* refused = std::get_if<coordinator::Refused>(&event)) {
    report.conduct = Conduct::refused;
    report.code = refused->code;
    report.reason = coordinator::printable(refused->reason);
    if (!refused->verdict.empty()) {
      report.verdict = coordinator::read_verdict(
          refused->verdict, asked,
          coordinator::SaidRefusal{refused->code, refused->reason, refused->salt});
    }
  } else if (const auto* partial = std::get_if<coordinator::PartialArrived>(&event)) {
    report.verdict =
        coordinator::read_verdict(partial->verdict, asked, coordinator::approval_receipts);
  } else if (const auto* malformed = std::get_if<coordinator::MalformedAnswer>(&event)) {
    report.conduct = Conduct::malformed;
    report.reason = coordinator::printable(malformed->why);
  }
  return report;
}

}  // namespace

std::vector<coordinator::NodeReport> show(Quorum& quorum, const coordinator::Task& task,
                                          const Bytes& request,
                                          const std::set<frost::Identifier>& members,
                                          Milliseconds timeout) {
  const std::uint16_t threshold = task.record.members.threshold;
  const Commitments commitments = gather(quorum, task.record, timeout);
  if (commitments.size() < threshold) return {};
  std::vector<Question> questions;
  std::vector<const ceremony::Member*> asked;
  for (const ceremony::Member& member : task.record.members.members) {
    const bool is_meant = members.contains(member.index) && task.names.contains(member.index);
    if (!is_meant || !commitments.contains(member.index)) continue;
    questions.push_back(
        {quorum.find(member.identity),
         sign_ask(task.record, request, session_with(commitments, member.index, threshold))});
    asked.push_back(&member);
  }
  const auto answers = ask_all(quorum, std::move(questions), timeout, Patience::first_failure);
  std::vector<coordinator::NodeReport> reports;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    reports.push_back(report_of(task, *asked[i], answers[i]));
  }
  return reports;
}

}  // namespace quorate::driver
