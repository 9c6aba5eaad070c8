#include "node/custody/custody.h"

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "crypto/frost/aggregator.h"
#include "node/custody/places.h"

namespace quorate::custody {

using frost::Commitment;
using frost::NoncePair;
using frost::Package;
using frost::Partial;
using frost::Share;

namespace {

std::string title(const ShareRef& share) {
  return "the share of root " + to_hex(share.root) + ", epoch " +
         std::to_string(static_cast<std::uint64_t>(share.epoch));
}

}  // namespace

void Custody::LockedEntropy::fill(std::span<std::uint8_t> out) {
  const std::lock_guard lock(mutex_);
  source_.fill(out);
}

Custody::Custody(Backend& backend, Entropy& entropy, const NonceLimits& limits)
    : backend_(backend), entropy_(entropy), pool_(limits, entropy_) {}

Result<Bytes> Custody::seal_seed(Purpose purpose, const SecretBytes<32>& seed) {
  return seal_blob(backend_, seed_place(backend_, purpose), seed.expose(), entropy_);
}

Result<SecretBytes<32>> Custody::open_seed(Purpose purpose, ByteView sealed) {
  QUORATE_TRY(GuardedMemory opened, open_blob(backend_, seed_place(backend_, purpose), sealed));
  if (opened.size() != 32) return fail(Code::blob_damaged, "a sealed key that has not 32 bytes");
  return SecretBytes<32>(opened.writable().first<32>());
}

Result<Share> Custody::open_share(const ShareRef& share) {
  Result<GuardedMemory> opened = open_blob(backend_, share_place(share), share.sealed);
  if (!opened) {
    return fail(opened.error().code, title(share) + ": " + opened.error().message);
  }
  const auto rotten = [&] {
    QUORATE_REACHED("custody: share rotten");
    return fail(Code::blob_damaged, title(share) +
                                        " is not the one that the root's record names; " +
                                        "the way out is `quorate root repair`");
  };
  if (opened->size() != 32) return rotten();
  Result<ed25519::SecretScalar> secret =
      ed25519::SecretScalar::parse(opened->writable().first<32>());
  if (!secret || secret->is_zero()) return rotten();
  Share result{share.holder, share.epoch, *std::move(secret)};
  // Signed with, a rotten share would make this node look guilty (frost.md section 4).
  if (!frost::fits(result, share.verification_share)) return rotten();
  return result;
}

Result<std::vector<Commitment>> Custody::frost_nonces(const ShareRef& share, const PeerKey& peer,
                                                      std::size_t count, const Clocks& clocks) {
  const NonceOwner owner{share.root, share.epoch, peer};
  {
    const std::lock_guard lock(pool_mutex_);
    QUORATE_CHECK(pool_.room(owner, count, clocks));
  }
  QUORATE_TRY(const Share opened, open_share(share));
  const std::lock_guard lock(pool_mutex_);
  return pool_.fill(owner, count, clocks, [&] { return NoncePair::generate(opened, entropy_); });
}

Status Custody::check_nonce(const RootId& root, frost::Epoch epoch, const PeerKey& peer,
                            const Commitment& commitment, const Clocks& clocks) {
  const std::lock_guard lock(pool_mutex_);
  return pool_.check({root, epoch, peer}, commitment, clocks);
}

Result<Partial> Custody::frost_partial(const ShareRef& share, const PeerKey& peer,
                                       const Package& package, const Clocks& clocks) {
  QUORATE_INVARIANT(package.group_key() == share.group_key);  // both from the node's own store
  if (package.epoch() != share.epoch) {
    return fail(Code::wrong_epoch, "the package is for another epoch of this root");
  }
  const Commitment* own = package.find(share.holder);
  if (own == nullptr) {
    return fail(Code::unknown_participant, "the package does not ask this member to sign");
  }
  const NonceOwner owner{share.root, share.epoch, peer};
  {
    const std::lock_guard lock(pool_mutex_);
    QUORATE_CHECK(pool_.check(owner, *own, clocks));
  }
  QUORATE_TRY(const Share opened, open_share(share));
  Result<NoncePair> pair = [&] {
    const std::lock_guard lock(pool_mutex_);
    return pool_.take(owner, *own, clocks);  // may be gone by now: another thread was quicker
  }();
  if (!pair) return tl::unexpected(std::move(pair).error());
  QUORATE_TRY(Partial partial, frost::sign(opened, *std::move(pair), package));
  if (QUORATE_PLANTED(B24) || QUORATE_SOMETIMES("fault: custody computes wrongly")) {
    partial.value = partial.value + ed25519::Scalar::of(1);
  }
  // Whoever gets a wrong partial holds proof against this node, whatever its memory suffered from.
  if (!QUORATE_PLANTED(B24) && !frost::check(partial, package, share.verification_share)) {
    QUORATE_REACHED("custody: wrong partial caught");
    return fail(Code::token_suspect, title(share) + " gave a wrong partial signature, which was" +
                                         " thrown away; is this machine's memory sound?");
  }
  return partial;
}

void Custody::drop_nonces(const RootId& root) {
  const std::lock_guard lock(pool_mutex_);
  pool_.drop(root);
}

#if QUORATE_PLANT
Bytes Custody::nonce_image() {
  const std::lock_guard lock(pool_mutex_);
  return pool_.image();
}

void Custody::restore_nonces(ByteView image) {
  const std::lock_guard lock(pool_mutex_);
  pool_.restore(image);
}
#endif

ByteArray<16> Custody::nonce_boot_id() const {
  const std::lock_guard lock(pool_mutex_);
  return pool_.boot_id();
}

}  // namespace quorate::custody
