// What members say, and what is made of each answer.

#include <algorithm>

#include "client/ceremony/leader.h"
#include "client/coordinator/reason.h"
#include "crypto/base/invariant.h"
#include "proto/ceremony/blame.h"
#include "proto/ceremony/certificate.h"

namespace quorate::leader {

using coordinator::printable;

namespace {

constexpr std::uint64_t shortest_wait_ms = 1000;

std::string_view words(ceremony::AbortReason reason) {
  switch (reason) {
    case ceremony::AbortReason::by_operator: return "its operator or an administrator ended it";
    case ceremony::AbortReason::guilty_message: return "it found a member guilty";
    case ceremony::AbortReason::complaint: return "after a complaint";
    case ceremony::AbortReason::expired: return "the proposal's time is over";
    case ceremony::AbortReason::custody_failed: return "its custody failed";
    case ceremony::AbortReason::state_lost: return "it lost its state";
    case ceremony::AbortReason::superseded: return "another ceremony took its place";
  }
  return "for an unknown reason";
}

}  // namespace

Leader::Member* Leader::find(Identifier who) {
  const auto found = members_.find(who);
  return found == members_.end() ? nullptr : &found->second;
}

Leader::Slot Leader::slot_of(Step step) {
  switch (step) {
    case Step::hello: return &Member::hello;
    case Step::deal: return &Member::deal;
    case Step::confirm: return &Member::confirm;
    case Step::fetch:
    case Step::activate:
    case Step::evidence: break;
  }
  QUORATE_INVARIANT(false);
}

void Leader::on(const MessageArrived& event) {
  Member* member = find(event.member);
  if (member == nullptr || !member->asked) return;  // repeated, or late
  const Step step = *std::exchange(member->asked, std::nullopt);
  const auto is_signed_as = [&](std::string_view label) {
    return layout::verifies(member->identity, label, event.message.body, event.message.signature);
  };
  const bool is_what_we_asked_for =
      (step == Step::hello && is_signed_as(ceremony::hello_label)) ||
      (step == Step::deal && is_signed_as(ceremony::deal_label)) ||
      (step == Step::confirm && is_signed_as(ceremony::confirm_label));
  if (is_what_we_asked_for) {
    take(event.member, step, event.message);
    return;
  }
  if (is_signed_as(ceremony::abort_label) && take_abort(event.member, *member, event.message)) {
    return;
  }
  if (step == Step::confirm && is_signed_as(ceremony::complaint_label) &&
      take_complaint(event.member, event.message)) {
    return;
  }
  if (step == Step::evidence) return;  // it was only told
  spoil(event.member, Conduct::malformed,
        {Code::malformed, "sent something else than it was asked for, or did not sign it"});
}

// A message whose signature holds. Whether its content does is judged when all are there, by the
// functions that the members use.
void Leader::take(Identifier who, Step step, const Signed& message) {
  Member& member = members_.at(who);
  std::optional<Signed>& slot = member.*slot_of(step);
  if (!slot) {
    slot = message;
    return;
  }
  if (slot->body == message.body) return;
  const std::string_view label = step == Step::hello ? ceremony::hello_label : ceremony::deal_label;
  if (step != Step::confirm &&
      ceremony::judge_equivocation(proposal_, label, *slot, message).has_value()) {
    evidence_.push_back(*slot);
    evidence_.push_back(message);
    spoil(who, Conduct::guilty,
          {Code::guilty, "signed two different messages of one step (" + std::string(label) + ")"});
    return;
  }
  spoil(who, Conduct::malformed, {Code::message_differs, "answered differently than before"});
}

bool Leader::take_abort(Identifier who, Member& member, const Signed& message) {
  const Result<ceremony::Abort> abort = ceremony::decode_abort(message.body);
  if (!abort || abort->ceremony != id_ || abort->sender != who) return false;
  if (member.conduct == Conduct::guilty) return true;
  // After a complaint everybody aborts, as they should: that is no news about them.
  if (complaint_) return true;
  spoil(who, Conduct::aborted, {Code::ceremony_ended, std::string(words(abort->reason))});
  return true;
}

bool Leader::take_complaint(Identifier who, const Signed& message) {
  const Result<ceremony::Complaint> complaint = ceremony::decode_complaint(message.body);
  if (!complaint || complaint->complainant != who) return false;
  const Member* accused = find(complaint->accused);
  if (accused == nullptr || !accused->deal) return false;
  const std::vector<Signed> hellos = all(Step::hello);
  const Result<Identifier> guilty = ceremony::judge(proposal_, hellos, *accused->deal, message);
  if (!guilty) return false;
  if (!complaint_) {
    complaint_ = message;
    evidence_.insert(evidence_.end(), hellos.begin(), hellos.end());
  }
  evidence_.push_back(*accused->deal);
  evidence_.push_back(message);
  const std::string& complainant_name = members_.at(who).name;
  spoil(*guilty, Conduct::guilty,
        {Code::guilty, *guilty == who ? "accused " + accused->name + " without cause"
                                      : "gave " + complainant_name + " a wrong share"});
  return true;
}

void Leader::on(const KnownArrived& event) {
  Member* member = find(event.member);
  if (member == nullptr || member->asked != Step::fetch) return;
  member->asked.reset();
  if (is_certified_) return;
  if (event.known.proposal == plan_.proposal && ceremony::verify(event.known).has_value()) {
    settle_on(event.known);
    return;
  }
  take_known(Step::hello, event.known.hellos);
  take_known(Step::deal, event.known.deals);
  const std::vector<Signed>& confirms = event.known.confirms;
  known_confirms_.insert(known_confirms_.end(), confirms.begin(), confirms.end());
}

// One member has all that makes the root active, so it is active somewhere, or may be at any time.
// Then it must become so everywhere, whatever else anybody signed: a second message proves its
// author guilty, and undoes nothing.
void Leader::settle_on(const Certificate& whole) {
  is_certified_ = true;
  broken_.reset();
  known_confirms_.clear();
  for (auto& [who, member] : members_) {
    for (const Step step : {Step::hello, Step::deal, Step::confirm})
      (member.*slot_of(step)).reset();
  }
  take_known(Step::hello, whole.hellos);
  take_known(Step::deal, whole.deals);
  known_confirms_ = whole.confirms;
}

// Messages of others, as one member has them. What does not hold is passed over: its author will be
// asked, and who handed it on is nobody's concern.
void Leader::take_known(Step step, const std::vector<Signed>& messages) {
  for (const Signed& message : messages) {
    for (auto& [who, member] : members_) {
      bool is_of = false;
      std::string_view label;
      switch (step) {
        case Step::hello: {
          const Result<ceremony::Hello> hello = ceremony::decode_hello(proposal_, message.body);
          is_of = hello && hello->ceremony == id_ && hello->sender == who;
          label = ceremony::hello_label;
          break;
        }
        case Step::deal: {
          const Result<ceremony::Deal> deal = ceremony::decode_deal(proposal_, message.body);
          is_of = deal && deal->ceremony == id_ && deal->sender == who;
          label = ceremony::deal_label;
          break;
        }
        case Step::confirm: {
          const Result<ceremony::Confirm> confirm = ceremony::decode_confirm(message.body);
          // A confirm names no ceremony but a transcript: one of another root must not frame its
          // honest signer here.
          is_of = confirm && confirm->sender == who && deals_ &&
                  confirm->transcript == deals_->record.transcript;
          label = ceremony::confirm_label;
          break;
        }
        case Step::fetch:
        case Step::activate:
        case Step::evidence: QUORATE_INVARIANT(false);
      }
      if (is_of && layout::verifies(member.identity, label, message.body, message.signature)) {
        take(who, step, message);
      }
    }
  }
}

void Leader::on(const StateArrived& event) {
  Member* member = find(event.member);
  if (member == nullptr || !member->asked) return;
  const Step step = *std::exchange(member->asked, std::nullopt);
  if (step == Step::activate && event.state == "active") {
    member->is_active = true;
  } else if (step == Step::activate) {
    spoil(event.member, Conduct::refused,
          {Code::message_differs, "is in state " + printable(event.state) + ", not active"});
  } else if (step != Step::evidence && step != Step::fetch) {
    spoil(event.member, Conduct::malformed,
          {Code::malformed, "sent a state where a message was asked for"});
  }
}

void Leader::on(const Refused& event) {
  Member* member = find(event.member);
  if (member == nullptr || !member->asked) return;
  const Step step = *std::exchange(member->asked, std::nullopt);
  const std::optional<Code> code = code_of_number(event.code);
  if (code == Code::busy) {
    member->ask_again_at = now_ + std::max<std::uint64_t>(event.wait_s * 1000ULL, shortest_wait_ms);
    return;
  }
  if (step == Step::fetch && (code == Code::ceremony_unknown || is_certified_)) return;
  if (step == Step::evidence) return;
  spoil(event.member, Conduct::refused,
        {code.value_or(Code::ceremony_ended), printable(event.reason)}, event.code);
}

void Leader::on(const MalformedAnswer& event) {
  Member* member = find(event.member);
  if (member == nullptr) return;
  member->asked.reset();
  spoil(event.member, Conduct::malformed, {Code::malformed, printable(event.why)});
}

void Leader::on(const Lost& event) {
  if (Member* member = find(event.member)) member->lost = printable(event.why);
}

void Leader::on(const Reconnected& event) {
  Member* member = find(event.member);
  if (member == nullptr || !member->lost) return;
  member->lost.reset();
  if (member->asked) actions_.emplace_back(Send{event.member, ask_for(*member->asked)});
}

// The ceremony can't succeed any more because of this member.
void Leader::spoil(Identifier who, Conduct conduct, const Error& error, std::uint32_t code) {
  Member& member = members_.at(who);
  if (member.conduct != Conduct::guilty) {
    member.conduct = conduct;
    member.code = code;
    member.reason = error.message;
  }
  break_with({error.code, text(MemberReport{who, member.name, conduct, code, error.message})});
}

}  // namespace quorate::leader
