// Whose word starts a ceremony, and whose word ends one.

#pragma once

#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/config/config.h"

namespace quorate::node {

inline constexpr std::string_view proposal_namespace = "quorate-proposal";
inline constexpr std::string_view reject_namespace = "quorate-reject";

// Did as many distinct administrators sign these bytes as the configuration says? Two keys of one
// person are one administrator. Each signature must hold: one that does not refuses the whole,
// since only who adds it harms himself. Fails with `administrators_missing`, `signature_invalid`,
// ...
[[nodiscard]] Status check_administrators(const config::NodeConfig& config, ByteView proposal,
                                          const std::vector<Bytes>& signatures);

// By an administrator, or by this node's own operator. Fails with `administrators_missing`.
[[nodiscard]] Status check_reject(const config::NodeConfig& config, ByteView ceremony,
                                  ByteView signature);

}  // namespace quorate::node
