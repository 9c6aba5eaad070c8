// What stands inside a public blob, for the files of this room that do arithmetic with it.

#pragma once

#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {

// Views into the blob. Each kind fills its own fields, the others stay empty.
struct KeyFields {
  KeyKind kind;
  ByteView point;     // Ed25519: 32 bytes; ECDSA: 04 ‖ x ‖ y
  ByteView exponent;  // RSA, without leading zeros
  ByteView modulus;
  std::string application;  // FIDO
};

// The layout only: whether the numbers make a good key is PublicKey::parse()'s question.
[[nodiscard]] Result<KeyFields> read_key_fields(ByteView blob);

}  // namespace quorate::ssh
