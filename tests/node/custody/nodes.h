// Some nodes' custodies, each with a token of its own, and the ceremony that gives them a root.

#pragma once

#include <deque>
#include <vector>

#include "crypto/dkg/receiver.h"
#include "node/custody/custody.h"
#include "tests/node/custody/memory_backend.h"
#include "tests/support/dealer.h"

namespace quorate::testing {

struct Node {
  explicit Node(std::uint16_t number)
      : self(identifier(number)), entropy(number), custody(backend, entropy) {}

  frost::Identifier self;
  SeededEntropy entropy;
  MemoryBackend backend;
  custody::Custody custody;
};

// A ceremony up to the point where each node combines.
struct Ceremony {
  custody::CeremonyId id;
  std::uint16_t threshold;
  std::deque<Node>& nodes;
  std::map<frost::Identifier, custody::ReceiveKeys> hellos;  // by receiver
  std::map<frost::Identifier, custody::Deal> deals;          // by dealer

  Ceremony(const custody::CeremonyId& ceremony, std::uint16_t of_threshold,
           std::deque<Node>& members)
      : id(ceremony), threshold(of_threshold), nodes(members) {
    std::vector<frost::Identifier> dealers;
    for (const Node& node : nodes) dealers.push_back(node.self);
    for (Node& node : nodes) {
      hellos.emplace(node.self, node.custody.receive_keys(id, dealers).value());
    }
    for (Node& node : nodes) {
      custody::DealOrder order{id, node.self, threshold, {}};
      for (const auto& [receiver, keys] : hellos) {
        order.receivers.emplace(receiver, keys.public_keys.at(node.self));
      }
      deals.emplace(node.self, node.custody.frost_deal(order).value());
    }
  }

  custody::CombineOrder order_for(const Node& node) const {
    custody::CombineOrder order{id, frost::Epoch{1}, node.self, hellos.at(node.self).sealed, {}};
    for (const auto& [dealer, deal] : deals) {
      order.deals.emplace(dealer,
                          custody::ReceivedDeal{deal.commitments, deal.envelopes.at(node.self)});
    }
    return order;
  }
};

// `count` nodes that hold a root together.
struct Quorum {
  explicit Quorum(std::uint16_t threshold, std::uint16_t count) : threshold_(threshold) {
    for (std::uint16_t number = 1; number <= count; ++number) nodes.emplace_back(number);
    make_root({0xaa});
  }

  // Another root of the same nodes; the first is shares[0].
  void make_root(const custody::CeremonyId& id) {
    const Ceremony ceremony(id, threshold_, nodes);
    std::vector<custody::Candidate> root;
    for (Node& node : nodes) {
      auto combined = node.custody.frost_combine(ceremony.order_for(node)).value();
      root.push_back(std::get<custody::Candidate>(std::move(combined)));
    }
    candidates.push_back(std::move(root));
  }

  custody::ShareRef share(std::size_t node, std::size_t root = 0) const {
    const custody::Candidate& candidate = candidates.at(root).at(node);
    return {candidate.group_key.bytes(),  frost::Epoch{1}, nodes.at(node).self, candidate.group_key,
            candidate.verification_share, candidate.key,   candidate.sealed};
  }

  frost::Package package(const std::vector<frost::Commitment>& commitments,
                         std::size_t root = 0) const {
    frost::Quorum quorum{frost::Epoch{1}, threshold_, candidates.at(root).front().group_key, {}};
    for (const Node& node : nodes) quorum.members.push_back(node.self);
    return frost::Package::make(quorum, Bytes{'m'}, commitments).value();
  }

  std::deque<Node> nodes;
  std::vector<std::vector<custody::Candidate>> candidates;  // by root, then node

 private:
  std::uint16_t threshold_;
};

inline constexpr custody::PeerKey gateway = {0x11};
inline constexpr custody::Clocks noon{1'000'000, 0};

}  // namespace quorate::testing
