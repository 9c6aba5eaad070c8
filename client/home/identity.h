// identity.key: the key of a client's channels, 32-byte seed in hex and a line feed, mode 0600. It
// is who the nodes' lists of clients know, and no authority to ask for anything.

#pragma once

#include "client/home/file.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"

namespace quorate::home {

// Fails with `io`, and with `configuration` where others than its owner may read the file, or it
// holds no seed.
[[nodiscard]] Result<ed25519::SigningKey> load_identity(const Path& path);

// As load_identity(), but makes a new key where there is no file. Two programs that do so at once
// end with one key.
[[nodiscard]] Result<ed25519::SigningKey> load_or_create_identity(const Path& path,
                                                                  Entropy& entropy);

}  // namespace quorate::home
