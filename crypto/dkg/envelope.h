// How a share reaches its receiver through hands that may not see it: libsodium's sealed box,
// crypto_box_seal, composed here so that its ephemeral key comes out of the Entropy argument.
//
// A receive key serves one receiver, one dealer and one ceremony: a key stolen next year opens no
// old transcript, and revealing it in a complaint opens one envelope only.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/base/secret_bytes.h"
#include "crypto/ed25519/scalar.h"

namespace quorate::dkg {

using ReceivePublicKey = ByteArray<32>;  // X25519, RFC 7748
using Envelope = ByteArray<80>;          // ephemeral public key, then crypto_box_easy of 32 bytes

struct ReceiveKey {
  SecretBytes<32> secret;
  ReceivePublicKey public_key;

  static ReceiveKey generate(Entropy& entropy);
  static ReceiveKey of(SecretBytes<32> secret);
};

// False for keys of low order, with which everybody could open the envelope.
[[nodiscard]] bool is_usable(const ReceivePublicKey& key);

// Fails with `malformed` where the key is of low order.
[[nodiscard]] Result<Envelope> seal(const ed25519::SecretScalar& share,
                                    const ReceivePublicKey& receiver, Entropy& entropy);

// Fails with `envelope_invalid` where it does not open, `share_invalid` where what is inside is not
// a canonical scalar.
[[nodiscard]] Result<ed25519::SecretScalar> open(const Envelope& envelope, const ReceiveKey& key);

}  // namespace quorate::dkg
