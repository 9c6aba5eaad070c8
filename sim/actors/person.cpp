#include "sim/actors/person.h"

#include <sodium.h>

#include "proto/document/sshsig.h"

namespace quorate::sim {

ed25519::SigningKey draw_key(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

ed25519::SigningKey identity_of(Seed seed, const std::string& host) {
  StreamEntropy entropy(seed, host + "/identity");
  return draw_key(entropy);
}

Bytes Person::sshsig(std::string_view name_space, ByteView message) const {
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  const Bytes signed_bytes = ssh::signed_data(name_space, digest);
  return ssh::file_signature(name_space, key.public_key(), key.sign(signed_bytes)).blob();
}

std::string Person::line() const { return ssh::PublicKey::of(key.public_key()).line(name); }

}  // namespace quorate::sim
