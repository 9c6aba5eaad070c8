#include "sim/adversary/rogue_client.h"

#include <algorithm>
#include <array>

#include "crypto/base/invariant.h"
#include "proto/wire/decode.h"
#include "sim/actors/person.h"
#include "sim/adversary/attacks.h"

namespace quorate::sim {
namespace {

std::vector<AttackLine> all_attacks() {
  std::vector<AttackLine> all;
  for (const auto& lines : {signing_attacks(), request_attacks(), leader_attacks()}) {
    all.insert(all.end(), lines.begin(), lines.end());
  }
  return all;
}

}  // namespace

std::vector<Strategy> client_strategies() {
  std::vector<Strategy> all;
  for (const AttackLine& line : all_attacks()) all.push_back(line.strategy);
  return all;
}

RogueClient::RogueClient(World& world, Adversary& adversary, std::string name,
                         std::vector<RosterLine> roster)
    : world_(world),
      adversary_(adversary),
      name_(std::move(name)),
      roster_(std::move(roster)),
      identity_(identity_of(world.seed, name_)),
      host_(world.network.add(name_, nullptr)),
      links_(roster_.size()) {}

RogueClient::~RogueClient() = default;

bool RogueClient::attack(std::string_view strategy, const Orders& orders) {
  for (const AttackLine& line : all_attacks()) {
    if (line.strategy.name != strategy) continue;
    world_.trace.say(world_.queue.now(), name_,
                     [&] { return "attacks: " + std::string(strategy); });
    return line.begin(*this, orders);
  }
  return false;
}

std::optional<std::size_t> RogueClient::place_of(const ed25519::Point& identity) const {
  for (std::size_t i = 0; i < roster_.size(); ++i) {
    if (roster_[i].identity == identity) return i;
  }
  return std::nullopt;
}

void RogueClient::ask(std::size_t node, wire::v1::Ask ask, Answered answered) {
  const std::uint64_t id = next_ask_++;
  ask.set_id(id);
  Result<Bytes> frame = wire::frame(wire::encode(ask));
  if (!frame) return;  // too large, by a mutation
  ++counts_.asks;
  links_[node].questions.emplace(id, std::move(answered));
  send_frame(node, *std::move(frame));
}

void RogueClient::send_frame(std::size_t node, Bytes frame) {
  Link& link = links_[node];
  if (link.is_open) {
    world_.network.send(link.connection, Side::client, frame);
    return;
  }
  link.unsent.push_back(std::move(frame));
  if (link.connection != 0) return;
  link.reader = {};
  link.connection =
      world_.network.connect(host_, roster_[node].host, identity_.public_key(), *this);
}

void RogueClient::opened(ConnectionId connection) {
  for (Link& link : links_) {
    if (link.connection != connection) continue;
    link.is_open = true;
    for (const Bytes& frame : std::exchange(link.unsent, {})) {
      world_.network.send(connection, Side::client, frame);
    }
  }
}

void RogueClient::received(ConnectionId connection, ByteView bytes) {
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&](const Link& link) { return link.connection == connection; });
  if (found == links_.end()) return;
  found->reader.feed(bytes);
  while (found->connection == connection) {
    const Result<std::optional<Bytes>> message = found->reader.next();
    if (!message || !*message) return;
    if (const auto decoded = wire::decode_answer(**message)) answer(*found, *decoded);
  }
}

void RogueClient::answer(Link& link, const wire::v1::Answer& message) {
  if (message.has_partial()) {
    ++counts_.partials;
  } else if (message.has_refused()) {
    ++counts_.refusals;
  } else {
    ++counts_.other_answers;
  }
  const auto question = link.questions.find(message.id());
  if (question == link.questions.end()) return;
  const Answered answered = std::move(question->second);
  link.questions.erase(question);
  if (answered) answered(message);
}

void RogueClient::closed(ConnectionId connection, const std::string& /*why*/) {
  for (Link& link : links_) {
    if (link.connection != connection) continue;
    link = {};
    ++counts_.closed;
  }
}

}  // namespace quorate::sim
