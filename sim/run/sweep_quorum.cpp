#include "sim/run/sweep_quorum.h"

#include <algorithm>
#include <array>
#include <deque>

#include "crypto/base/invariant.h"
#include "proto/record/receipt.h"
#include "proto/record/signed_verdict.h"
#include "proto/signing/session.h"

namespace quorate::sim {
namespace {

constexpr const char* database = "/node.db";
constexpr std::uint64_t begin_of_sweep_ms = 1'800'000'000'000;
constexpr std::uint64_t step_ms = 20;
constexpr std::uint64_t restart_ms = 3'000;
constexpr int tries = 4;  // one crash, one failed sync, and one to spare

Card card_of(Seed seed, const std::string& name) {
  StreamEntropy entropy(seed, name + "/card");
  return Card::fresh(entropy);
}

ed25519::SigningKey key_of(Seed seed, const std::string& label) {
  StreamEntropy entropy(seed, label);
  return draw_key(entropy);
}

std::string name_of(std::size_t host) { return "node" + std::to_string(host + 1); }

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < SweepQuorum::size; ++i) all.push_back(name_of(i));
  return all;
}

node::CeremonyAsk ask_of(const leader::Ask& ask) {
  struct Convert {
    node::CeremonyAsk operator()(const leader::Open& step) const {
      return node::Open{step.proposal, step.administrators};
    }
    node::CeremonyAsk operator()(const leader::Hellos& step) const {
      return node::Hellos{step.ceremony, step.messages};
    }
    node::CeremonyAsk operator()(const leader::Deals& step) const {
      return node::Deals{step.ceremony, step.messages};
    }
    node::CeremonyAsk operator()(const leader::Activate& step) const {
      return node::Activate{step.certificate};
    }
    node::CeremonyAsk operator()(const leader::Fetch& step) const {
      return node::Fetch{step.ceremony};
    }
    node::CeremonyAsk operator()(const leader::Evidence& step) const {
      return node::Evidence{step.ceremony, step.messages};
    }
  };
  return std::visit(Convert{}, ask);
}

}  // namespace

// --- one host

SweepHost::SweepHost(Seed seed, const std::string& name)
    : disk(name, seed),
      token(name, seed, card_of(seed, name)),
      name_(name),
      seed_(seed),
      entropy_(seed, name + "/entropy"),
      identity_(key_of(seed, name + "/identity")),
      cosigner_(key_of(seed, name + "/cosigner")) {}

void SweepHost::restore(const Saved& saved, std::string_view phase) {
  kill();
  disk.restore(saved.disk);
  token.insert(saved.card);
  entropy_ = StreamEntropy(seed_, name_ + "/entropy/" + std::string(phase));
}

void SweepHost::configure(const std::string& toml) {
  Result<config::NodeConfig> parsed = config::parse(toml, "node.toml");
  QUORATE_INVARIANT(parsed.has_value());
  config_ = *std::move(parsed);
}

Status SweepHost::start(const node::PolicyFiles& policy, const node::Now& now) {
  QUORATE_TRY(store_, store::Store::open(database, disk));
  custody_ = std::make_unique<custody::Custody>(token, entropy_);
  const node::Parts parts{config_, identity_, cosigner_, *store_, *custody_, entropy_};
  QUORATE_TRY(core_, node::Core::start(parts, policy, now, node::ClockWord::none));
  return Done{};
}

void SweepHost::kill() {
  disk.stop();
  core_.reset();
  custody_.reset();
  store_.reset();
}

// --- all of them

SweepQuorum::SweepQuorum(Seed seed)
    : seed_(seed),
      client_(key_of(seed, "client")),
      setting_(seed, names(), {client_.public_key()}),
      clock_ms_(begin_of_sweep_ms) {
  begin_run(seed);
  for (const std::string& name : names()) {
    hosts_.push_back(std::make_unique<SweepHost>(seed, name));
    hosts_.back()->configure(setting_.node_toml(name));
  }
}

SweepQuorum::Saved SweepQuorum::save() {
  Saved saved;
  for (const auto& host : hosts_) {
    host->kill();
    host->disk.power_cut(Cut::keep);
    saved.push_back(host->save());
  }
  return saved;
}

void SweepQuorum::begin(const Saved& saved, const std::optional<CrashPoint>& point,
                        std::string_view phase) {
  begin_run(seed_);
  clock_ms_ = begin_of_sweep_ms + 60'000;
  point_ = point;
  acknowledged_.clear();
  session_of_.clear();
  said_.clear();
  outcome_ = {};
  operations_before_.clear();
  refused_to_start_.clear();
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    hosts_[i]->restore(saved[i], phase);
    operations_before_.push_back(hosts_[i]->disk.operations());
    if (point && point->host == i) {
      hosts_[i]->disk.crash_at(hosts_[i]->disk.operations() + point->operation);
    }
  }
}

node::Now SweepQuorum::now() const {
  return {clock_ms_, {static_cast<std::int64_t>(clock_ms_ - begin_of_sweep_ms), 0}};
}

std::map<std::string, ed25519::Point> SweepQuorum::members() const {
  std::map<std::string, ed25519::Point> all;
  for (const auto& host : hosts_) all.emplace(host->name(), host->identity().public_key());
  return all;
}

void SweepQuorum::lost(std::string what) {
  if (outcome_.lost.empty()) outcome_.lost = std::move(what);
}

void SweepQuorum::corrupt(std::string what) {
  if (outcome_.corrupt.empty()) outcome_.corrupt = std::move(what);
}

void SweepQuorum::start(std::size_t i) {
  SweepHost& host = *hosts_[i];
  const Status started = host.start(setting_.policy(), now());
  if (host.disk.is_down()) {
    restart(i);
  } else if (!started) {
    corrupt(host.name() + " does not start: " + started.error().message);
    host.kill();
    refused_to_start_.insert(i);
  }
}

void SweepQuorum::restart(std::size_t i) {
  SweepHost& host = *hosts_[i];
  QUORATE_INVARIANT(point_ && point_->host == i);
  outcome_.was_cut = true;
  clock_ms_ += restart_ms;
  host.kill();
  host.disk.power_cut(point_->cut);
  start(i);
  if (host.is_up()) look_for_what_was_acknowledged(i);
}

std::optional<node::Answer> SweepQuorum::ask(std::size_t i, node::Ask what) {
  SweepHost& host = *hosts_[i];
  clock_ms_ += step_ms;
  if (!host.is_up() && refused_to_start_.count(i) == 0) start(i);
  if (!host.is_up()) return node::Refused{node::Refusal{{Code::unreachable, "it does not start"}}};
  const node::Asked asked{client_.public_key(), std::move(what)};
  std::vector<std::optional<node::Answer>> answers =
      host.core().handle(std::span(&asked, 1), now());
  if (host.disk.is_down()) {  // whatever it would have said
    restart(i);
    return std::nullopt;
  }
  return answers.front();
}

void SweepQuorum::look_for_what_was_acknowledged(std::size_t i) {
  ledger::Ledger& ledger = hosts_[i]->core().ledger();
  for (const Acknowledged& before : acknowledged_) {
    if (before.host != i) continue;
    const auto tree = ledger.tree();
    const bool is_there = tree && before.leaf < tree->size;
    const auto leaf = is_there ? ledger.leaf(before.leaf) : fail(Code::io, "");
    if (!leaf || leaf->record_bytes != before.record) {
      lost(hosts_[i]->name() + " no longer has its verdict, leaf " + std::to_string(before.leaf));
    }
  }
}

// --- signing

void SweepQuorum::acknowledge(std::size_t host, const frost::Commitment& spent,
                              const node::PartialAnswer& answer) {
  const auto verdict = record::decode_signed_verdict(answer.verdict);
  const auto receipt = verdict ? record::decode_receipt(verdict->receipt) : fail(Code::io, "");
  const auto partial = signing::decode_partial(answer.partial.body);
  if (!verdict || !receipt || !partial) {
    corrupt(hosts_[host]->name() + " answered with what does not decode");
    return;
  }
  acknowledged_.push_back({host, verdict->record, receipt->index});
  const ByteView hiding(spent.hiding.bytes());
  const auto [place, is_new] =
      session_of_.try_emplace(Bytes(hiding.begin(), hiding.end()), partial->session);
  if (!is_new && place->second != partial->session) {
    corrupt(hosts_[host]->name() + " used one nonce pair for two sessions");
  }
}

bool SweepQuorum::try_to_sign(const Request& request, std::size_t one, std::size_t other) {
  const std::uint64_t epoch = request.root.members.epoch;
  const std::array<std::size_t, 2> chosen = {one, other};
  std::vector<std::pair<std::size_t, frost::Commitment>> pairs;
  for (const std::size_t i : chosen) {
    const auto answer = ask(i, node::Commit{request.root.root_id(), epoch, 1});
    const auto* given = answer ? std::get_if<node::Commitments>(&*answer) : nullptr;
    if (given == nullptr || given->pairs.empty()) return false;
    pairs.emplace_back(i, given->pairs.front());
  }
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
    return a.second.signer.number() < b.second.signer.number();
  });
  std::vector<frost::Commitment> commitments;
  for (const auto& [i, pair] : pairs) commitments.push_back(pair);
  bool have_all = true;
  for (const auto& [i, pair] : pairs) {
    const auto answer =
        ask(i, node::SignAsk{request.bytes, request.root.root_id(), epoch, commitments});
    const auto* partial = answer ? std::get_if<node::PartialAnswer>(&*answer) : nullptr;
    if (partial != nullptr) acknowledge(i, pair, *partial);
    have_all = have_all && partial != nullptr;
  }
  return have_all;
}

void SweepQuorum::sign(const Request& request, std::size_t one, std::size_t other) {
  for (int i = 0; i < tries; ++i) {
    if (try_to_sign(request, one, other)) return;
  }
  corrupt("request " + std::to_string(request.number) + " was never signed");
}

// --- ceremonies

void SweepQuorum::remember(std::size_t host, const std::string& step,
                           const layout::Signed& message) {
  const auto [place, is_new] = said_.try_emplace(hosts_[host]->name() + " " + step, message);
  if (!is_new && !(place->second == message)) lost(place->first + " is another than before");
}

leader::Event SweepQuorum::carry(std::size_t host, const leader::Send& send) {
  const auto answer = ask(host, ask_of(send.ask));
  if (!answer) return leader::Lost{send.member, "the power failed"};
  if (const auto* refused = std::get_if<node::Refused>(&*answer)) {
    return leader::Refused{send.member, number(refused->refusal.error.code),
                           refused->refusal.error.message, refused->refusal.wait_s};
  }
  const auto& said = std::get<node::CeremonyAnswer>(*answer);
  if (const auto* message = std::get_if<layout::Signed>(&said)) {
    remember(host, "step " + std::to_string(send.ask.index()), *message);
    return leader::MessageArrived{send.member, *message};
  }
  if (const auto* known = std::get_if<ceremony::Certificate>(&said)) {
    return leader::KnownArrived{send.member, *known};
  }
  return leader::StateArrived{send.member, std::get<std::string>(said)};
}

std::optional<ceremony::EpochRecord> SweepQuorum::create_root(const leader::Plan& plan) {
  auto made = leader::Leader::make(plan);
  QUORATE_INVARIANT(made.has_value());
  leader::Leader& leader = *made;
  std::deque<leader::Action> todo;
  const auto tell = [&](const leader::Event& event) {
    for (leader::Action& next : leader.handle(clock_ms_, event)) todo.push_back(std::move(next));
  };
  tell(leader::Start{});
  while (!todo.empty()) {
    const leader::Action action = std::move(todo.front());
    todo.pop_front();
    if (const auto* finished = std::get_if<leader::Finished>(&action)) return finished->record;
    if (std::get_if<leader::Failed>(&action) != nullptr) return std::nullopt;
    if (const auto* wake = std::get_if<leader::WakeAt>(&action)) {
      if (!todo.empty()) continue;
      clock_ms_ = std::max(clock_ms_, wake->time_ms);
      tell(leader::Tick{});
    } else if (const auto* send = std::get_if<leader::Send>(&action)) {
      std::size_t host = 0;
      while (hosts_[host]->name() != plan.names.at(send->member)) ++host;
      const leader::Event event = carry(host, *send);
      tell(event);
      if (std::holds_alternative<leader::Lost>(event)) tell(leader::Reconnected{send->member});
    }
  }
  corrupt("the ceremony came to no end");
  return std::nullopt;
}

std::vector<Bytes> SweepQuorum::roots_of(std::size_t host) {
  std::vector<Bytes> records;
  const auto answer = ask(host, node::Describe{});
  if (!answer) return roots_of(host);  // there is one crash only
  if (const auto* described = std::get_if<node::Description>(&*answer)) {
    for (const node::RootLine& root : described->roots) {
      if (root.state == "active") records.push_back(root.record);
    }
  }
  return records;
}

// --- the end

SweptRun SweepQuorum::end() {
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    SweepHost& host = *hosts_[i];
    outcome_.operations.push_back(host.disk.operations() - operations_before_[i]);
    if (!host.is_up()) continue;
    look_for_what_was_acknowledged(i);
    const Status sound = host.core().ledger().verify_all([](std::uint64_t, std::uint64_t) {});
    if (!sound) corrupt(host.name() + ": " + sound.error().message);
  }
  return std::move(outcome_);
}

}  // namespace quorate::sim
