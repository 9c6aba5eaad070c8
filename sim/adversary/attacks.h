// How the strategies of clients are made. For the sources of this room.

#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "sim/adversary/rogue_client.h"

namespace quorate::sim {

struct AttackLine {
  Strategy strategy;
  // False where the orders lack what the attack is made of.
  bool (*begin)(RogueClient& client, const Orders& orders);
};

std::span<const AttackLine> signing_attacks();  // signing_attacks.cpp: sessions and nonces
std::span<const AttackLine> request_attacks();  // request_attacks.cpp: what is asked for
std::span<const AttackLine> leader_attacks();   // leader_attacks.cpp

// Of each member that answered, in wire form: a rogue keeps no rule.
using Pairs = std::map<frost::Identifier, std::vector<wire::v1::Commitment>>;
using List = std::vector<wire::v1::Commitment>;

// Asks every member for pairs; goes on when all have answered, or after two seconds.
void gather(RogueClient& client, const ceremony::EpochRecord& root, std::uint32_t count,
            std::function<void(const Pairs&)> then);

// A list of exactly t with `first` in it, each with its pair number `index`; empty where too few
// have one.
List list_with(const ceremony::EpochRecord& root, const Pairs& pairs, frost::Identifier first,
               std::size_t index);

wire::v1::Ask sign_ask(const ceremony::EpochRecord& root, ByteView request, const List& list);

// Asks one member, and keeps the partial signature that may come.
void sign(RogueClient& client, const ceremony::EpochRecord& root, frost::Identifier member,
          const Request& request, const List& list);

}  // namespace quorate::sim
