// DIR/policy.toml, and the files that it names.

#pragma once

#include <filesystem>

#include "crypto/base/result.h"
#include "node/core/core.h"

namespace quorate::node {

// Without policy.toml the node allows nothing. Fails with `configuration`, naming file and line.
[[nodiscard]] Result<PolicyFiles> read_policy(const std::filesystem::path& directory);

}  // namespace quorate::node
