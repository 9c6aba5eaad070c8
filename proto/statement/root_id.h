// Roots are named by their public key: 32 bytes that are the Ed25519 key itself, or a hash of the
// RSA key.

#pragma once

#include "proto/document/ssh_key.h"
#include "proto/statement/statement.h"

namespace quorate::statement {

// hash("rsa-root", LP(e) ‖ LP(N)), both big-endian without leading zeros.
RootId rsa_root_id(ByteView e, ByteView n);

// An Ed25519 root's id is its key. `unknown_root` where these bytes are none.
[[nodiscard]] Result<ssh::PublicKey> ed25519_root(const RootId& root_id);

}  // namespace quorate::statement
