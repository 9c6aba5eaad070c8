// Attacks with requests, and with messages as such.

#include <algorithm>
#include <array>

#include "client/driver/answer.h"
#include "proto/layout/writer.h"
#include "proto/request/request.h"
#include "proto/wire/decode.h"
#include "sim/adversary/attacks.h"
#include "sim/adversary/mutator.h"

namespace quorate::sim {
namespace {

// Asks every member to sign these bytes as a request, each with a good list.
void ask_all(RogueClient& client, const ceremony::EpochRecord& root, std::vector<Bytes> requests) {
  const auto count = static_cast<std::uint32_t>(std::clamp<std::size_t>(requests.size(), 1, 64));
  gather(client, root, count, [&client, root, requests = std::move(requests)](const Pairs& pairs) {
    for (std::size_t k = 0; k < requests.size(); ++k) {
      for (const ceremony::Member& member : root.members.members) {
        const List list = list_with(root, pairs, member.index, k % 64);
        const auto place = client.place_of(member.identity);
        if (!list.empty() && place) client.ask(*place, sign_ask(root, requests[k], list));
      }
    }
  });
}

std::optional<request::Request> opened(const Request& request) {
  auto decoded = request::decode(request.bytes);
  if (!decoded) return std::nullopt;
  return *std::move(decoded);
}

// request::encode() writes no request that is not in its one form.
Bytes written(const request::Request& request) {
  layout::Writer writer;
  writer.u8(1).blob(request.statement).count(request.evidence.size());
  for (const request::Evidence& evidence : request.evidence) {
    writer.u8(evidence.type).blob(evidence.data);
  }
  return std::move(writer).bytes();
}

// --- mix-roots: what was approved for one root, to members of another, in every mixture

bool mix_roots(RogueClient& client, const Orders& orders) {
  for (const Request& one : orders.approved) {
    const auto other =
        std::find_if(orders.approved.begin(), orders.approved.end(),
                     [&](const Request& request) { return request.root != one.root; });
    if (other == orders.approved.end()) continue;
    ask_all(client, other->root, {one.bytes});
    ask_all(client, one.root, {other->bytes});
    // Pairs of the one root in a session of the other.
    gather(client, one.root, 1, [&client, one, two = *other](const Pairs& pairs) {
      for (const auto& [who, theirs] : pairs) {
        const List list = list_with(one.root, pairs, who, 0);
        if (!list.empty()) sign(client, two.root, who, two, list);
      }
    });
    return true;
  }
  return false;
}

// --- theatre: bytes that look like a statement of one thing, and mean another

bool theatre(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  const Request& real = orders.approved.front();
  const auto request = opened(real);
  if (!request) return false;
  std::vector<Bytes> shows;
  for (const Bytes& statement : {real.to_be_signed, Bytes(32, 0x5a)}) {
    request::Request show = *request;
    show.statement = statement;
    shows.push_back(written(show));
  }
  for (std::uint8_t kind = 0; kind <= 8; ++kind) {
    request::Request show = *request;
    if (show.statement.size() < 2 || show.statement[1] == kind) continue;
    show.statement[1] = kind;
    shows.push_back(written(show));
  }
  ask_all(client, real.root, std::move(shows));
  return true;
}

// --- same-id-other-bytes: the id names the statement; what is around it varies

bool same_id(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  const Request& real = orders.approved.front();
  const auto request = opened(real);
  if (!request || request->evidence.empty()) return false;
  request::Request twice = *request;
  twice.evidence.push_back(twice.evidence.front());
  request::Request turned = *request;
  std::reverse(turned.evidence.begin(), turned.evidence.end());
  request::Request bare = *request;
  bare.evidence.clear();
  Bytes longer = real.bytes;
  longer.push_back(0);
  ask_all(
      client, real.root,
      {real.bytes, written(twice), written(turned), written(bare), longer, real.bytes, real.bytes});
  return true;
}

// --- reuse-approval: evidence of requests that were approved, in those that were not

struct Reuse {
  std::size_t alike;  // leading bits of the two requests' ids
  ceremony::EpochRecord root;
  Bytes request;
};

std::size_t alike(const Request& one, const Request& other) {
  const auto a = statement::request_id(one.statement);
  const auto b = statement::request_id(other.statement);
  std::size_t bits = 0;
  while (bits < 8 * a.size() && ((a[bits / 8] ^ b[bits / 8]) >> (7 - bits % 8) & 1) == 0) ++bits;
  return bits;
}

void add_reuses(const Request& wanted, const Request& approved, std::vector<Reuse>& found) {
  auto forged = opened(wanted);
  const auto source = opened(approved);
  if (!forged || !source) return;
  bool has_more = false;
  for (const request::Evidence& evidence : source->evidence) {
    if (evidence.type != request::approval) continue;
    has_more = request::add(*forged, evidence).has_value() || has_more;
  }
  if (has_more) found.push_back({alike(wanted, approved), wanted.root, request::encode(*forged)});
}

// First those whose ids are most alike: who compares less than all of an id is taken in by them.
bool reuse_approval(RogueClient& client, const Orders& orders) {
  std::vector<Reuse> found;
  if (orders.insider && !orders.approved.empty()) {
    add_reuses(orders.insider(orders.approved.back()), orders.approved.back(), found);
  }
  for (const Request& wanted : orders.unapproved) {
    for (const Request& approved : orders.approved) add_reuses(wanted, approved, found);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Reuse& a, const Reuse& b) { return a.alike > b.alike; });
  std::map<ByteArray<32>, std::pair<ceremony::EpochRecord, std::vector<Bytes>>> by_root;
  for (Reuse& reuse : found) {
    auto& [root, requests] =
        by_root.try_emplace(reuse.root.root_id(), reuse.root, std::vector<Bytes>()).first->second;
    if (requests.size() < 24) requests.push_back(std::move(reuse.request));
  }
  for (auto& [id, asked] : by_root) ask_all(client, asked.first, std::move(asked.second));
  return !by_root.empty();
}

// --- approve-after-change: the evidence of a request, on a statement that is not quite the same

bool after_change(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) return false;
  Stream& stream = client.adversary().stream("approve-after-change");
  const Request& real = orders.approved[stream.below(orders.approved.size())];
  const auto request = opened(real);
  if (!request) return false;
  std::vector<Bytes> changed;
  for (int i = 0; i < 24; ++i) {
    request::Request one = *request;
    one.statement[stream.below(one.statement.size())] ^=
        static_cast<std::uint8_t>(1U << stream.below(8));
    changed.push_back(written(one));
  }
  ask_all(client, real.root, std::move(changed));
  return true;
}

// --- unapproved: what nobody may have, asked for straight

bool unapproved(RogueClient& client, const Orders& orders) {
  for (const Request& request : orders.unapproved) {
    ask_all(client, request.root, {request.bytes});
  }
  return !orders.unapproved.empty();
}

// --- flood

bool flood(RogueClient& client, const Orders& orders) {
  constexpr std::size_t waves = 40;
  constexpr std::size_t in_a_wave = 12;
  for (std::size_t wave = 0; wave < waves; ++wave) {
    client.world().queue.in(wave * 25 * millisecond, [&client, orders, wave] {
      for (std::size_t node = 0; node < client.roster().size(); ++node) {
        for (std::size_t k = 0; k < in_a_wave; ++k) {
          wire::v1::Ask ask;
          if (k % 3 == 0 || orders.approved.empty()) {
            ask.mutable_describe();
          } else if (k % 3 == 1) {
            const Request& request = orders.approved[(wave + k) % orders.approved.size()];
            ask = driver::commit_ask(request.root);
            ask.mutable_commit()->set_count(64);
          } else {
            const Request& request = orders.approved[(wave + k) % orders.approved.size()];
            ask = sign_ask(request.root, request.bytes, {});
          }
          client.ask(node, std::move(ask));
        }
      }
    });
  }
  return true;
}

// --- mutate: any real message, changed along the schema

std::vector<wire::v1::Ask> real_asks(const RogueClient& client, const Orders& orders,
                                     const Pairs& pairs, Adversary& adversary) {
  std::vector<wire::v1::Ask> asks = adversary.ceremony_asks();
  for (const Request& request : orders.approved) {
    asks.push_back(driver::commit_ask(request.root));
    for (const auto& [who, theirs] : pairs) {
      const List list = list_with(request.root, pairs, who, 0);
      if (!list.empty()) asks.push_back(sign_ask(request.root, request.bytes, list));
    }
  }
  wire::v1::Ask history;
  history.mutable_history()->set_count(client.roster().size());
  asks.push_back(history);
  wire::v1::Ask publish;
  publish.mutable_publish()->set_type("application/vnd.quorate.bundle.v1+json");
  publish.mutable_publish()->set_payload("{}");
  publish.mutable_publish()->add_signatures(std::string(64, 's'));
  asks.push_back(publish);
  wire::v1::Ask cosign;
  cosign.mutable_cosign()->set_checkpoint("sim/node1\n1\nAAAA\n\n");
  asks.push_back(cosign);
  return asks;
}

void send_mutants(RogueClient& client, const Orders& orders, const Pairs& pairs) {
  Adversary& adversary = client.adversary();
  Stream& stream = adversary.stream("mutate");
  const std::vector<wire::v1::Ask> asks = real_asks(client, orders, pairs, adversary);
  for (int i = 0; i < 120; ++i) {
    wire::v1::Ask ask = asks[stream.below(asks.size())];
    const wire::v1::Ask& donor = asks[stream.below(asks.size())];
    for (std::uint64_t changes = 1 + stream.below(3); changes != 0; --changes) {
      (void)mutate(ask, donor, stream);
    }
    const std::size_t node = stream.below(client.roster().size());
    const bool is_raw = stream.chance(percent(10));
    const std::uint64_t at = stream.next();
    // Apart from each other: a node ends a connection that brings what is no message.
    client.world().queue.in(static_cast<Time>(i) * 40 * millisecond,
                            [&client, ask, node, is_raw, at]() mutable {
                              if (!is_raw) {
                                client.ask(node, std::move(ask));
                                return;
                              }
                              ask.set_id(at | 1U);
                              auto frame = wire::frame(wire::encode(ask));
                              if (!frame) return;
                              (*frame)[at % frame->size()] ^= 0x10U;
                              client.send_frame(node, *std::move(frame));
                            });
  }
}

bool mutants(RogueClient& client, const Orders& orders) {
  if (orders.approved.empty()) {
    send_mutants(client, orders, {});
    return true;
  }
  gather(client, orders.approved.front().root, 8,
         [&client, orders](const Pairs& pairs) { send_mutants(client, orders, pairs); });
  return true;
}

constexpr std::array attacks_by_requests = {
    AttackLine{{"mix-roots", Stage::client, "requests and commitments of one root for another"},
               mix_roots},
    AttackLine{{"theatre", Stage::client, "a digest, or another kind, dressed as a statement"},
               theatre},
    AttackLine{{"same-id-other-bytes", Stage::client,
                "one request id again and again, with other bytes around it"},
               same_id},
    AttackLine{{"reuse-approval", Stage::client, "approvals of one request in another"},
               reuse_approval},
    AttackLine{{"approve-after-change", Stage::client,
                "the evidence of a request on a statement that was changed"},
               after_change},
    AttackLine{{"unapproved", Stage::client, "asks for what nobody may have"}, unapproved},
    AttackLine{{"flood", Stage::client, "asks for more than anybody needs"}, flood},
    AttackLine{{"mutate", Stage::client, "real messages, changed field by field"}, mutants},
};

}  // namespace

std::span<const AttackLine> request_attacks() { return attacks_by_requests; }

}  // namespace quorate::sim
