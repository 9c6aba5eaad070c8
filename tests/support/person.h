// A person with an SSH key that the test itself holds: evidence without a call of ssh-keygen.

#pragma once

#include <string>
#include <string_view>

#include <sodium.h>

#include "crypto/base/entropy.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/sshsig.h"

namespace quorate::testing {

inline ed25519::SigningKey draw_key(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

struct Person {
  ed25519::SigningKey key;

  Bytes sshsig(std::string_view name_space, ByteView message) const {
    ByteArray<64> digest;
    crypto_hash_sha512(digest.data(), message.data(), message.size());
    const Bytes signed_bytes = ssh::signed_data(name_space, digest);
    return ssh::file_signature(name_space, key.public_key(), key.sign(signed_bytes)).blob();
  }
  // As in authorized_keys.
  std::string line(const std::string& comment) const {
    return ssh::PublicKey::of(key.public_key()).line(comment);
  }
};

}  // namespace quorate::testing
