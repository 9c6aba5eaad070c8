#include "client/ceremony/leader.h"

#include <algorithm>

#include "client/coordinator/reason.h"
#include "crypto/base/invariant.h"

namespace quorate::leader {

namespace {

// When it is lost, others that were asked may still say why: one refusal seldom comes alone.
constexpr std::uint64_t settle_ms = 2000;

}  // namespace

Result<Leader> Leader::make(Plan plan) {
  QUORATE_TRY(ceremony::Proposal proposal, ceremony::decode_proposal(plan.proposal));
  QUORATE_CHECK(ceremony::check_create(proposal));
  for (const ceremony::Member& member : proposal.target.members) {
    if (!plan.names.contains(member.index)) {
      return fail(Code::not_a_member,
                  "nobody is called participant " + std::to_string(member.index.number()));
    }
  }
  return Leader(std::move(plan), std::move(proposal));
}

Leader::Leader(Plan plan, ceremony::Proposal proposal)
    : plan_(std::move(plan)), proposal_(std::move(proposal)), id_(ceremony::id(proposal_)) {
  for (const ceremony::Member& member : proposal_.target.members) {
    members_.emplace(member.index, Member{plan_.names.at(member.index), member.identity});
  }
}

std::vector<Action> Leader::handle(std::uint64_t now_ms, const Event& event) {
  if (finished_) return {};
  QUORATE_INVARIANT(now_ms >= now_);
  now_ = now_ms;
  std::visit([this](const auto& what) { on(what); }, event);
  if (!finished_) advance();
  if (!finished_) plan_wake();
  return std::exchange(actions_, {});
}

void Leader::on(const Start& event) {
  step_ = event.begin == Begin::resume ? Step::fetch : Step::hello;
  if (step_ != Step::fetch) return;
  for (auto& [who, member] : members_) {
    member.asked = Step::fetch;
    actions_.emplace_back(Send{who, ask_for(Step::fetch)});
  }
}

void Leader::on(const Tick& /*event*/) {}  // handle() looks at the time after every event

void Leader::on(const Deadline& /*event*/) {
  if (!broken_) {
    std::string missing;
    for (const auto& [who, member] : members_) {
      if (is_missing(member)) missing += (missing.empty() ? "" : ", ") + member.name;
    }
    broken_ = Error{Code::timed_out, "no answer in time from " + missing};
  }
  finish(Failed{report()});
}

// Goes as far as the messages at hand lead, then asks those whose message is missing.
void Leader::advance() {
  if (!broken_ && step_ == Step::fetch) {
    const bool is_waiting = std::any_of(members_.begin(), members_.end(), [](const auto& entry) {
      const Member& member = entry.second;
      return member.asked == Step::fetch && !member.lost;
    });
    if (!is_waiting) step_ = Step::hello;
  }
  while (!broken_ && step_ != Step::fetch && step_ != Step::activate && has_all(step_)) {
    if (!check(step_)) break;
    step_ = step_ == Step::hello  ? Step::deal
            : step_ == Step::deal ? Step::confirm
                                  : Step::activate;
  }
  if (broken_) {
    conclude_if_settled();
    return;
  }
  ask_those_who_are_missing();
  say_progress();
  if (step_ == Step::activate && has_all(Step::activate)) {
    finish(Finished{certificate(), deals_->record});
  }
}

bool Leader::is_missing(const Member& member) const {
  if (step_ == Step::activate) return !member.is_active;
  if (step_ == Step::fetch) return member.asked == Step::fetch;
  return !(member.*slot_of(step_)).has_value();
}

bool Leader::has_all(Step step) const {
  return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
    return step == Step::activate ? entry.second.is_active
                                  : (entry.second.*slot_of(step)).has_value();
  });
}

std::vector<Signed> Leader::all(Step step) const {
  std::vector<Signed> messages;
  for (const auto& [who, member] : members_) {
    if (const std::optional<Signed>& message = member.*slot_of(step)) messages.push_back(*message);
  }
  return messages;
}

bool Leader::check(Step step) {
  if (step == Step::hello) {
    auto hellos = ceremony::check_hellos(proposal_, all(Step::hello));
    if (!hellos) {
      blame(hellos.error(), &Member::hello);
      return false;
    }
    hellos_ = std::move(*hellos);
    return true;
  }
  if (step == Step::deal) {
    auto deals = ceremony::check_deals(proposal_, hellos_->hash, all(Step::deal));
    if (!deals) {
      blame(deals.error(), &Member::deal);
      return false;
    }
    deals_ = std::move(*deals);
    take_known(Step::confirm, std::exchange(known_confirms_, {}));
    return true;
  }
  const auto confirms = ceremony::check_confirms(deals_->record, all(Step::confirm));
  if (!confirms) blame(confirms.error(), &Member::confirm);
  return confirms.has_value();
}

// One signed message that no honest member could have sent proves guilt by itself.
void Leader::blame(const ceremony::Fault& fault, Slot slot) {
  if (!fault.guilty) {
    break_with(fault.error);
    return;
  }
  evidence_.push_back(*(members_.at(*fault.guilty).*slot));
  spoil(*fault.guilty, Conduct::guilty, fault.error);
}

void Leader::ask_those_who_are_missing() {
  if (step_ == Step::fetch) return;
  for (auto& [who, member] : members_) {
    if (!is_missing(member) || member.asked == step_) continue;
    if (member.ask_again_at && *member.ask_again_at > now_) continue;
    member.ask_again_at.reset();
    member.asked = step_;
    actions_.emplace_back(Send{who, ask_for(step_)});
  }
}

Ask Leader::ask_for(Step step) const {
  switch (step) {
    case Step::fetch: return Fetch{id_};
    case Step::hello: return Open{plan_.proposal, plan_.administrators};
    case Step::deal: return Hellos{id_, all(Step::hello)};
    case Step::confirm: return Deals{id_, all(Step::deal)};
    case Step::activate: return Activate{certificate()};
    case Step::evidence: return Evidence{id_, complaint_with_its_deal()};
  }
  QUORATE_INVARIANT(false);
}

// What a complaint is about stands in the accused's deal: without it nobody could judge.
std::vector<Signed> Leader::complaint_with_its_deal() const {
  const Result<ceremony::Complaint> complaint = ceremony::decode_complaint(complaint_->body);
  QUORATE_INVARIANT(complaint.has_value());  // take_complaint() decoded it, and has the deal
  return {*members_.at(complaint->accused).deal, *complaint_};
}

Certificate Leader::certificate() const {
  return {plan_.proposal, all(Step::hello), all(Step::deal), all(Step::confirm)};
}

void Leader::say_progress() {
  std::string missing;
  std::size_t done = 0;
  for (const auto& [who, member] : members_) {
    if (is_missing(member)) {
      missing += (missing.empty() ? "" : ", ") + member.name;
    } else {
      ++done;
    }
  }
  std::string text = std::to_string(done) + " of " + std::to_string(members_.size());
  switch (step_) {
    case Step::fetch: text += " have said what they have"; break;
    case Step::hello: text += " take part"; break;
    case Step::deal: text += " have dealt their shares"; break;
    case Step::confirm: text += " have confirmed"; break;
    case Step::activate: text += " have the root active"; break;
    case Step::evidence: QUORATE_INVARIANT(false);
  }
  if (!missing.empty()) text += "; waiting for " + missing;
  if (text == said_) return;
  said_ = text;
  actions_.emplace_back(Progress{std::move(text)});
}

void Leader::break_with(Error error) {
  if (broken_) return;
  broken_ = std::move(error);
  settles_at_ = now_ + settle_ms;
}

// The complaint goes to everybody, so that each member judges by itself and ends the ceremony. To
// those who still owe an answer when they have given it: answers belong to the last ask.
void Leader::spread_evidence() {
  if (!complaint_) return;
  for (auto& [who, member] : members_) {
    if (member.asked || member.was_told || member.lost) continue;
    member.was_told = true;
    member.asked = Step::evidence;
    actions_.emplace_back(Send{who, ask_for(Step::evidence)});
  }
}

void Leader::conclude_if_settled() {
  spread_evidence();
  const bool is_waiting = std::any_of(members_.begin(), members_.end(), [](const auto& entry) {
    return entry.second.asked && !entry.second.lost;
  });
  if (!is_waiting || now_ >= settles_at_) finish(Failed{report()});
}

void Leader::finish(Action last) {
  finished_ = true;
  // What was sent on the way stays: evidence should still arrive.
  actions_.push_back(std::move(last));
}

void Leader::plan_wake() {
  std::optional<std::uint64_t> soonest;
  const auto consider = [&](std::uint64_t time_ms) {
    soonest = soonest ? std::min(*soonest, time_ms) : time_ms;
  };
  if (broken_) consider(settles_at_);
  for (const auto& [who, member] : members_) {
    if (!broken_ && member.ask_again_at) consider(*member.ask_again_at);
  }
  if (soonest && soonest != wake_at_) actions_.emplace_back(WakeAt{*soonest});
  wake_at_ = soonest;
}

}  // namespace quorate::leader
