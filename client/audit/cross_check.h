// Compares ledgers with each other: what was approved stands in the ledgers of a threshold of the
// root's members, as the same request for the same document; and clocks agree.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/audit/ledger_check.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::audit {

// One ledger that was pulled.
struct Witness {
  Node node;
  std::uint64_t pulled_at_s;  // by the auditor's clock
  std::vector<Approved> approved;
  std::vector<Shared> shared;
  std::uint64_t latest_ms;
};

// An approval that too few ledgers have yet, while some were last pulled before it.
struct Unsettled {
  Hash request_id;
  std::string root;
  std::size_t approved;
  std::size_t needed;
};

struct CrossReport {
  std::vector<Finding> findings;
  std::vector<Unsettled> unsettled;
  std::uint64_t settled = 0;        // requests that stand in enough ledgers
  std::uint64_t unknown_roots = 0;  // requests of roots that are not among `roots`
};

// `roots`: those that this auditor holds to; of others nobody knows the threshold.
CrossReport cross_check(const std::vector<Witness>& witnesses,
                        const std::vector<ceremony::EpochRecord>& roots);

}  // namespace quorate::audit
