#include "crypto/ed25519/signing_key.h"

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::ed25519 {
namespace {

Point derive(const SecretBytes<32>& seed, SecretBytes<64>& key) {
  ByteArray<32> public_key;
  QUORATE_INVARIANT(crypto_sign_seed_keypair(public_key.data(), key.writable().data(),
                                             seed.expose().data()) == 0);
  const Result<Point> point = Point::parse(public_key);
  QUORATE_INVARIANT(point.has_value());  // a clamped multiple of B is of prime order
  return *point;
}

}  // namespace

SigningKey::SigningKey(const SecretBytes<32>& seed) : public_key_(derive(seed, key_)) {}

Signature SigningKey::sign(ByteView message) const {
  Signature signature;
  QUORATE_INVARIANT(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                         key_.expose().data()) == 0);
  return signature;
}

SecretBytes<32> SigningKey::seed() const {
  SecretBytes<32> seed;
  QUORATE_INVARIANT(crypto_sign_ed25519_sk_to_seed(seed.writable().data(), key_.expose().data()) ==
                    0);
  return seed;
}

bool verifies(const Point& key, ByteView message, ByteView signature) {
  return signature.size() == 64 &&
         crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.bytes().data()) == 0;
}

}  // namespace quorate::ed25519
