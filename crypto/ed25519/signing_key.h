// Ordinary Ed25519 signatures (RFC 8032): the identity keys of nodes and clients, and the check of
// everything a quorum assembled. One verifier, libsodium's, so that no two honest nodes can judge
// one signature differently.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/secret_bytes.h"
#include "crypto/ed25519/point.h"

namespace quorate::ed25519 {

using Signature = ByteArray<64>;

class SigningKey {
 public:
  // RFC 8032 section 5.1.5: the seed is the 32-byte private key.
  explicit SigningKey(const SecretBytes<32>& seed);

  const Point& public_key() const { return public_key_; }
  Signature sign(ByteView message) const;
  // The seed again, for TLS libraries that want the key themselves and for sealing.
  SecretBytes<32> seed() const;

 private:
  SecretBytes<64> key_;
  Point public_key_;
};

[[nodiscard]] bool verifies(const Point& key, ByteView message, ByteView signature);

}  // namespace quorate::ed25519
