#include "client/coordinator/commitment_cache.h"

#include <algorithm>
#include <iterator>

#include "crypto/base/probe.h"

namespace quorate::coordinator {

void CommitmentCache::put(std::uint64_t now_ms, const RootId& root, std::uint64_t epoch,
                          const ed25519::Point& node, const Fresh& fresh) {
  Shelf* found = shelf({root, node}, epoch, fresh.boot, now_ms);
  if (found == nullptr) return;
  drop_old(now_ms, *found);
  for (const frost::Commitment& commitment : fresh.pairs) {
    if (!found->seen.emplace(commitment.hiding, now_ms).second) continue;
    // A node keeps as many, and makes room by forgetting its oldest: so do we, or before long we
    // hold none but those that it forgot.
    if (found->pairs.size() == pairs_per_node) found->pairs.pop_front();
    found->pairs.push_back({commitment, fresh.boot, now_ms});
  }
}

std::map<frost::Identifier, Pair> CommitmentCache::take(std::uint64_t now_ms,
                                                        const ceremony::EpochRecord& record) {
  std::map<frost::Identifier, Pair> taken;
  for (const ceremony::Member& member : record.members.members) {
    const auto found = shelves_.find({record.root_id(), member.identity});
    if (found == shelves_.end() || found->second.epoch != record.members.epoch) continue;
    drop_old(now_ms, found->second);
    std::deque<Pair>& pairs = found->second.pairs;
    if (QUORATE_SOMETIMES("cache: dropped")) pairs.clear();
    // A pair that names another member than the node that sent it is of no use to anybody.
    while (!pairs.empty() && !taken.contains(member.index)) {
      if (pairs.front().commitment.signer == member.index) {
        taken.emplace(member.index, pairs.front());
      }
      pairs.pop_front();
    }
  }
  return taken;
}

void CommitmentCache::give_back(const ceremony::EpochRecord& record,
                                const std::vector<Leftover>& leftovers) {
  for (const Leftover& leftover : leftovers) {
    const ceremony::Member* member = record.members.find(leftover.node);
    if (member == nullptr) continue;
    Shelf* found = shelf({record.root_id(), member->identity}, record.members.epoch,
                         leftover.pair.boot, leftover.pair.received_ms);
    if (found == nullptr) continue;
    found->seen.emplace(leftover.pair.commitment.hiding, leftover.pair.received_ms);
    const auto place = std::lower_bound(
        found->pairs.begin(), found->pairs.end(), leftover.pair,
        [](const Pair& one, const Pair& other) { return one.received_ms < other.received_ms; });
    found->pairs.insert(place, leftover.pair);
    if (found->pairs.size() > pairs_per_node) found->pairs.pop_front();
  }
}

std::size_t CommitmentCache::count(std::uint64_t now_ms, const RootId& root,
                                   const ed25519::Point& node) {
  const auto found = shelves_.find({root, node});
  if (found == shelves_.end()) return 0;
  drop_old(now_ms, found->second);
  return found->second.pairs.size();
}

CommitmentCache::Shelf* CommitmentCache::shelf(const Key& key, std::uint64_t epoch,
                                               const Boot& boot, std::uint64_t received_ms) {
  Shelf& found = shelves_[key];
  if (epoch < found.epoch) return nullptr;
  if (epoch > found.epoch || boot != found.boot) {
    // An answer that was under way while the node started anew must not bring the old boot back.
    if (epoch == found.epoch && received_ms < found.newest_ms) return nullptr;
    found = Shelf{epoch, boot, received_ms, {}, {}};
  }
  found.newest_ms = std::max(found.newest_ms, received_ms);
  return &found;
}

void CommitmentCache::drop_old(std::uint64_t now_ms, Shelf& shelf) {
  while (!shelf.pairs.empty() && now_ms - shelf.pairs.front().received_ms > pair_life_ms) {
    shelf.pairs.pop_front();
  }
  // The node itself has dropped them by then, so a repeat would be refused anyway.
  for (auto it = shelf.seen.begin(); it != shelf.seen.end();) {
    it = now_ms - it->second > 2 * pair_life_ms ? shelf.seen.erase(it) : std::next(it);
  }
}

}  // namespace quorate::coordinator
