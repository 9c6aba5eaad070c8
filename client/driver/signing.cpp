#include "client/driver/signing.h"

#include "client/driver/answer.h"

namespace quorate::driver {

Signing::Signing(Quorum& quorum, ceremony::EpochRecord record)
    : quorum_(quorum),
      record_(std::move(record)),
      wake_(quorum.loop()),
      deadline_(quorum.loop()),
      each_second_(quorum.loop()) {
  for (const ceremony::Member& member : record_.members.members) {
    Link* const link = quorum_.find(member.identity);
    if (link == nullptr) continue;
    const Identifier who = member.index;
    links_.emplace(who, link);
    if (link->trouble()) lost_early_.emplace(who, link->trouble()->message);
    link->listen({[this, who](const std::string& why) {
                    if (!coordinator_) {
                      lost_early_[who] = why;
                    } else {
                      tell(coordinator::Lost{who, why});
                    }
                  },
                  [this, who] {
                    if (!coordinator_) {
                      lost_early_.erase(who);
                      ask_commitments(who);
                    } else {
                      tell(coordinator::Reconnected{who});
                    }
                  }});
  }
}

Signing::~Signing() {
  for (const auto& [who, link] : links_) link->forget();
}

std::map<frost::Identifier, std::string> Signing::names() const {
  std::map<Identifier, std::string> names;
  for (const auto& [who, link] : links_) names.emplace(who, link->node().name);
  return names;
}

void Signing::fetch_commitments() {
  for (const auto& [who, link] : links_) {
    const auto& identity = link->node().identity;
    if (quorum_.commitments().count(Quorum::now_ms(), record_.root_id(), identity) > 0) continue;
    asked_early_[who] = Quorum::now_ms();
    ask_commitments(who);
  }
}

void Signing::ask_commitments(Identifier member) {
  links_.at(member)->ask(commit_ask(record_), [this, member](const wire::v1::Answer& answer) {
    on_answer(member, answer);
  });
}

Result<SigningEnd> Signing::finish(coordinator::Task task, Bytes request, Milliseconds timeout,
                                   const Progress& progress) {
  request_ = std::move(request);
  if (recorder_ != nullptr) recorder_->begin(Quorum::now_ms(), task, quorum_.latencies());
  QUORATE_TRY(coordinator_, coordinator::Coordinator::make(std::move(task), quorum_.latencies()));
  deadline_.after(timeout, [this] { tell(coordinator::Deadline{}); });
  report_each_second(progress);

  std::map<Identifier, coordinator::Pair> pairs =
      quorum_.commitments().take(Quorum::now_ms(), record_);
  std::erase_if(pairs, [this](const auto& entry) { return !links_.contains(entry.first); });
  for (const auto& [who, pair] : early_) pairs.insert_or_assign(who, pair);
  tell(coordinator::Start{std::move(pairs)});
  for (const auto& [who, why] : lost_early_) tell(coordinator::Lost{who, why});
  quorum_.run_until([this] { return end_.has_value(); });
  deadline_.cancel();
  wake_.cancel();
  each_second_.cancel();
  quorum_.commitments().give_back(record_, coordinator_->leftovers());
  return *std::move(end_);
}

void Signing::tell(const coordinator::Event& event) {
  if (end_) return;
  const std::uint64_t now = Quorum::now_ms();
  const std::vector<coordinator::Action> actions = coordinator_->handle(now, event);
  if (recorder_ != nullptr) recorder_->event(now, event, actions);
  for (const coordinator::Action& action : actions) {
    std::visit([this](const auto& what) { perform(what); }, action);
  }
}

// Asked already, before there was a coordinator? Then that answer serves.
void Signing::perform(const coordinator::AskCommitments& action) {
  if (!links_.at(action.node)->is_awaited()) ask_commitments(action.node);
}

void Signing::perform(const coordinator::AskToSign& action) {
  const Identifier node = action.node;
  links_.at(node)->ask(sign_ask(record_, request_, action.commitments),
                       [this, node](const wire::v1::Answer& answer) { on_answer(node, answer); });
}

void Signing::perform(const coordinator::WakeAt& action) {
  const std::uint64_t now = Quorum::now_ms();
  wake_.after(Milliseconds(action.time_ms > now ? action.time_ms - now : 0),
              [this] { tell(coordinator::Tick{}); });
}

void Signing::on_answer(Identifier member, const wire::v1::Answer& answer) {
  const coordinator::Event event = signing_event(record_, member, answer);
  if (coordinator_) {
    tell(event);
    return;
  }
  // A refusal is not kept: the coordinator asks again, and is told then.
  const auto* arrived = std::get_if<coordinator::CommitmentsArrived>(&event);
  if (arrived == nullptr || arrived->fresh.pairs.empty()) return;
  if (arrived->fresh.pairs.front().signer != member) return;  // nonsense is the same as nothing
  const std::uint64_t now = Quorum::now_ms();
  if (const auto asked = asked_early_.find(member); asked != asked_early_.end()) {
    quorum_.latencies().record(links_.at(member)->node().identity, now - asked->second);
  }
  early_.insert_or_assign(
      member, coordinator::Pair{arrived->fresh.pairs.front(), arrived->fresh.boot, now});
}

void Signing::report_each_second(const Progress& progress) {
  if (!progress) return;
  each_second_.after(std::chrono::seconds(1), [this, progress] {
    progress("waiting for " + quorum_.awaited());
    report_each_second(progress);
  });
}

}  // namespace quorate::driver
