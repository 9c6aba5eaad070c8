// Keys that the tables sign with, and SSH's layout for what no writer of ours would write.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/hex.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/ssh_buffer.h"
#include "proto/document/ssh_key.h"

namespace quorate::hostile {

inline ed25519::SigningKey key(std::uint8_t n) {
  ByteArray<32> seed{};
  seed.fill(n);
  return ed25519::SigningKey(SecretBytes<32>(std::span<std::uint8_t, 32>(seed)));
}

inline Bytes point(std::uint8_t n) {
  const ByteArray<32> bytes = key(n).public_key().bytes();
  return Bytes(bytes.begin(), bytes.end());
}

inline std::string hex_key(std::uint8_t n) { return to_hex(point(n)); }

inline Bytes ed25519_key(std::string_view type, const Bytes& of_point) {
  return ssh::Writer().text(type).string(of_point).bytes();
}

// 256 bytes that begin and end as a modulus does. Nobody has its factors, and nobody needs them.
inline Bytes modulus(std::size_t size = 256) {
  Bytes out(size, 0xc5);
  return out;
}

inline Bytes rsa_key(const Bytes& exponent, const Bytes& of_modulus) {
  return ssh::Writer().text("ssh-rsa").mpint(exponent).mpint(of_modulus).bytes();
}

// The base point of P-256, SEC 2 section 2.4.2.
inline Bytes p256_point() {
  return from_hex(
             "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
             "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
      .value();
}

inline Bytes ecdsa_key(std::string_view curve, const Bytes& of_point) {
  return ssh::Writer().text("ecdsa-sha2-nistp256").text(curve).string(of_point).bytes();
}

}  // namespace quorate::hostile
