#include "crypto/frost/hash.h"

#include <string>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::frost {
namespace {

constexpr std::string_view context = "FROST-ED25519-SHA512-v1";

constexpr std::string_view label(Domain domain) {
  switch (domain) {
    case Domain::rho: return "rho";
    case Domain::nonce: return "nonce";
    case Domain::msg: return "msg";
    case Domain::com: return "com";
    case Domain::dkg: return "dkg";
  }
  QUORATE_INVARIANT(false);
}

class Sha512 {
 public:
  Sha512() : state_() { crypto_hash_sha512_init(&state_); }
  ~Sha512() { sodium_memzero(&state_, sizeof state_); }
  Sha512(const Sha512&) = delete;
  Sha512& operator=(const Sha512&) = delete;

  void update(ByteView bytes) { crypto_hash_sha512_update(&state_, bytes.data(), bytes.size()); }
  void update(std::string_view text) { update(bytes_of(text)); }
  ByteArray<64> finish() {
    ByteArray<64> digest;
    crypto_hash_sha512_final(&state_, digest.data());
    return digest;
  }

 private:
  crypto_hash_sha512_state state_;
};

}  // namespace

ByteArray<64> hash(Domain domain, std::initializer_list<ByteView> parts) {
  Sha512 sha;
  sha.update(context);
  sha.update(label(domain));
  for (ByteView part : parts) sha.update(part);
  return sha.finish();
}

ByteArray<64> hash_challenge(std::initializer_list<ByteView> parts) {
  Sha512 sha;
  for (ByteView part : parts) sha.update(part);
  return sha.finish();
}

}  // namespace quorate::frost
