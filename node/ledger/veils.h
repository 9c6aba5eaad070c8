// Which veils a record holds. Inside node/ledger only.

#pragma once

#include <vector>

#include "proto/record/record.h"

namespace quorate::ledger {

// Each once, in the record's order.
std::vector<record::Hash> veils(const record::Record& record);

}  // namespace quorate::ledger
