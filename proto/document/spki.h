// Public keys as X.509 writes them, SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), of the two
// kinds that trust bundles and access policies name besides Ed25519: RSA (RFC 3279 section 2.3.1)
// and P-256 (RFC 5480). DER with one form each: whatever DER forbids is `malformed`.
//
// A signature that comes with such a key is put into the form in which ssh::verify() judges it, so
// that there is one verifier, with one set of rules.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {

// Fails as PublicKey::parse() does.
[[nodiscard]] Result<PublicKey> key_of_spki(ByteView der);

// PKCS#1 v1.5 with SHA-256.
Bytes rsa_signature_blob(ByteView signature);
// ECDSA with SHA-256 over P-256: DER SEQUENCE { r, s }, or 64 bytes r ‖ s. `malformed`.
[[nodiscard]] Result<Bytes> ecdsa_signature_blob(ByteView signature);

}  // namespace quorate::ssh
