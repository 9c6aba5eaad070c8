// What a client host does at a time: one signature, one ceremony. The cores decide; this carries.

#include "client/driver/answer.h"
#include "crypto/base/invariant.h"
#include "sim/actors/client_host.h"

namespace quorate::sim {

using frost::Identifier;

class SigningJob final : public ClientHost::Job {
 public:
  SigningJob(ClientHost& host, Request request, bool keeps_pairs)
      : host_(host), request_(std::move(request)), keeps_pairs_(keeps_pairs) {
    coordinator::Task task{
        request_.root,         "sim",     {}, statement::request_id(request_.statement),
        request_.to_be_signed, host.hedge};
    for (const ceremony::Member& member : request_.root.members.members) {
      const auto place = host_.place_of(member.identity);
      if (!place) continue;
      nodes_.emplace(*place, member.index);
      places_.emplace(member.index, *place);
      task.names.emplace(member.index, host_.roster()[*place].name);
    }
    auto made = coordinator::Coordinator::make(std::move(task), host_.latencies_);
    QUORATE_INVARIANT(made.has_value());  // the record came out of a ceremony
    coordinator_.emplace(*std::move(made));
  }

  void begin(std::uint64_t id) {
    id_ = id;
    coordinator::Start start;
    if (keeps_pairs_) start.cached = host_.cache_.take(host_.now_ms(), request_.root);
    tell(start);
    for (const auto& [place, member] : nodes_) {
      if (const auto& trouble = host_.trouble(place)) tell(coordinator::Lost{member, *trouble});
    }
  }
  void lost(std::size_t node, const std::string& why) override {
    if (const auto member = nodes_.find(node); member != nodes_.end()) {
      tell(coordinator::Lost{member->second, why});
    }
  }
  void back(std::size_t node) override {
    if (const auto member = nodes_.find(node); member != nodes_.end()) {
      tell(coordinator::Reconnected{member->second});
    }
  }
  void deadline() override { tell(coordinator::Deadline{}); }
  bool is_over() const override { return is_over_; }

 private:
  void tell(const coordinator::Event& event) {
    if (is_over_) return;
    for (const coordinator::Action& action : coordinator_->handle(host_.now_ms(), event)) {
      std::visit([this](const auto& what) { perform(what); }, action);
    }
  }
  void perform(const coordinator::AskCommitments& action) {
    ask(action.node, driver::commit_ask(request_.root));
  }
  void perform(const coordinator::AskToSign& action) {
    host_.world().trace.say(host_.world().queue.now(), host_.name(), [&] {
      return "#" + std::to_string(request_.number) + " session " +
             std::to_string(coordinator_->sessions()) + ": asks " +
             host_.roster()[places_.at(action.node)].name;
    });
    ask(action.node, driver::sign_ask(request_.root, request_.bytes, action.commitments));
  }
  void perform(const coordinator::WakeAt& action) {
    const std::uint64_t wake = ++wake_;
    const Time at = std::max(action.time_ms * millisecond, host_.world().queue.now());
    const std::weak_ptr<int> alive = alive_;
    host_.world().queue.at(at, [this, alive, wake] {
      if (alive.lock() && wake == wake_) tell(coordinator::Tick{});
    });
  }
  void perform(const coordinator::Finished& end) {
    is_over_ = true;
    keep_pairs();
    host_.world().trace.event(host_.world().queue.now(), host_.name(), "signed", end.signature);
    host_.world().trace.say(host_.world().queue.now(), host_.name(), [&] {
      return "#" + std::to_string(request_.number) + " signed, sessions " +
             std::to_string(coordinator_->sessions());
    });
    host_.world().witness.signed_by_quorum(host_, request_, end, coordinator_->sessions());
  }
  void perform(const coordinator::Failed& end) {
    is_over_ = true;
    keep_pairs();
    host_.world().trace.event(host_.world().queue.now(), host_.name(), "failed");
    host_.world().trace.say(host_.world().queue.now(), host_.name(), [&] {
      return "#" + std::to_string(request_.number) + " failed: " + end.report.summary();
    });
    host_.world().witness.gave_up(host_, request_, end.report);
  }
  void ask(Identifier member, wire::v1::Ask message) {
    if (++asks_[member] == many_asks) {
      host_.world().witness.pressed(host_, request_, many_asks);
    }
    if (asks_[member] > many_asks) return;  // the run has failed; it need not go on for ever
    const std::weak_ptr<int> alive = alive_;
    host_.ask(places_.at(member), id_, std::move(message),
              [this, alive, member](const wire::v1::Answer& answer) {
                if (alive.lock()) tell(driver::signing_event(request_.root, member, answer));
              });
  }
  void keep_pairs() {
    if (keeps_pairs_) host_.cache_.give_back(request_.root, coordinator_->leftovers());
  }

  ClientHost& host_;
  Request request_;
  bool keeps_pairs_;
  std::uint64_t id_ = 0;
  std::map<std::size_t, Identifier> nodes_;
  std::map<Identifier, std::size_t> places_;
  std::optional<coordinator::Coordinator> coordinator_;
  // Of one node in one request. Sessions are bounded, and so is the patience of a client.
  static constexpr std::size_t many_asks = 400;
  std::map<Identifier, std::size_t> asks_;
  std::uint64_t wake_ = 0;
  bool is_over_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

class CeremonyJob final : public ClientHost::Job {
 public:
  CeremonyJob(ClientHost& host, leader::Leader leader) : host_(host), leader_(std::move(leader)) {
    for (const ceremony::Member& member : leader_.proposal().target.members) {
      const auto place = host_.place_of(member.identity);
      if (!place) continue;
      nodes_.emplace(*place, member.index);
      places_.emplace(member.index, *place);
    }
  }

  void begin(std::uint64_t id, leader::Begin how) {
    id_ = id;
    tell(leader::Start{how});
    for (const auto& [place, member] : nodes_) {
      if (const auto& trouble = host_.trouble(place)) tell(leader::Lost{member, *trouble});
    }
  }
  void lost(std::size_t node, const std::string& why) override {
    if (const auto member = nodes_.find(node); member != nodes_.end()) {
      tell(leader::Lost{member->second, why});
    }
  }
  void back(std::size_t node) override {
    if (const auto member = nodes_.find(node); member != nodes_.end()) {
      tell(leader::Reconnected{member->second});
    }
  }
  void deadline() override { tell(leader::Deadline{}); }
  bool is_over() const override { return is_over_; }

 private:
  void tell(const leader::Event& event) {
    if (is_over_) return;
    for (const leader::Action& action : leader_.handle(host_.now_ms(), event)) {
      std::visit([this](const auto& what) { perform(what); }, action);
    }
  }
  void perform(const leader::Send& action) {
    const auto place = places_.find(action.member);
    if (place == places_.end()) return;
    const std::weak_ptr<int> alive = alive_;
    host_.ask(place->second, id_, driver::ceremony_ask(action.ask),
              [this, alive, member = action.member](const wire::v1::Answer& answer) {
                if (alive.lock()) tell(driver::ceremony_event(member, answer));
              });
  }
  void perform(const leader::Progress& action) {
    host_.world().trace.say(host_.world().queue.now(), host_.name(), [&] { return action.text; });
  }
  void perform(const leader::WakeAt& action) {
    const std::uint64_t wake = ++wake_;
    const Time at = std::max(action.time_ms * millisecond, host_.world().queue.now());
    const std::weak_ptr<int> alive = alive_;
    host_.world().queue.at(at, [this, alive, wake] {
      if (alive.lock() && wake == wake_) tell(leader::Tick{});
    });
  }
  void perform(const leader::Finished& end) {
    is_over_ = true;
    host_.world().trace.event(host_.world().queue.now(), host_.name(), "root created",
                              leader_.id());
    host_.world().witness.created(host_, end);
  }
  void perform(const leader::Failed& end) {
    is_over_ = true;
    host_.world().trace.event(host_.world().queue.now(), host_.name(), "ceremony failed",
                              leader_.id());
    host_.world().trace.say(host_.world().queue.now(), host_.name(), [&] {
      std::string text = "ceremony failed: " + end.report.error.message;
      for (const leader::MemberReport& member : end.report.members) {
        text += "; " + leader::text(member);
      }
      return text;
    });
    host_.world().witness.broke_off(host_, leader_.id(), end.report);
  }

  ClientHost& host_;
  leader::Leader leader_;
  std::uint64_t id_ = 0;
  std::map<std::size_t, Identifier> nodes_;
  std::map<Identifier, std::size_t> places_;
  std::uint64_t wake_ = 0;
  bool is_over_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

void ClientHost::sign(Request request, Time deadline, bool keeps_pairs) {
  world_.witness.requested(*this, request);
  auto job = std::make_unique<SigningJob>(*this, std::move(request), keeps_pairs);
  SigningJob& begun = *job;
  const std::uint64_t id = begin(std::move(job), deadline);
  begun.begin(id);
  sweep_jobs();
}

void ClientHost::lead(leader::Plan plan, leader::Begin how, Time deadline) {
  Result<leader::Leader> leader = leader::Leader::make(std::move(plan));
  QUORATE_INVARIANT(leader.has_value());
  auto job = std::make_unique<CeremonyJob>(*this, *std::move(leader));
  CeremonyJob& begun = *job;
  const std::uint64_t id = begin(std::move(job), deadline);
  begun.begin(id, how);
  sweep_jobs();
}

}  // namespace quorate::sim
