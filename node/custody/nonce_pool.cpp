#include "node/custody/nonce_pool.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::custody {

using frost::Commitment;
using frost::NoncePair;

// The slab's end is the end of a page, so that an overrun meets the guard page; with slots of one
// size all the way, the slots are then aligned as well.
static_assert(sizeof(NoncePair) % alignof(NoncePair) == 0);

NoncePool::NoncePool(const NonceLimits& limits, Entropy& entropy)
    : limits_(limits), entropy_(entropy), slab_(limits.whole_pool * sizeof(NoncePair)) {
  QUORATE_INVARIANT(limits.per_peer > 0 && limits.per_peer <= limits.whole_pool);
  QUORATE_INVARIANT(
      reinterpret_cast<std::uintptr_t>(slab_.writable().data()) % alignof(NoncePair) == 0);
  free_slots_.reserve(limits.whole_pool);
  for (std::size_t slot = limits.whole_pool; slot-- > 0;) free_slots_.push_back(slot);
  entropy_.fill(boot_id_);
}

NoncePool::~NoncePool() {
  drop_where([](const Entry&) { return true; });
}

void NoncePool::watch(const Clocks& clocks) {
  if (!wall_minus_boot_ms_) wall_minus_boot_ms_ = clocks.wall_minus_boot_ms;
  if (std::abs(clocks.wall_minus_boot_ms - *wall_minus_boot_ms_) > limits_.clock_jump_ms) {
    QUORATE_REACHED("pool: clock jumped");
    drop_all();
    wall_minus_boot_ms_ = clocks.wall_minus_boot_ms;
  }
  drop_where([&](const Entry& entry) {
    if (QUORATE_PLANTED(B01) && entry.answered_ms &&
        clocks.monotonic_ms - *entry.answered_ms >= 1000) {
      return true;
    }
    return clocks.monotonic_ms - entry.made_ms >= limits_.lifetime_ms;
  });
}

std::size_t NoncePool::held(const NonceOwner& owner) const {
  const auto own = by_owner_.find(owner);
  return own == by_owner_.end() ? 0 : own->second.size();
}

std::size_t NoncePool::evictable(const NonceOwner& owner, const Clocks& clocks) const {
  const auto own = by_owner_.find(owner);
  if (own == by_owner_.end()) return 0;
  const auto is_old = [&](const Hiding& hiding) {
    return clocks.monotonic_ms - by_hiding_.at(hiding).made_ms >= limits_.youth_ms;
  };
  return static_cast<std::size_t>(std::count_if(own->second.begin(), own->second.end(), is_old));
}

Result<std::size_t> NoncePool::room(const NonceOwner& owner, std::size_t wanted,
                                    const Clocks& clocks) {
  watch(clocks);
  const std::size_t old = evictable(owner, clocks);
  const std::size_t most =
      std::min({wanted, limits_.per_peer - held(owner) + old, free_slots_.size() + old});
  if (most == 0) {
    QUORATE_REACHED("pool: full");
    return fail(Code::busy, held(owner) == 0 ? "this node holds as many unused nonces as it may"
                                             : "this peer holds enough fresh nonces");
  }
  return most;
}

Result<std::vector<Commitment>> NoncePool::fill(const NonceOwner& owner, std::size_t wanted,
                                                const Clocks& clocks, const Make& make) {
  QUORATE_TRY(const std::size_t most, room(owner, wanted, clocks));
  if (evictable(owner, clocks) > 0 && QUORATE_SOMETIMES("pool: evicts early")) {
    erase(Hiding(by_owner_.at(owner).front()));
  }
  while (limits_.per_peer - held(owner) < most || free_slots_.size() < most) {
    QUORATE_REACHED("pool: pair evicted");
    erase(Hiding(by_owner_.at(owner).front()));
  }

  std::vector<Commitment> made;
  made.reserve(most);
  while (made.size() < most) {
    const std::size_t slot = free_slots_.back();
    // Made in its place: what generate() returns is never anywhere else.
    const NoncePair* pair = new (place_of(slot)) NoncePair(make());
    const Hiding& hiding = pair->commitment().hiding.bytes();
    // Two equal ones mean a generator that repeats itself, and that would cost the key.
    QUORATE_INVARIANT(by_hiding_.emplace(hiding, Entry{slot, owner, clocks.monotonic_ms}).second);
    free_slots_.pop_back();
    by_owner_[owner].push_back(hiding);
    made.push_back(pair->commitment());
  }
  return made;
}

Result<const NoncePool::Entry*> NoncePool::find(const NonceOwner& owner,
                                                const Commitment& commitment,
                                                const Clocks& clocks) {
  watch(clocks);
  const auto found = by_hiding_.find(commitment.hiding.bytes());
  // Another peer's pair is treated like one that never was: it is none of this peer's business.
  if (found == by_hiding_.end() || found->second.owner != owner) {
    return fail(Code::nonce_spent, "this nonce was used, has expired, or was never given out");
  }
  if (pair_in(found->second.slot).commitment() != commitment) {
    return fail(Code::commitment_mismatch, "the nonce has another binding commitment or signer");
  }
  return &found->second;
}

Status NoncePool::check(const NonceOwner& owner, const Commitment& commitment,
                        const Clocks& clocks) {
  QUORATE_CHECK(find(owner, commitment, clocks));
  return Done{};
}

Result<NoncePair> NoncePool::take(const NonceOwner& owner, const Commitment& commitment,
                                  const Clocks& clocks) {
  QUORATE_TRY(const Entry* const entry, find(owner, commitment, clocks));
#if QUORATE_PLANT
  if (QUORATE_PLANTED(B01)) return take_a_copy(commitment, clocks);
#endif
  Result<NoncePair> pair(std::move(pair_in(entry->slot)));
  erase(commitment.hiding.bytes());
  return pair;
}

#if QUORATE_PLANT
// Planted B01: the pair goes when its answer has been on its way for a while.
NoncePair NoncePool::take_a_copy(const Commitment& commitment, const Clocks& clocks) {
  Entry& entry = by_hiding_.at(commitment.hiding.bytes());
  if (!entry.answered_ms) entry.answered_ms = clocks.monotonic_ms;
  std::uint8_t* place = place_of(entry.slot);
  Bytes bytes(place, place + sizeof(NoncePair));
  NoncePair pair(std::move(pair_in(entry.slot)));
  std::copy(bytes.begin(), bytes.end(), place);
  sodium_memzero(bytes.data(), bytes.size());
  return pair;
}

Bytes NoncePool::image() {
  layout::Writer out;
  out.raw(boot_id_).u64(by_hiding_.size());
  for (const auto& [hiding, entry] : by_hiding_) {
    const NonceOwner& owner = entry.owner;
    out.raw(owner.root).u64(static_cast<std::uint64_t>(owner.epoch)).raw(owner.peer);
    out.u64(static_cast<std::uint64_t>(entry.made_ms));
    out.raw(ByteView(place_of(entry.slot), sizeof(NoncePair)));
  }
  return std::move(out).bytes();
}

void NoncePool::restore(ByteView image) {
  drop_all();
  layout::Reader in(image);
  boot_id_ = in.array<16>("boot id").value();
  for (std::uint64_t left = in.u64("pairs").value(); left > 0; --left) {
    NonceOwner owner{};
    owner.root = in.array<32>("root").value();
    owner.epoch = frost::Epoch{in.u64("epoch").value()};
    owner.peer = in.array<32>("peer").value();
    const auto made_ms = static_cast<std::int64_t>(in.u64("time").value());
    const ByteView pair = in.raw(sizeof(NoncePair), "pair").value();
    const std::size_t slot = free_slots_.back();
    free_slots_.pop_back();
    std::copy(pair.begin(), pair.end(), place_of(slot));
    const Hiding hiding = pair_in(slot).commitment().hiding.bytes();
    by_hiding_.emplace(hiding, Entry{slot, owner, made_ms});
    by_owner_[owner].push_back(hiding);
  }
}
#endif

void NoncePool::drop_all() {
  drop_where([](const Entry&) { return true; });
  entropy_.fill(boot_id_);
}

void NoncePool::drop(const RootId& root) {
  drop_where([&](const Entry& entry) { return entry.owner.root == root; });
}

void NoncePool::drop_other_epochs(const RootId& root, frost::Epoch active) {
  drop_where(
      [&](const Entry& entry) { return entry.owner.root == root && entry.owner.epoch != active; });
}

std::uint8_t* NoncePool::place_of(std::size_t slot) {
  return slab_.writable().data() + slot * sizeof(NoncePair);
}

NoncePair& NoncePool::pair_in(std::size_t slot) {
  return *std::launder(reinterpret_cast<NoncePair*>(place_of(slot)));
}

void NoncePool::erase(const Hiding& hiding) {
  const auto found = by_hiding_.find(hiding);
  QUORATE_INVARIANT(found != by_hiding_.end());
  const std::size_t slot = found->second.slot;
  pair_in(slot).~NoncePair();
  sodium_memzero(place_of(slot), sizeof(NoncePair));
  free_slots_.push_back(slot);

  const auto own = by_owner_.find(found->second.owner);
  own->second.erase(std::find(own->second.begin(), own->second.end(), hiding));
  if (own->second.empty()) by_owner_.erase(own);
  by_hiding_.erase(found);
}

void NoncePool::drop_where(const std::function<bool(const Entry&)>& condition) {
  std::vector<Hiding> dropped;
  for (const auto& [hiding, entry] : by_hiding_) {
    if (condition(entry)) dropped.push_back(hiding);
  }
  for (const Hiding& hiding : dropped) erase(hiding);
}

}  // namespace quorate::custody
