// Proofs for findings that rest on single records: each record with its receipt, which convinces
// whoever knows the node's key.

#pragma once

#include <vector>

#include "client/audit/finding.h"
#include "client/audit/replica.h"
#include "crypto/base/result.h"

namespace quorate::audit {

// How many records of one ledger get a receipt.
inline constexpr std::size_t receipts_limit = 64;

// Adds to each finding `record NODE INDEX` and `receipt NODE INDEX`, in hex, for those of its
// records that stand in this replica.
[[nodiscard]] Status add_receipts(const Replica& replica, std::vector<Finding>& findings);

}  // namespace quorate::audit
