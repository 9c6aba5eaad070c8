// `quorate-node init DIR`: a node's directory, its keys in its own custody, and a configuration
// that serves nobody until an operator says whom.

#pragma once

#include <filesystem>
#include <string>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "node/program/keys.h"

namespace quorate::node {

struct InitOptions {
  std::filesystem::path directory;  // made; must not hold a node already
  std::string name;
  std::string quorum;
  std::string operator_name;
  std::string listen;
  std::string custody;   // pkcs11 | file
  std::string uri;       // pkcs11: an existing token; empty: a SoftHSM token of the node's own
  std::string pin_file;  // with `uri`: of its PIN; with file: of the passphrase; empty: generated
};

struct Initialized {
  PublicKeys keys;
  std::string custody;  // as `status` will show it
  std::string note;     // what the operator should know, or empty
};

// Leaves nothing behind in the directory when it fails.
[[nodiscard]] Result<Initialized> init(const InitOptions& options);

}  // namespace quorate::node
