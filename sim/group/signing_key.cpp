// RFC 8032's signatures over the transparent group: the same hashes over the same encodings, so
// that what FROST adds up and what one key signs verify by one equation, z = R + c A.

#include "crypto/ed25519/signing_key.h"

#include <algorithm>
#include <initializer_list>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/foreign_key.h"
#include "sim/field/residue.h"

namespace quorate::ed25519 {
namespace {

using sim::Residue;

ByteArray<64> sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  ByteArray<64> digest;
  crypto_hash_sha512_final(&state, digest.data());
  return digest;
}

// Never zero: its point has to exist.
Residue derived(std::string_view use, ByteView seed, ByteView message = {}) {
  const Residue value = Residue::reduce(sha512({bytes_of(use), seed, message}));
  return value.is_zero() ? Residue(1) : value;
}

Point derive(const SecretBytes<32>& seed, SecretBytes<64>& key) {
  const Result<Point> point = Point::parse(derived("secret", seed.expose()).bytes());
  QUORATE_INVARIANT(point.has_value());
  std::copy(seed.expose().begin(), seed.expose().end(), key.writable().begin());
  std::copy(point->bytes().begin(), point->bytes().end(), key.writable().begin() + 32);
  return *point;
}

Residue challenge(ByteView commitment, ByteView key, ByteView message) {
  return Residue::reduce(sha512({commitment, key, message}));
}

ByteArray<32> half(ByteView bytes) {
  ByteArray<32> out;
  std::copy_n(bytes.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

SigningKey::SigningKey(const SecretBytes<32>& seed) : public_key_(derive(seed, key_)) {}

Signature SigningKey::sign(ByteView message) const {
  const ByteView seed = ByteView(key_.expose()).first(32);
  const Residue nonce = derived("nonce", seed, message);
  const ByteArray<32> commitment = nonce.bytes();
  const Residue c = challenge(commitment, public_key_.bytes(), message);
  const Residue secret = Residue::of_canonical(public_key_.bytes());  // in this group it is
  const ByteArray<32> response = (nonce + c * secret).bytes();
  Signature signature;
  std::copy(commitment.begin(), commitment.end(), signature.begin());
  std::copy(response.begin(), response.end(), signature.begin() + 32);
  return signature;
}

SecretBytes<32> SigningKey::seed() const {
  ByteArray<32> seed = half(key_.expose());
  return SecretBytes<32>(seed);
}

bool verifies(const Point& key, ByteView message, ByteView signature) {
  return verifies_for(key.bytes(), message, signature);
}

bool verifies_for(ByteView encoded_key, ByteView message, ByteView signature) {
  if (!is_usable_key(encoded_key) || signature.size() != 64) return false;
  const std::optional<Residue> commitment = Residue::parse(half(signature));
  const std::optional<Residue> response = Residue::parse(half(signature.subspan(32)));
  if (!commitment || commitment->is_zero() || !response) return false;
  const Residue c = challenge(signature.first(32), encoded_key, message);
  return *response == *commitment + c * Residue::of_canonical(half(encoded_key));
}

}  // namespace quorate::ed25519
