#include "sim/availability/cores.h"

#include <deque>
#include <map>
#include <span>

#include "crypto/base/invariant.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/signing/session.h"
#include "sim/actors/world.h"
#include "sim/disk/disk.h"
#include "sim/hsm/token.h"

namespace quorate::sim::availability {
namespace {

constexpr Time for_ever = ~Time{0};

// One node: what lasts, and the core over it.
class Host {
 public:
  Host(const std::string& name, Seed seed)
      : entropy_(seed, name + "/entropy"),
        disk_(name, seed),
        token_(name, seed, Card::fresh(entropy_)),
        identity_(draw_key(entropy_)),
        cosigner_(draw_key(entropy_)) {}

  Status start(const Setting& setting, const std::string& name, const node::Now& now) {
    QUORATE_TRY(config_, config::parse(setting.node_toml(name), "node.toml"));
    QUORATE_TRY(store_, store::Store::open("/node.db", disk_));
    custody_ = std::make_unique<custody::Custody>(token_, entropy_);
    const node::Parts parts{config_, identity_, cosigner_, *store_, *custody_, entropy_};
    QUORATE_TRY(core_, node::Core::start(parts, setting.policy(), now, node::ClockWord::none));
    return Done{};
  }
  node::Answer handle(const ed25519::Point& client, node::Ask ask, const node::Now& now) {
    const node::Asked asked{client, std::move(ask)};
    std::optional<node::Answer> answer = core_->handle(std::span(&asked, 1), now).front();
    QUORATE_INVARIANT(answer.has_value());  // nobody here comes with an identity provider's token
    return *std::move(answer);
  }
  const ed25519::SigningKey& identity() const { return identity_; }
  SimToken& token() { return token_; }

 private:
  StreamEntropy entropy_;
  Disk disk_;
  SimToken token_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<custody::Custody> custody_;
  std::unique_ptr<node::Core> core_;
};

node::CeremonyAsk step_of(const leader::Ask& ask) {
  return std::visit(
      [](const auto& inner) -> node::CeremonyAsk {
        using Inner = std::decay_t<decltype(inner)>;
        if constexpr (std::is_same_v<Inner, leader::Open>) {
          return node::Open{inner.proposal, inner.administrators};
        } else if constexpr (std::is_same_v<Inner, leader::Hellos>) {
          return node::Hellos{inner.ceremony, inner.messages};
        } else if constexpr (std::is_same_v<Inner, leader::Deals>) {
          return node::Deals{inner.ceremony, inner.messages};
        } else if constexpr (std::is_same_v<Inner, leader::Activate>) {
          return node::Activate{inner.certificate};
        } else if constexpr (std::is_same_v<Inner, leader::Fetch>) {
          return node::Fetch{inner.ceremony};
        } else {
          return node::Evidence{inner.ceremony, inner.messages};
        }
      },
      ask);
}

leader::Event event_of(frost::Identifier member, const node::Answer& answer) {
  if (const auto* refused = std::get_if<node::Refused>(&answer)) {
    return leader::Refused{member, number(refused->refusal.error.code),
                           refused->refusal.error.message, 0};
  }
  const auto& result = std::get<node::CeremonyAnswer>(answer);
  if (const auto* said = std::get_if<layout::Signed>(&result)) {
    return leader::MessageArrived{member, *said};
  }
  if (const auto* known = std::get_if<ceremony::Certificate>(&result)) {
    return leader::KnownArrived{member, *known};
  }
  return leader::StateArrived{member, std::get<std::string>(result)};
}

node::Now now_at(std::uint64_t now_ms) {
  return {now_ms, {static_cast<std::int64_t>(now_ms - std::uint64_t{begin_of_time_s} * 1000), 0}};
}

class RealCores final : public Cores {
 public:
  RealCores(const Quorum& quorum, Seed seed)
      : quorum_(&quorum),
        entropy_(seed, "availability/client"),
        client_(draw_key(entropy_)),
        setting_(seed, names(quorum.nodes.size()), {client_.public_key()}) {
    for (const std::string& name : setting_.nodes()) {
      hosts_.push_back(std::make_unique<Host>(name, seed));
    }
  }

  Status begin() {
    const std::uint64_t now_ms = std::uint64_t{begin_of_time_s} * 1000;
    std::map<std::string, ed25519::Point> members;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      QUORATE_CHECK(hosts_[i]->start(setting_, setting_.nodes()[i], now_at(now_ms)));
      members.emplace(setting_.nodes()[i], hosts_[i]->identity().public_key());
    }
    leader::Plan plan =
        setting_.propose("files", "file", quorum_->threshold, members, now_ms / 1000);
    return lead(std::move(plan), now_ms);
  }

  const ceremony::EpochRecord& record() const override { return *record_; }
  frost::Identifier member(std::size_t node) const override { return members_[node]; }
  std::size_t node_of(frost::Identifier member) const override { return places_.at(member); }

  Request request(std::uint64_t now_ms) override {
    const std::uint64_t now_s = now_ms / 1000;
    return setting_.request(++requests_, *record_, setting_.file(*record_, now_s),
                            setting_.requester(), 0, now_s);
  }
  coordinator::Task task(const Request& request) const override {
    coordinator::Task task{
        *record_, "sim", {}, statement::request_id(request.statement), request.to_be_signed};
    for (std::size_t i = 0; i < members_.size(); ++i) {
      task.names.emplace(members_[i], setting_.nodes()[i]);
    }
    return task;
  }

  void set_token(std::size_t node, bool is_there) override {
    hosts_[node]->token().fail_until(is_there ? 0 : for_ever, custody::State::absent);
  }

  coordinator::Event commitments(std::size_t node, std::uint32_t count,
                                 std::uint64_t now_ms) override {
    return said(
        node, hosts_[node]->handle(client_.public_key(),
                                   node::Commit{record_->root_id(), record_->members.epoch, count},
                                   now_at(now_ms)));
  }
  coordinator::Event partial(std::size_t node, const Request& request,
                             const std::vector<frost::Commitment>& session,
                             std::uint64_t now_ms) override {
    coordinator::Event event = said(
        node, hosts_[node]->handle(
                  client_.public_key(),
                  node::SignAsk{request.bytes, record_->root_id(), record_->members.epoch, session},
                  now_at(now_ms)));
    auto* arrived = std::get_if<coordinator::PartialArrived>(&event);
    if (arrived != nullptr && quorum_->nodes[node].lies) spoil(*arrived, node);
    return event;
  }

 private:
  // The nodes' own names: an operator's may hold what no node.toml would.
  static std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back("node-" + std::to_string(i + 1));
    return made;
  }

  Status lead(leader::Plan plan, std::uint64_t now_ms) {
    std::map<frost::Identifier, std::size_t> places;
    for (const auto& [member, name] : plan.names) {
      for (std::size_t i = 0; i < hosts_.size(); ++i) {
        if (setting_.nodes()[i] == name) places.emplace(member, i);
      }
    }
    QUORATE_TRY(leader::Leader leader, leader::Leader::make(std::move(plan)));
    std::deque<leader::Action> todo;
    for (leader::Action& action : leader.handle(now_ms, leader::Start{})) todo.push_back(action);
    while (!todo.empty()) {
      const leader::Action action = std::move(todo.front());
      todo.pop_front();
      if (const auto* finished = std::get_if<leader::Finished>(&action)) {
        record_ = finished->record;
        places_ = std::move(places);
        for (const auto& [member, place] : places_) members_.push_back(member);
        for (const auto& [member, place] : places_) members_[place] = member;
        return Done{};
      }
      if (const auto* failed = std::get_if<leader::Failed>(&action)) {
        Error error = failed->report.error;
        return tl::unexpected(std::move(error));
      }
      const auto* send = std::get_if<leader::Send>(&action);
      if (send == nullptr) continue;  // progress, and waking up: nobody waits here
      const node::Answer answer = hosts_[places.at(send->member)]->handle(
          client_.public_key(), step_of(send->ask), now_at(now_ms));
      for (leader::Action& next : leader.handle(now_ms, event_of(send->member, answer))) {
        todo.push_back(std::move(next));
      }
    }
    return fail(Code::internal, "the ceremony ended with nothing");
  }

  coordinator::Event said(std::size_t node, const node::Answer& answer) const {
    const frost::Identifier who = members_[node];
    if (const auto* pairs = std::get_if<node::Commitments>(&answer)) {
      return coordinator::CommitmentsArrived{who, {pairs->boot, pairs->pairs}};
    }
    if (const auto* partial = std::get_if<node::PartialAnswer>(&answer)) {
      coordinator::Fresh fresh;
      if (partial->fresh) fresh = {partial->fresh->boot, partial->fresh->pairs};
      return coordinator::PartialArrived{who, partial->partial, partial->verdict, fresh};
    }
    const auto& refused = std::get<node::Refused>(answer);
    return coordinator::Refused{who, number(refused.refusal.error.code),
                                refused.refusal.error.message};
  }

  void spoil(coordinator::PartialArrived& arrived, std::size_t node) const {
    Result<signing::PartialBody> body = signing::decode_partial(arrived.partial.body);
    QUORATE_INVARIANT(body.has_value());
    body->partial.value = body->partial.value + ed25519::Scalar::of(1);
    const Bytes bytes = signing::encode(*body);
    arrived.partial = {bytes,
                       layout::sign(hosts_[node]->identity(), signing::partial_label, bytes)};
  }

  const Quorum* quorum_;
  StreamEntropy entropy_;
  ed25519::SigningKey client_;
  Setting setting_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::optional<ceremony::EpochRecord> record_;
  std::vector<frost::Identifier> members_;  // by node
  std::map<frost::Identifier, std::size_t> places_;
  std::uint64_t requests_ = 0;
};

}  // namespace

Result<std::unique_ptr<Cores>> Cores::make(const Quorum& quorum, Seed seed) {
  begin_run(seed);
  auto made = std::make_unique<RealCores>(quorum, seed);
  QUORATE_CHECK(made->begin());
  return std::unique_ptr<Cores>(std::move(made));
}

}  // namespace quorate::sim::availability
