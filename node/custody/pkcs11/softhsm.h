// A SoftHSM token of a node's own, for trying out and for tests.

#pragma once

#include <filesystem>
#include <string>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "node/custody/pkcs11/uri.h"

namespace quorate::custody::pkcs11 {

// Makes, in `directory` (which exists): token/ (0700), softhsm2.conf, and pin (0600) with a random
// PIN, and in token/ a token named `label` by running softhsm2-util. Refuses with `configuration`
// when one of them exists; fails with tool_failed (softhsm2-util missing or failing), io.
// The process that will use it calls use_softhsm_configuration() before it loads the module.
[[nodiscard]] Result<TokenUri> make_softhsm_token(const std::filesystem::path& directory,
                                                  const std::string& label, Entropy& entropy);

// SoftHSM writes its objects in place and never syncs them, so a key that it made a second ago may
// be gone after a power cut. Syncs every file and folder below `folder`, and it itself. Fails with
// `io`.
[[nodiscard]] Status sync_token_folder(const std::filesystem::path& folder);

// Sets SOFTHSM2_CONF for this process when `directory` has a softhsm2.conf and the variable is not
// set. The module reads it once, when it is first loaded. Call while there is one thread.
void use_softhsm_configuration(const std::filesystem::path& directory);

}  // namespace quorate::custody::pkcs11
