// Commitments fetched ahead, so that a signature is one round trip. For clients that live longer
// than one request; a command has none, and asks.
//
//   cache.put(now, root, epoch, node, fresh)       what an ask for commitments brought
//   Start{cache.take(now, record)}                 one pair of each member, gone from the cache
//   cache.give_back(record, coordinator.leftovers())   after the end: what no session used
//
// In memory only. A pair leaves with take() and comes back only if it was in no session, so none
// serves twice; a node would refuse the second use, but a client should not have to be told.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "client/coordinator/pair.h"
#include "crypto/ed25519/point.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::coordinator {

// Nodes keep theirs for ten minutes.
inline constexpr std::uint64_t pair_life_ms = std::uint64_t{8} * 60 * 1000;
inline constexpr std::size_t pairs_per_node = 64;  // the most a node answers with

class CommitmentCache {
 public:
  using RootId = ByteArray<32>;

  // Pairs of the newest epoch and boot replace older ones; what came already is passed over.
  void put(std::uint64_t now_ms, const RootId& root, std::uint64_t epoch,
           const ed25519::Point& node, const Fresh& fresh);

  // The oldest pair that is still good, of every member that has one.
  std::map<frost::Identifier, Pair> take(std::uint64_t now_ms, const ceremony::EpochRecord& record);

  void give_back(const ceremony::EpochRecord& record, const std::vector<Leftover>& leftovers);

  // How many good pairs of this node are left: top up below half of what you keep.
  std::size_t count(std::uint64_t now_ms, const RootId& root, const ed25519::Point& node);

 private:
  struct Shelf {
    std::uint64_t epoch = 0;
    Boot boot{};
    std::uint64_t newest_ms = 0;                   // when its last pair came
    std::deque<Pair> pairs;                        // oldest first
    std::map<ed25519::Point, std::uint64_t> seen;  // hiding commitments, and when they came
  };
  using Key = std::pair<RootId, ed25519::Point>;

  // The node's shelf for pairs of this epoch and boot, emptied where they are newer than what it
  // holds; nullptr where they are older.
  Shelf* shelf(const Key& key, std::uint64_t epoch, const Boot& boot, std::uint64_t received_ms);
  static void drop_old(std::uint64_t now_ms, Shelf& shelf);

  std::map<Key, Shelf> shelves_;
};

}  // namespace quorate::coordinator
