// FROST(Ed25519, SHA-512): what one signer does. RFC 9591 section 5.
//
//   round one   NoncePair nonce = NoncePair::generate(share, entropy);
//               publish nonce.commitment()
//   round two   Result<Partial> partial = sign(share, std::move(nonce), package);
//
// Whoever sees two answers made with one nonce can compute the share. So a NoncePair cannot be
// copied or written down, and sign() takes it by value: it is gone when sign() returns, whether
// that was with an answer or with an error.

#pragma once

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/identifier.h"
#include "crypto/frost/package.h"

namespace quorate::frost {

// One member's secret part of a root, opened by custody for the length of one call.
struct Share {
  Identifier holder;
  Epoch epoch;
  ed25519::SecretScalar secret;
};

// Whether this is the share that everybody knows the member by: secret·B = its verification share.
// A damaged share is a fault of custody, found here; signed with, it would make an honest node look
// guilty.
[[nodiscard]] bool fits(const Share& share, const ed25519::Point& verification_share);

struct Partial;

class NoncePair {
 public:
  // RFC 9591 section 4.1: hashes the share with fresh bytes, so that a broken generator alone
  // does not repeat a nonce. Takes 32 bytes for the hiding nonce, then 32 for the binding nonce.
  static NoncePair generate(const Share& share, Entropy& entropy);

  const Commitment& commitment() const { return commitment_; }

 private:
  NoncePair(ed25519::SecretScalar hiding, ed25519::SecretScalar binding, Identifier signer);

  ed25519::SecretScalar hiding_;
  ed25519::SecretScalar binding_;
  Commitment commitment_;

  friend Result<Partial> sign(const Share&, NoncePair, const Package&);
};

// One signer's part of a signature: z_i. Public once sent.
struct Partial {
  Identifier signer;
  ed25519::Scalar value;

  friend bool operator==(const Partial&, const Partial&) = default;
};

// Round two, RFC 9591 section 5.2. Whether the message should be signed at all was decided by the
// policy before this call. Fails with
//   wrong_epoch          the package is for another epoch of the root than the share
//   commitment_mismatch  the package lacks this nonce's commitment, or carries another
//   identity_reached     the other signers' commitments cancel ours
[[nodiscard]] Result<Partial> sign(const Share& share, NoncePair nonce, const Package& package);

}  // namespace quorate::frost
