// Operations on a node's secrets: the rest of the node asks for these and never holds a share. What
// it stores for custody are sealed blobs (blob.h) and the ids of the keys under which they were
// sealed; a key destroyed makes every copy of its blobs noise.
//
// A ceremony, in this order (dkg.md section 3):
//
//   receive_keys(...)    store `sealed` with the ceremony, send the public keys
//   frost_deal(...)      send commitments, proof, envelopes; nothing secret remains
//   frost_combine(...)   store the candidate durably and confirm, or accuse a dealer
//   destroy(ceremony key) when the ceremony is confirmed or ended; destroy(share key) with the
//   epoch
//
// A signature: frost_nonces(...) ahead of time, and frost_partial(...) after the verdict is
// durable.
//
// All calls may be made from several threads; each may block as long as the backend's deadline.
// Outside `ready` a backend refuses at once with the code of its state (token_absent, pin_refused,
// ...); blob_damaged means that one blob will not open again.

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/dkg/dealer.h"
#include "crypto/dkg/envelope.h"
#include "crypto/ed25519/point.h"
#include "crypto/frost/identifier.h"
#include "crypto/frost/package.h"
#include "crypto/frost/signer.h"
#include "node/custody/backend.h"
#include "node/custody/blob.h"
#include "node/custody/nonce_pool.h"

namespace quorate::custody {

using CeremonyId = ByteArray<32>;

// A stored share, with everything that it is bound to. From the node's own store, never from a
// request.
struct ShareRef {
  RootId root;
  frost::Epoch epoch;
  frost::Identifier holder;
  ed25519::Point group_key;
  ed25519::Point verification_share;
  KeyId key;
  ByteView sealed;
};

struct ReceiveKeys {
  std::map<frost::Identifier, dkg::ReceivePublicKey> public_keys;  // by dealer
  Bytes sealed;                                                    // the secret halves
};

struct DealOrder {
  CeremonyId ceremony;
  frost::Identifier dealer;  // this node
  std::uint16_t threshold;
  std::map<frost::Identifier, dkg::ReceivePublicKey> receivers;  // each one's key for this dealer
};

struct Deal {
  dkg::Commitments commitments;
  dkg::Proof proof;  // its context is the ceremony's id
  std::map<frost::Identifier, dkg::Envelope> envelopes;
};

// What one dealer's signed deal holds for this node. Its proof was checked by the caller.
struct ReceivedDeal {
  dkg::Commitments commitments;
  dkg::Envelope envelope;
};

struct CombineOrder {
  CeremonyId ceremony;
  frost::Epoch epoch;        // the target's
  frost::Identifier holder;  // this node
  ByteView sealed_receive_keys;
  std::map<frost::Identifier, ReceivedDeal> deals;  // by dealer; all of one length
};

// The share of an epoch that is not active yet, and is sealed as the share of that epoch already.
// `key` stays the share's key when it becomes active.
struct Candidate {
  KeyId key;
  Bytes sealed;
  ed25519::Point group_key;
  ed25519::Point verification_share;
};

// A dealer whose envelope does not open, or holds no share that fits the commitments: for a
// complaint (dkg.md section 5). Reveals the key of this one envelope and of no other.
struct Accusation {
  frost::Identifier dealer;
  ByteArray<32> receive_secret;
};

class Custody {
 public:
  // Both outlive custody. While custody is in use, `entropy` is drawn from by its callers' threads,
  // one at a time.
  Custody(Backend& backend, Entropy& entropy, const NonceLimits& limits = {});
  Custody(const Custody&) = delete;
  Custody& operator=(const Custody&) = delete;
  ~Custody() = default;

  Health health() const { return backend_.health(); }
  std::string description() const { return backend_.description(); }
  void retry_now() { backend_.retry_now(); }

  // The node's own Ed25519 keys, under its seal key. Purpose is `identity` or `cosigner`.
  [[nodiscard]] Result<Bytes> seal_seed(Purpose purpose, const SecretBytes<32>& seed);
  [[nodiscard]] Result<SecretBytes<32>> open_seed(Purpose purpose, ByteView sealed);

  // A fresh X25519 pair for each dealer, the secret halves sealed under a new key of the ceremony.
  [[nodiscard]] Result<ReceiveKeys> receive_keys(const CeremonyId& ceremony,
                                                 const std::vector<frost::Identifier>& dealers);

  // Draws a polynomial, and forgets it. Every call gives another deal: the caller stores the one it
  // sends before it sends it. Fails with `malformed` for a receive key of low order (its owner is
  // guilty of it: look with dkg::is_usable() before), and threshold_invalid.
  [[nodiscard]] Result<Deal> frost_deal(const DealOrder& order);

  // Opens the own envelopes, checks every dealt share against its dealer's commitments, adds up,
  // seals under a new share key, opens again and compares. Fails with identity_reached when the sum
  // of honest-looking commitments is no valid key, wrong_participants when the deals are not those
  // of the receive keys' dealers, blob_damaged.
  [[nodiscard]] Result<std::variant<Candidate, Accusation>> frost_combine(
      const CombineOrder& order);

  // Public halves of up to `count` fresh pairs for this peer. One unsealing serves them all.
  // Fails with `busy` (before the share is opened).
  [[nodiscard]] Result<std::vector<frost::Commitment>> frost_nonces(const ShareRef& share,
                                                                    const PeerKey& peer,
                                                                    std::size_t count,
                                                                    const Clocks& clocks);

  // Whether this peer's unused pairs hold exactly these halves: asked before costly work, and
  // answered again by frost_partial(). Fails with nonce_spent, commitment_mismatch.
  [[nodiscard]] Status check_nonce(const RootId& root, frost::Epoch epoch, const PeerKey& peer,
                                   const frost::Commitment& commitment, const Clocks& clocks);

  // One partial signature, with the pair whose commitments the package carries for this holder.
  // The share is opened first, and only then is the pair taken: when the token is away, the nonce
  // is not spent. Fails with nonce_spent, commitment_mismatch, wrong_epoch, unknown_participant
  // (the package does not carry this holder), identity_reached; and with `token_suspect` where what
  // was computed does not fit what everybody knows: no such partial leaves.
  [[nodiscard]] Result<frost::Partial> frost_partial(const ShareRef& share, const PeerKey& peer,
                                                     const frost::Package& package,
                                                     const Clocks& clocks);

  // After this no copy of what was sealed under the key opens again. Idempotent.
  [[nodiscard]] Status destroy(const KeyId& key) { return backend_.destroy_key(key); }

  // An epoch that became active, a root that ended: its pairs go.
  void drop_nonces(const RootId& root);
  ByteArray<16> nonce_boot_id() const;

#if QUORATE_PLANT
  Bytes nonce_image();  // NoncePool::image()
  void restore_nonces(ByteView image);
#endif

 private:
  // The node's entropy, one caller at a time.
  class LockedEntropy final : public Entropy {
   public:
    explicit LockedEntropy(Entropy& source) : source_(source) {}
    void fill(std::span<std::uint8_t> out) override;

   private:
    std::mutex mutex_;
    Entropy& source_;
  };

  [[nodiscard]] Result<frost::Share> open_share(const ShareRef& share);

  Backend& backend_;
  LockedEntropy entropy_;
  mutable std::mutex pool_mutex_;
  NoncePool pool_;
};

}  // namespace quorate::custody
