// The unused nonce pairs of one process: the only place where they live, and for ten minutes at
// most. Nothing here can be stored, and a restart empties it: a nonce used twice gives the share
// away (frost.md sections 3 and 9).
//
//   pool.watch(clocks);                                   // on every entry, see below
//   Result<Commitments> made = pool.fill(owner, 8, clocks, [&] { return NoncePair::generate(...);
//   }); Result<NoncePair> pair = pool.take(owner, commitment); // moved out and wiped, also if
//   unused
//
// Pairs lie in one slab of guarded memory that no child process inherits. Not safe for several
// threads: Custody holds a lock around it.

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/plant.h"
#include "crypto/base/result.h"
#include "crypto/frost/identifier.h"
#include "crypto/frost/package.h"
#include "crypto/frost/signer.h"
#include "node/custody/guarded.h"

namespace quorate::custody {

using RootId = ByteArray<32>;
using PeerKey = ByteArray<32>;  // the identity key of the channel's other end

// Two readings, taken together by the driver.
struct Clocks {
  std::int64_t monotonic_ms;        // never goes back
  std::int64_t wall_minus_boot_ms;  // CLOCK_REALTIME - CLOCK_BOOTTIME
};

// A pair is good for one root, one epoch and one peer.
struct NonceOwner {
  RootId root;
  frost::Epoch epoch;
  PeerKey peer;

  friend auto operator<=>(const NonceOwner&, const NonceOwner&) = default;
};

struct NonceLimits {
  std::size_t whole_pool = 10'000;
  std::size_t per_peer = 64;           // of one root; a busy gateway may have up to 1024
  std::int64_t lifetime_ms = 600'000;  // then a pair is wiped unused
  std::int64_t youth_ms = 30'000;      // younger ones are never evicted for newer ones
  std::int64_t clock_jump_ms = 2000;   // what looks like a resumed machine
};

class NoncePool {
 public:
  explicit NoncePool(const NonceLimits& limits, Entropy& entropy);
  NoncePool(const NoncePool&) = delete;
  NoncePool& operator=(const NoncePool&) = delete;
  ~NoncePool();

  using Make = std::function<frost::NoncePair()>;

  // Drops everything when the wall clock has jumped against the time since boot (a machine resumed
  // from a snapshot of its memory would otherwise use a nonce a second time), and what is too old.
  // fill() and take() do this first by themselves.
  void watch(const Clocks& clocks);

  // How many of `wanted` (at least one) pairs fill() would make now. It may have to evict this
  // peer's own oldest pairs for that, but none younger than 30 s and never another peer's. None at
  // all is `busy`.
  [[nodiscard]] Result<std::size_t> room(const NonceOwner& owner, std::size_t wanted,
                                         const Clocks& clocks);
  // Makes up to `wanted` pairs and returns their public halves, oldest first. Fails with `busy`.
  [[nodiscard]] Result<std::vector<frost::Commitment>> fill(const NonceOwner& owner,
                                                            std::size_t wanted,
                                                            const Clocks& clocks, const Make& make);

  // Whether this owner has an unused pair with exactly these halves. Fails with
  //   nonce_spent          no pair begins with this hiding commitment: used, dropped, or never ours
  //   commitment_mismatch  one does, and its binding commitment or signer is another
  [[nodiscard]] Status check(const NonceOwner& owner, const frost::Commitment& commitment,
                             const Clocks& clocks);
  // The pair leaves the pool for good, whatever becomes of it. Fails as check() does.
  [[nodiscard]] Result<frost::NoncePair> take(const NonceOwner& owner,
                                              const frost::Commitment& commitment,
                                              const Clocks& clocks);

  void drop_all();                // and draws a new boot id
  void drop(const RootId& root);  // all epochs and peers of one root
  void drop_other_epochs(const RootId& root, frost::Epoch active);

#if QUORATE_PLANT
  // The whole pool as bytes, and a pool from such bytes: what nobody may do (planted bug B02), and
  // what becomes of a machine that is resumed from an image of its memory.
  Bytes image();
  void restore(ByteView image);
#endif

  // Given out with every commitment, so that a client sees at once that its stock is stale.
  const ByteArray<16>& boot_id() const { return boot_id_; }
  std::size_t size() const { return by_hiding_.size(); }

 private:
  friend class NoncePoolProbe;  // the tests look at the slab after a wipe

  struct Entry {
    std::size_t slot;
    NonceOwner owner;
    std::int64_t made_ms;
    std::optional<std::int64_t> answered_ms{};  // planted B01: used, and still here
  };
  using Hiding = ByteArray<32>;

  std::size_t held(const NonceOwner& owner) const;
  std::size_t evictable(const NonceOwner& owner, const Clocks& clocks) const;
  std::uint8_t* place_of(std::size_t slot);
  frost::NoncePair& pair_in(std::size_t slot);
  void erase(const Hiding& hiding);
#if QUORATE_PLANT
  frost::NoncePair take_a_copy(const frost::Commitment& commitment, const Clocks& clocks);
#endif
  void drop_where(const std::function<bool(const Entry&)>& condition);
  Result<const Entry*> find(const NonceOwner& owner, const frost::Commitment& commitment,
                            const Clocks& clocks);

  NonceLimits limits_;
  Entropy& entropy_;
  ByteArray<16> boot_id_{};
  std::optional<std::int64_t> wall_minus_boot_ms_;
  GuardedMemory slab_;
  std::vector<std::size_t> free_slots_;
  std::map<Hiding, Entry> by_hiding_;
  std::map<NonceOwner, std::deque<Hiding>> by_owner_;  // oldest first
};

}  // namespace quorate::custody
