// Shows a request that waits for approvals to members that it has not come to yet. A token lives
// for minutes, and counts from when a node first saw it: so every node must see it now, though
// approvals come hours later.

#pragma once

#include <set>
#include <vector>

#include "client/coordinator/coordinator.h"
#include "client/driver/quorum.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::driver {

// Asks each of these members to sign, in a session of its own that nobody completes, and says what
// each made of the request. Those that gave no commitment to ask with are left out; so are all of
// them where fewer than a threshold gave one.
std::vector<coordinator::NodeReport> show(Quorum& quorum, const coordinator::Task& task,
                                          const Bytes& request,
                                          const std::set<frost::Identifier>& members,
                                          Milliseconds timeout);

}  // namespace quorate::driver
