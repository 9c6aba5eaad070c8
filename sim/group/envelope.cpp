// Envelopes over the transparent group: a shared secret is a product of two numbers, and what seals
// is a keyed hash. As strong as the group, which is not at all, and of the real one's sizes.

#include "crypto/dkg/envelope.h"

#include <algorithm>

#include <sodium.h>

#include "sim/field/residue.h"

namespace quorate::dkg {
namespace {

using ed25519::SecretScalar;
using sim::Residue;

constexpr std::size_t tag_size = 16;

Residue number_of(const SecretBytes<32>& secret) {
  ByteArray<64> wide{};
  std::copy(secret.expose().begin(), secret.expose().end(), wide.begin());
  const Residue number = Residue::reduce(wide);
  return number.is_zero() ? Residue(1) : number;
}

// The pad for the share, and a tag over what it covers.
ByteArray<64> pad(const Residue& secret, const ReceivePublicKey& ephemeral,
                  const ReceivePublicKey& receiver) {
  const ByteArray<32> key = secret.bytes();
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), 64);
  crypto_generichash_update(&state, ephemeral.data(), ephemeral.size());
  crypto_generichash_update(&state, receiver.data(), receiver.size());
  ByteArray<64> out;
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

void tag(std::uint8_t* out, const ByteArray<64>& pad, const std::uint8_t* covered) {
  crypto_generichash(out, tag_size, covered, 32, pad.data() + 32, 32);
}

}  // namespace

ReceiveKey ReceiveKey::of(SecretBytes<32> secret) {
  ReceiveKey key{std::move(secret), {}};
  key.public_key = number_of(key.secret).bytes();
  return key;
}

ReceiveKey ReceiveKey::generate(Entropy& entropy) {
  SecretBytes<32> secret;
  entropy.fill(secret.writable());
  return of(std::move(secret));
}

bool is_usable(const ReceivePublicKey& key) {
  const auto number = Residue::parse(key);
  return number && !number->is_zero();
}

Result<Envelope> seal(const SecretScalar& share, const ReceivePublicKey& receiver,
                      Entropy& entropy) {
  if (!is_usable(receiver)) return fail(Code::malformed, "a receive key of low order");
  const ReceiveKey ephemeral = ReceiveKey::generate(entropy);
  const ByteArray<64> mask =
      pad(number_of(ephemeral.secret) * *Residue::parse(receiver), ephemeral.public_key, receiver);
  Envelope envelope;
  std::copy(ephemeral.public_key.begin(), ephemeral.public_key.end(), envelope.begin());
  std::uint8_t* const covered = envelope.data() + 32 + tag_size;
  for (std::size_t i = 0; i < 32; ++i) {
    covered[i] = static_cast<std::uint8_t>(share.expose()[i] ^ mask[i]);
  }
  tag(envelope.data() + 32, mask, covered);
  return envelope;
}

Result<SecretScalar> open(const Envelope& envelope, const ReceiveKey& key) {
  ReceivePublicKey ephemeral;
  std::copy_n(envelope.begin(), 32, ephemeral.begin());
  const auto number = Residue::parse(ephemeral);
  if (!number) return fail(Code::envelope_invalid, "the envelope does not open");
  const ByteArray<64> mask = pad(*number * number_of(key.secret), ephemeral, key.public_key);
  const std::uint8_t* const covered = envelope.data() + 32 + tag_size;
  ByteArray<tag_size> expected;
  tag(expected.data(), mask, covered);
  if (!std::equal(expected.begin(), expected.end(), envelope.begin() + 32)) {
    return fail(Code::envelope_invalid, "the envelope does not open");
  }
  SecretBytes<32> opened;
  for (std::size_t i = 0; i < 32; ++i) {
    opened.writable()[i] = static_cast<std::uint8_t>(covered[i] ^ mask[i]);
  }
  Result<SecretScalar> share = SecretScalar::parse(opened.writable());
  if (!share) {
    return fail(Code::share_invalid, "the dealt share is not smaller than the group order");
  }
  return share;
}

}  // namespace quorate::dkg
