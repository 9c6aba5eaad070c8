// Custody without a token, for trying out: key files under a passphrase. Named plainly wherever it
// shows: "file (not an HSM)". Who has the disk and the passphrase has the shares.
//
//   DIR/custody.header   "QFC1" ‖ memory in KiB u32 ‖ passes u32 ‖ salt (16) ‖ seal key id (16)
//                        ‖ canary length u32 ‖ canary
//   DIR/keys/KIND-ID     "QFK1" ‖ nonce (24) ‖ key (32) and tag (16), under the passphrase's key
//
// The passphrase's key is Argon2id(passphrase, salt); each key file holds a random key, and
// destroying a key unlinks its file. On a journaling or solid-state disk an unlinked file can
// survive for a while: a token is what forgets.

#pragma once

#include <filesystem>
#include <memory>

#include "node/custody/backend.h"
#include "node/custody/guarded.h"

namespace quorate::custody::file {

struct Argon2Cost {
  std::uint32_t memory_kib = 256 * 1024;
  std::uint32_t passes = 3;
};

// Makes the header, the seal key and the canary in `directory` (which exists). Refuses with
// `configuration` when there is custody in it already. `passphrase` is not empty.
[[nodiscard]] Status initialize(const std::filesystem::path& directory, ByteView passphrase,
                                const Argon2Cost& cost, Entropy& entropy);

// Opens what initialize() made. Fails with `configuration` (no or a damaged header), pin_refused
// (the passphrase does not open the canary), key_missing, io.
[[nodiscard]] Result<std::unique_ptr<Backend>> open(const std::filesystem::path& directory,
                                                    ByteView passphrase);

}  // namespace quorate::custody::file
