// What `quorate-node init` does to a token, once: the seal key and the canary.

#pragma once

#include "node/custody/pin.h"
#include "node/custody/pkcs11/backend.h"
#include "node/custody/pkcs11/uri.h"

namespace quorate::custody::pkcs11 {

// To be written into the node's configuration, and given to open() at every start.
struct TokenKeys {
  ByteArray<16> seal_key;
  WrapMode mode;
  Bytes canary;
  std::string note;  // attributes that the token did not take, or empty; for the log
};

// Logs in, chooses the wrap mode (gcm, else cbc) from the token's mechanisms, makes the seal key,
// ends and starts the module again, finds the key, and seals and opens a canary. When it fails
// late, a seal key without use may stay behind in the token: it says of itself that it can't be
// destroyed. Fails with `configuration` (module, or no usable mechanism, or a token that makes keys
// weaker than asked for), token_absent, token_wrong, pin_missing, pin_refused, pin_locked,
// token_suspect. A wrong PIN is tried once.
[[nodiscard]] Result<TokenKeys> init_token_keys(const TokenUri& token, const PinSource& pin,
                                                Entropy& entropy, const Shim& shim = {});

}  // namespace quorate::custody::pkcs11
