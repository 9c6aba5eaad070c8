// Attacks on sessions and nonces.

#include <algorithm>
#include <array>
#include <memory>

#include "client/driver/answer.h"
#include "proto/signing/session.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"
#include "sim/adversary/attacks.h"
#include "sim/oracle/ros.h"

namespace quorate::sim {

using ceremony::EpochRecord;
using frost::Identifier;

void gather(RogueClient& client, const EpochRecord& root, std::uint32_t count,
            std::function<void(const Pairs&)> then) {
  struct State {
    Pairs pairs;
    std::size_t open = 0;
    std::function<void(const Pairs&)> then;
    void go_on() {
      if (const auto next = std::exchange(then, nullptr)) next(pairs);
    }
  };
  const auto state = std::make_shared<State>();
  state->then = std::move(then);
  wire::v1::Ask ask = driver::commit_ask(root);
  ask.mutable_commit()->set_count(count);
  for (const ceremony::Member& member : root.members.members) {
    if (client.place_of(member.identity)) ++state->open;
  }
  for (const ceremony::Member& member : root.members.members) {
    const auto place = client.place_of(member.identity);
    if (!place) continue;
    client.ask(*place, ask, [state, who = member.index](const wire::v1::Answer& answer) {
      if (answer.has_commitments()) {
        const auto& pairs = answer.commitments().pairs();
        state->pairs[who].assign(pairs.begin(), pairs.end());
      }
      if (--state->open == 0) state->go_on();
    });
  }
  client.world().queue.in(2 * second, [state] { state->go_on(); });
}

List list_with(const EpochRecord& root, const Pairs& pairs, Identifier first, std::size_t index) {
  std::vector<Identifier> chosen = {first};
  for (const auto& [who, theirs] : pairs) {
    if (chosen.size() < root.members.threshold && who != first && index < theirs.size()) {
      chosen.push_back(who);
    }
  }
  const auto own = pairs.find(first);
  if (own == pairs.end() || index >= own->second.size() || chosen.size() < root.members.threshold) {
    return {};
  }
  std::sort(chosen.begin(), chosen.end());
  List list;
  for (const Identifier who : chosen) list.push_back(pairs.at(who)[index]);
  return list;
}

wire::v1::Ask sign_ask(const EpochRecord& root, ByteView request, const List& list) {
  wire::v1::Ask ask;
  wire::v1::SignRequest& sign = *ask.mutable_sign();
  sign.set_request(wire::field(request));
  sign.set_root(wire::field(root.root_id()));
  sign.set_epoch(root.members.epoch);
  for (const wire::v1::Commitment& commitment : list) *sign.add_commitments() = commitment;
  return ask;
}

namespace {

std::optional<frost::Package> package_of(const EpochRecord& root, const Bytes& message,
                                         const List& list) {
  std::vector<frost::Commitment> commitments;
  for (const wire::v1::Commitment& one : list) {
    Result<frost::Commitment> decoded = wire::decode(one);
    if (!decoded) return std::nullopt;
    commitments.push_back(*decoded);
  }
  auto package = frost::Package::make(root.quorum(), message, std::move(commitments));
  if (!package) return std::nullopt;
  return *std::move(package);
}

std::optional<frost::Partial> partial_in(const wire::v1::Answer& answer) {
  if (!answer.has_partial()) return std::nullopt;
  const auto body = signing::decode_partial(wire::view(answer.partial().partial().body()));
  if (!body) return std::nullopt;
  return body->partial;
}

}  // namespace

void sign(RogueClient& client, const EpochRecord& root, Identifier member, const Request& request,
          const List& list) {
  const ceremony::Member* found = root.members.find(member);
  const auto place = found == nullptr ? std::nullopt : client.place_of(found->identity);
  if (!place) return;
  client.ask(*place, sign_ask(root, request.bytes, list),
             [&client, root, message = request.to_be_signed, list](const wire::v1::Answer& answer) {
               const auto partial = partial_in(answer);
               const auto package = package_of(root, message, list);
               if (partial && package) client.adversary().saw(root.root_id(), *package, *partial);
             });
}

namespace {

// --- rogue-subset

wire::v1::Commitment numbered(wire::v1::Commitment commitment, std::uint32_t number) {
  commitment.set_participant(number);
  return commitment;
}

// The list in every way in which none may be. `at`: where the asked member stands.
constexpr std::size_t kinds_of_broken_lists = 9;

std::vector<List> broken_lists(const List& list, std::size_t at, std::uint32_t members) {
  const std::size_t other = at == 0 ? 1 : 0;
  std::vector<List> broken(kinds_of_broken_lists, list);
  broken[0].push_back(list[at]);  // itself twice, one too many
  broken[1][other] = list[at];    // itself twice
  broken[2].erase(broken[2].begin() + static_cast<std::ptrdiff_t>(other));  // t-1
  broken[3][other] = numbered(list[other], members + 1);                    // not a member
  broken[4][other] = numbered(list[other], 0);  // the place of the secret itself
  broken[5][other] = numbered(list[other], 0x10000U + list[other].participant());
  broken[6][other] = numbered(list[other], 0xffffffffU);
  std::swap(broken[7][at], broken[7][other]);      // not ascending
  broken[8][other].set_hiding(list[at].hiding());  // its own commitment for another
  for (const std::size_t k : {3U, 4U}) {
    std::sort(broken[k].begin(), broken[k].end(),
              [](const auto& a, const auto& b) { return a.participant() < b.participant(); });
  }
  return broken;
}

bool rogue_subset(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  gather(client, orders.approved.front().root, kinds_of_broken_lists,
         [&client, orders](const Pairs& pairs) {
           const Request& request = orders.approved.front();
           const auto members = static_cast<std::uint32_t>(request.root.members.members.size());
           for (const auto& [who, theirs] : pairs) {
             for (std::size_t k = 0; k < kinds_of_broken_lists; ++k) {
               const List list = list_with(request.root, pairs, who, k);  // a fresh pair for each
               if (list.empty()) continue;
               std::size_t at = 0;
               while (at + 1 < list.size() && list[at].participant() != who.number()) ++at;
               sign(client, request.root, who, request, broken_lists(list, at, members)[k]);
             }
           }
         });
  return true;
}

// --- two-messages-one-nonce

bool two_messages(RogueClient& client, const Orders& orders) {
  if (orders.approved.size() < 2) return false;
  const Request& one = orders.approved[0];
  const auto other = std::find_if(orders.approved.begin() + 1, orders.approved.end(),
                                  [&](const Request& request) { return request.root == one.root; });
  if (other == orders.approved.end()) return false;
  gather(client, one.root, 3, [&client, one, two = *other](const Pairs& pairs) {
    for (const auto& [who, theirs] : pairs) {
      const List list = list_with(one.root, pairs, who, 0);
      if (list.empty()) continue;
      List changed = list;  // the same pair of this member, in another session
      for (wire::v1::Commitment& commitment : changed) {
        if (commitment.participant() == who.number()) continue;
        const auto others = pairs.find(*Identifier::make(commitment.participant()));
        if (others != pairs.end() && others->second.size() > 1) commitment = others->second[1];
      }
      sign(client, one.root, who, one, list);
      sign(client, one.root, who, two, list);
      sign(client, one.root, who, one, list);
      sign(client, one.root, who, one, changed);
      client.world().queue.in(200 * millisecond, [&client, one, two, who = who, list, changed] {
        sign(client, one.root, who, two, changed);
        sign(client, one.root, who, two, list);
      });
    }
  });
  return true;
}

// --- many-open-sessions

bool many_sessions(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  gather(client, orders.approved.front().root, 64, [&client, orders](const Pairs& pairs) {
    const EpochRecord& root = orders.approved.front().root;
    for (std::size_t k = 0; k < 60; ++k) {
      const Request& request = orders.approved[k % orders.approved.size()];
      if (request.root != root) continue;
      for (const auto& [who, theirs] : pairs) {
        const List list = list_with(root, pairs, who, k);
        if (!list.empty()) sign(client, root, who, request, list);
      }
    }
  });
  return true;
}

// --- ros

struct RosAttack {
  RogueClient& client;
  EpochRecord root;
  std::vector<Request> requests;
  std::vector<StolenShare> stolen;
  std::vector<Identifier> honest;
  std::optional<Ros> plan{};
  std::vector<std::vector<frost::Partial>> partials{};
  std::size_t open = 0;

  void forge() const {
    if (!plan) return;
    if (const auto forgery = plan->forge(partials)) {
      client.adversary().claim("ros", root.group_key(), *forgery);
    }
  }
};

std::vector<OpenSession> open_sessions(const RosAttack& attack, const Pairs& pairs) {
  std::vector<OpenSession> sessions;
  for (std::size_t k = 0; k < Ros::sessions_needed(); ++k) {
    OpenSession session{attack.requests[k % attack.requests.size()].to_be_signed, {}};
    for (const Identifier who : attack.honest) {
      const auto theirs = pairs.find(who);
      if (theirs == pairs.end() || k >= theirs->second.size()) return {};
      const auto commitment = wire::decode(theirs->second[k]);
      if (!commitment) return {};
      session.honest.push_back(*commitment);
    }
    sessions.push_back(std::move(session));
  }
  return sessions;
}

void go_on(const std::shared_ptr<RosAttack>& attack, const Pairs& pairs) {
  Adversary& adversary = attack->client.adversary();
  Bytes target =
      adversary.targets().empty()
          ? Bytes(32, 'x')
          : adversary.targets()[adversary.stream("ros").below(adversary.targets().size())];
  auto plan = Ros::plan(attack->root.quorum(), attack->stolen, open_sessions(*attack, pairs),
                        std::move(target), adversary.entropy());
  if (!plan) return;
  attack->plan = *std::move(plan);
  attack->partials.resize(attack->plan->packages().size());
  for (std::size_t k = 0; k < attack->partials.size(); ++k) {
    const frost::Package& package = attack->plan->packages()[k];
    const wire::v1::Ask ask = driver::sign_ask(
        attack->root, attack->requests[k % attack->requests.size()].bytes, package.commitments());
    for (const Identifier who : attack->honest) {
      const auto place = attack->client.place_of(attack->root.members.find(who)->identity);
      if (!place) continue;
      ++attack->open;
      attack->client.ask(*place, ask, [attack, k](const wire::v1::Answer& answer) {
        if (const auto partial = partial_in(answer)) {
          attack->partials[k].push_back(*partial);
          attack->client.adversary().saw(attack->root.root_id(), attack->plan->packages()[k],
                                         *partial);
        }
        if (--attack->open == 0) attack->forge();
      });
    }
  }
}

bool ros(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  const EpochRecord& root = orders.approved.front().root;
  const auto attack = std::make_shared<RosAttack>(
      RosAttack{client, root, {}, client.adversary().shares_of(root), {}});
  constexpr std::size_t most_pairs = 64;
  if (attack->stolen.empty() || Ros::sessions_needed() > most_pairs) return false;
  while (attack->stolen.size() >= root.members.threshold) attack->stolen.pop_back();
  for (const Request& request : orders.approved) {
    if (request.root == root) attack->requests.push_back(request);
  }
  for (const ceremony::Member& member : root.members.members) {
    const bool is_corrupt = client.adversary().controlled(member.identity) != nullptr;
    const std::size_t wanted = root.members.threshold - attack->stolen.size();
    if (!is_corrupt && attack->honest.size() < wanted) attack->honest.push_back(member.index);
  }
  gather(client, root, most_pairs, [attack](const Pairs& pairs) { go_on(attack, pairs); });
  return true;
}

constexpr std::array attacks_on_sessions = {
    AttackLine{{"rogue-subset", Stage::client,
                "lists signers twice, too few, in the wrong order, at place 0, and strangers"},
               rogue_subset},
    AttackLine{{"two-messages-one-nonce", Stage::client,
                "asks each node to sign two requests with one commitment"},
               two_messages},
    AttackLine{{"many-open-sessions", Stage::client, "opens all sessions at once, and ends none"},
               many_sessions},
    AttackLine{{"ros", Stage::client,
                "commits last in many open sessions, so that their sum signs what nobody approved"},
               ros},
};

}  // namespace

std::span<const AttackLine> signing_attacks() { return attacks_on_sessions; }

}  // namespace quorate::sim
