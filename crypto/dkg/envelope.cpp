#include "crypto/dkg/envelope.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::dkg {

using ed25519::SecretScalar;

static_assert(crypto_box_SEALBYTES + 32 == sizeof(Envelope));
static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);

ReceiveKey ReceiveKey::of(SecretBytes<32> secret) {
  ReceiveKey key{std::move(secret), {}};
  QUORATE_INVARIANT(
      crypto_scalarmult_curve25519_base(key.public_key.data(), key.secret.expose().data()) == 0);
  return key;
}

ReceiveKey ReceiveKey::generate(Entropy& entropy) {
  SecretBytes<32> secret;
  entropy.fill(secret.writable());
  return of(std::move(secret));
}

bool is_usable(const ReceivePublicKey& key) {
  const ByteArray<32> any_scalar = {8};
  ByteArray<32> product;
  return crypto_scalarmult_curve25519(product.data(), any_scalar.data(), key.data()) == 0;
}

Result<Envelope> seal(const SecretScalar& share, const ReceivePublicKey& receiver,
                      Entropy& entropy) {
  if (!is_usable(receiver)) return fail(Code::malformed, "a receive key of low order");
  const ReceiveKey ephemeral = ReceiveKey::generate(entropy);

  ByteArray<crypto_box_NONCEBYTES> nonce;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, ephemeral.public_key.data(), ephemeral.public_key.size());
  crypto_generichash_update(&state, receiver.data(), receiver.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());

  Envelope envelope;
  std::copy(ephemeral.public_key.begin(), ephemeral.public_key.end(), envelope.begin());
  QUORATE_INVARIANT(crypto_box_easy(envelope.data() + crypto_box_PUBLICKEYBYTES,
                                    share.expose().data(), share.expose().size(), nonce.data(),
                                    receiver.data(), ephemeral.secret.expose().data()) == 0);
  return envelope;
}

Result<SecretScalar> open(const Envelope& envelope, const ReceiveKey& key) {
  SecretBytes<32> opened;
  if (crypto_box_seal_open(opened.writable().data(), envelope.data(), envelope.size(),
                           key.public_key.data(), key.secret.expose().data()) != 0) {
    return fail(Code::envelope_invalid, "the envelope does not open");
  }
  Result<SecretScalar> share = SecretScalar::parse(opened.writable());
  if (!share)
    return fail(Code::share_invalid, "the dealt share is not smaller than the group order");
  return share;
}

}  // namespace quorate::dkg
