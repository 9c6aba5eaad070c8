#include "client/coordinator/reason.h"
#include "client/recording/recording.h"

namespace quorate::recording {
namespace {

using frost::Identifier;

std::string who(const coordinator::Task& task, Identifier node) {
  const auto found = task.names.find(node);
  if (found != task.names.end()) return coordinator::printable(found->second);
  return "participant " + std::to_string(node.number());
}

std::string pairs(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " commitment" : " commitments");
}

std::string said(const coordinator::Task& /*task*/, const coordinator::Start& event) {
  return "start, with " + pairs(event.cached.size()) + " in hand";
}
std::string said(const coordinator::Task& task, const coordinator::CommitmentsArrived& event) {
  return who(task, event.node) + " sent " + pairs(event.fresh.pairs.size());
}
std::string said(const coordinator::Task& task, const coordinator::PartialArrived& event) {
  return who(task, event.node) + " sent a partial signature";
}
std::string said(const coordinator::Task& task, const coordinator::Refused& event) {
  std::string text = who(task, event.node) + " refused: " + coordinator::code_name(event.code) +
                     " (" + coordinator::printable(event.reason) + ")";
  if (event.wait_s > 0) text += ", to be asked again in " + std::to_string(event.wait_s) + " s";
  return text;
}
std::string said(const coordinator::Task& task, const coordinator::MalformedAnswer& event) {
  return who(task, event.node) + " sent what does not decode: " + coordinator::printable(event.why);
}
std::string said(const coordinator::Task& task, const coordinator::Lost& event) {
  return who(task, event.node) + " is lost: " + coordinator::printable(event.why);
}
std::string said(const coordinator::Task& task, const coordinator::Reconnected& event) {
  return who(task, event.node) + " is back";
}
std::string said(const coordinator::Task& /*task*/, const coordinator::Tick& /*event*/) {
  return "the time has come";
}
std::string said(const coordinator::Task& /*task*/, const coordinator::Deadline& /*event*/) {
  return "the caller's patience is over";
}

std::string done(const coordinator::Task& task, const coordinator::AskCommitments& action) {
  return "asks " + who(task, action.node) + " for commitments";
}
std::string done(const coordinator::Task& task, const coordinator::AskToSign& action) {
  std::string text = "asks " + who(task, action.node) + " to sign in the session of";
  for (const frost::Commitment& member : action.commitments) {
    text += " " + who(task, member.signer);
  }
  return text;
}
std::string done(const coordinator::Task& /*task*/, const coordinator::WakeAt& action) {
  return "wants to be woken at " + std::to_string(action.time_ms) + " ms";
}
std::string done(const coordinator::Task& /*task*/, const coordinator::Finished& action) {
  return "has a signature, of " + std::to_string(action.verdicts.size());
}
std::string done(const coordinator::Task& /*task*/, const coordinator::Failed& action) {
  return "gives up: " + action.report.summary();
}

}  // namespace

std::string in_words(const coordinator::Task& task, const coordinator::Event& event) {
  return std::visit([&task](const auto& what) { return said(task, what); }, event);
}

std::string in_words(const coordinator::Task& task, const coordinator::Action& action) {
  return std::visit([&task](const auto& what) { return done(task, what); }, action);
}

}  // namespace quorate::recording
