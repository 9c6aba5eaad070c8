// SubjectPublicKeyInfo and ECDSA signatures in DER: what comes out is a key and a signature that
// the one verifier takes.

#include "proto/document/spki.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void spki(ByteView input) {
  if (const auto key = ssh::key_of_spki(input)) {
    QUORATE_INVARIANT(key->kind() == ssh::KeyKind::rsa || key->kind() == ssh::KeyKind::ecdsa);
    const auto again = ssh::PublicKey::parse(key->blob());
    QUORATE_INVARIANT(again && *again == *key);
  } else {
    refused(key.error(), {Code::malformed, Code::too_large, Code::key_not_allowed});
  }
  if (const auto blob = ssh::ecdsa_signature_blob(input)) {
    QUORATE_INVARIANT(blob->size() <= input.size() + 64);  // names and lengths are added
  } else {
    refused(blob.error(), {Code::malformed});
  }
}

}  // namespace quorate::fuzz
