// The one mind behind everything that is corrupt in a run: what it controls, what all of that saw,
// and what it made of it. Up to t-1 nodes of a root, and any clients.
//
//   Adversary adversary(seed);
//   adversary.take_over(node);
//   const auto behaviour = make_behaviour("wrong-partial-random", world, adversary);   liar.h
//   node.set_behaviour(behaviour.get());
//   ...
//   adversary.spoils(record), adversary.claims()                                       for the
//   oracle
//
// The cores under nodes that it controls are real, and their shares stay in custody. It knows them
// nevertheless where the group shows them (in the transparent one), since its own operator would.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/ceremony/epoch_record.h"
#include "proto/wire/quorate.pb.h"
#include "sim/actors/node_host.h"
#include "sim/oracle/collusion.h"
#include "sim/world/stream.h"

namespace quorate::sim {

// What a strategy attacks: an answer of a node, a ceremony, the records that answers show; or, for
// clients, what is asked.
enum class Stage { signing, ceremony, records, client, leader };
std::string_view name(Stage stage);

// How a strategy is called, and what it does, in a line.
struct Strategy {
  std::string_view name;
  Stage stage;
  std::string_view what;
};

// All of them, in the order of the headers: nodes', clients', leaders'.
std::vector<Strategy> strategies();
std::optional<Strategy> strategy_named(std::string_view name);

class Adversary {
 public:
  explicit Adversary(Seed seed) : seed_(seed), entropy_(seed, "adversary") {}

  // --- what it controls
  void take_over(NodeHost& node) { nodes_.push_back(&node); }
  const std::vector<NodeHost*>& nodes() const { return nodes_; }
  NodeHost* controlled(const ed25519::Point& identity) const;

  Entropy& entropy() { return entropy_; }
  // One stream a strategy, whatever others draw.
  Stream& stream(std::string_view strategy);

  // --- what it wants: bytes that no honest node approves, for roots that it has members of
  void want(Bytes to_be_signed) { targets_.push_back(std::move(to_be_signed)); }
  const std::vector<Bytes>& targets() const { return targets_; }

  // --- what it saw; old things are forgotten
  void saw(const ByteArray<32>& root, const frost::Package& package, const frost::Partial& partial);
  void saw(const node::CeremonyAsk& ask);
  const std::vector<wire::v1::Ask>& ceremony_asks() const { return ceremony_asks_; }

  // The share of a member that it controls; nothing in the real group, and for other members.
  std::optional<StolenShare> share_of(const ceremony::EpochRecord& root,
                                      const ceremony::Member& member) const;
  std::vector<StolenShare> shares_of(const ceremony::EpochRecord& root) const;
  // All that it holds of one root, for collude_and_forge().
  Spoils spoils(const ceremony::EpochRecord& root) const;

  // --- what it made: signatures that verify, by roots that some node has active. Where none of the
  // honest ones approved the bytes, promise P1 is broken.
  struct Claim {
    std::string strategy;
    ByteArray<32> root;
    Forgery forgery;
  };
  // Keeps what verifies.
  void claim(std::string_view strategy, const ed25519::Point& root, Forgery forgery);
  const std::vector<Claim>& claims() const { return claims_; }

 private:
  struct Seen {
    ByteArray<32> root;
    Session session;
  };
  Seed seed_;
  StreamEntropy entropy_;
  std::map<std::string, Stream, std::less<>> streams_;
  std::vector<NodeHost*> nodes_;
  std::vector<Bytes> targets_;
  std::vector<Seen> sessions_;
  std::vector<wire::v1::Ask> ceremony_asks_;
  std::vector<Claim> claims_;
};

}  // namespace quorate::sim
