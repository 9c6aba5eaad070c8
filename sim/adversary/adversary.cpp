#include "sim/adversary/adversary.h"

#include <algorithm>

#include "client/driver/answer.h"
#include "proto/signing/session.h"
#include "sim/adversary/liar.h"
#include "sim/adversary/rogue_client.h"

namespace quorate::sim {
namespace {

constexpr std::size_t most_sessions = 512;
constexpr std::size_t most_ceremony_asks = 256;

leader::Ask as_led(const node::Open& ask) { return leader::Open{ask.proposal, ask.administrators}; }
leader::Ask as_led(const node::Hellos& ask) { return leader::Hellos{ask.ceremony, ask.messages}; }
leader::Ask as_led(const node::Deals& ask) { return leader::Deals{ask.ceremony, ask.messages}; }
leader::Ask as_led(const node::Activate& ask) { return leader::Activate{ask.certificate}; }
leader::Ask as_led(const node::Fetch& ask) { return leader::Fetch{ask.ceremony}; }
leader::Ask as_led(const node::Evidence& ask) {
  return leader::Evidence{ask.ceremony, ask.messages};
}
leader::Ask as_led(const node::Reject& ask) { return leader::Fetch{ask.ceremony}; }

}  // namespace

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::signing: return "signing";
    case Stage::ceremony: return "ceremony";
    case Stage::records: return "records";
    case Stage::client: return "client";
    case Stage::leader: return "leader";
  }
  return "unknown";
}

std::vector<Strategy> strategies() {
  std::vector<Strategy> all = node_strategies();
  const std::vector<Strategy> of_clients = client_strategies();
  all.insert(all.end(), of_clients.begin(), of_clients.end());
  return all;
}

std::optional<Strategy> strategy_named(std::string_view name) {
  for (const Strategy& strategy : strategies()) {
    if (strategy.name == name) return strategy;
  }
  return std::nullopt;
}

NodeHost* Adversary::controlled(const ed25519::Point& identity) const {
  for (NodeHost* node : nodes_) {
    if (node->identity().public_key() == identity) return node;
  }
  return nullptr;
}

Stream& Adversary::stream(std::string_view strategy) {
  const auto found = streams_.find(strategy);
  if (found != streams_.end()) return found->second;
  const std::string label(strategy);
  return streams_.emplace(label, Stream(seed_, "adversary/" + label)).first->second;
}

void Adversary::saw(const ByteArray<32>& root, const frost::Package& package,
                    const frost::Partial& partial) {
  const layout::Hash id = signing::session(root, package);
  const auto known = std::find_if(sessions_.rbegin(), sessions_.rend(), [&](const Seen& seen) {
    return seen.root == root && signing::session(root, seen.session.package) == id;
  });
  if (known != sessions_.rend()) {
    std::vector<frost::Partial>& partials = known->session.partials;
    if (std::find(partials.begin(), partials.end(), partial) == partials.end()) {
      partials.push_back(partial);
    }
    return;
  }
  if (sessions_.size() >= most_sessions) sessions_.erase(sessions_.begin());
  sessions_.push_back({root, {package, {partial}}});
}

void Adversary::saw(const node::CeremonyAsk& ask) {
  if (ceremony_asks_.size() >= most_ceremony_asks) return;
  ceremony_asks_.push_back(
      driver::ceremony_ask(std::visit([](const auto& what) { return as_led(what); }, ask)));
}

std::optional<StolenShare> Adversary::share_of(const ceremony::EpochRecord& root,
                                               const ceremony::Member& member) const {
  if (controlled(member.identity) == nullptr) return std::nullopt;
  const auto shares = root.verification_shares();
  if (!shares || !shares->contains(member.index)) return std::nullopt;
  const ed25519::Point& shown = shares->at(member.index);
  // Where points are numbers, the share is what it is known by.
  const Result<ed25519::Scalar> value = ed25519::Scalar::parse(shown.bytes());
  if (!value || value->is_zero()) return std::nullopt;
  ByteArray<32> copy = value->bytes();
  const Result<ed25519::SecretScalar> secret = ed25519::SecretScalar::parse(copy);
  if (!secret || ed25519::Point::base_times(*secret) != shown) return std::nullopt;
  return StolenShare{member.index, *value};
}

std::vector<StolenShare> Adversary::shares_of(const ceremony::EpochRecord& root) const {
  std::vector<StolenShare> shares;
  for (const ceremony::Member& member : root.members.members) {
    if (const auto share = share_of(root, member)) shares.push_back(*share);
  }
  return shares;
}

Spoils Adversary::spoils(const ceremony::EpochRecord& root) const {
  Spoils spoils{root.quorum(), shares_of(root), {}};
  for (const Seen& seen : sessions_) {
    if (seen.root == root.root_id()) spoils.sessions.push_back(seen.session);
  }
  return spoils;
}

void Adversary::claim(std::string_view strategy, const ed25519::Point& root, Forgery forgery) {
  if (!ed25519::verifies(root, forgery.message, forgery.signature)) return;
  claims_.push_back({std::string(strategy), root.bytes(), std::move(forgery)});
}

}  // namespace quorate::sim
