// How the strategies of nodes are made: a line for each, with a function that changes one answer.
// For the sources of this room.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>

#include "crypto/dkg/envelope.h"
#include "proto/ceremony/transcript.h"
#include "proto/record/receipt.h"
#include "proto/signing/session.h"
#include "sim/adversary/adversary.h"

namespace quorate::sim {

// One ceremony as a liar goes through it by its own hands.
struct OwnCeremony {
  ceremony::Proposal proposal;
  ceremony::Member self;
  std::vector<dkg::ReceiveKey> receive_keys{};  // of its own hello, one for each dealer
  std::optional<ceremony::Hellos> hellos{};
  std::vector<layout::Signed> hello_messages{};
  std::map<ed25519::Point, layout::Signed> said_hello{};  // by who was told
  std::map<ed25519::Point, layout::Signed> said_deal{};
};

// What a liar remembers.
struct Memory {
  std::optional<ed25519::Scalar> partial{};  // one that was right, for its own session
  std::optional<frost::Commitment> pair{};
  std::map<frost::Identifier, frost::Commitment> others{};  // pairs that sessions showed
  Bytes receipt{};
  std::map<ed25519::Point, unsigned> told{};  // how often each client was answered
  std::map<ceremony::Id, OwnCeremony> ceremonies{};
};

struct Liar {
  World& world;
  Adversary& adversary;
  Stream& stream;
  Memory memory{};
};

// How long the answer is held back; nothing: for ever.
inline constexpr Time in_time = 0;
using Twist = std::optional<Time> (*)(Liar& liar, NodeHost& node, const node::Asked& ask,
                                      node::Answer& answer);
struct StrategyLine {
  Strategy strategy;
  Twist twist;
};

std::span<const StrategyLine> signing_lines();   // signing.cpp
std::span<const StrategyLine> pair_lines();      // pairs.cpp
std::span<const StrategyLine> ceremony_lines();  // ceremony.cpp
std::span<const StrategyLine> record_lines();    // records.cpp

// --- a member's messages, made by hand: member.cpp

layout::Signed signed_by(const ed25519::SigningKey& key, std::string_view label, Bytes body);

// With fresh receive keys, which it puts into `own`.
layout::Signed hello_by_hand(OwnCeremony& own, const ed25519::SigningKey& key, Entropy& entropy);

// How a deal departs from an honest one.
struct DealPlan {
  int more_coefficients = 0;                     // than t
  std::optional<frost::Identifier> zero_for{};   // who is dealt a share of zero
  std::optional<frost::Identifier> wrong_for{};  // whose share does not fit
  bool has_foreign_proof = false;                // one that was made for another ceremony
};
layout::Signed deal_by_hand(const OwnCeremony& own, const ceremony::Hellos& hellos,
                            const ed25519::SigningKey& key, const DealPlan& plan, Entropy& entropy);

}  // namespace quorate::sim
