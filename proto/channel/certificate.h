// The X.509 certificate each side presents, because OpenSSL 3.0 knows no raw public keys (RFC
// 7250). It is an envelope for one Ed25519 key and nothing else: names, dates, extensions and its
// own signature are never looked at.

#pragma once

#include <openssl/x509.h>

#include <memory>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/signing_key.h"

namespace quorate::channel {

struct FreeOpenssl {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeOpenssl>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

// OpenSSL's form of the key. It keeps a copy of the seed, which it wipes when the key is freed.
[[nodiscard]] Result<PrivateKey> private_key(const ed25519::SigningKey& identity);

// The same bytes each time for one key. Fails with `internal` when OpenSSL does.
[[nodiscard]] Result<Certificate> self_signed(const ed25519::SigningKey& identity);

// Whose certificate it is. Refuses with `not_pinned` any key that is not Ed25519, and one that is
// no Point: a key of small order would make a signature verify for anybody.
[[nodiscard]] Result<ed25519::Point> key_of(const X509& certificate);

}  // namespace quorate::channel
