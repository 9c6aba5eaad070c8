// The certificate of a root's ceremony, from whoever still has it. Nodes show it to clients with
// the role `operator`.

#pragma once

#include <vector>

#include "client/driver/quorum.h"
#include "crypto/base/result.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::driver {

// Asks these nodes of the quorum, in two rounds of at most `timeout` each, and takes the first
// certificate that holds and is of this record. `evidence_missing` where none of them has it.
[[nodiscard]] Result<ceremony::Certificate> fetch_certificate(Quorum& quorum,
                                                              const std::vector<Link*>& nodes,
                                                              const ceremony::EpochRecord& record,
                                                              Milliseconds timeout);

}  // namespace quorate::driver
