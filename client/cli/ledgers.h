// The nodes' ledgers on this disk, and what is fetched of them.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/node.h"
#include "client/audit/replica.h"
#include "client/audit/texts.h"
#include "client/cli/audit_words.h"
#include "client/cli/client.h"

namespace quorate::cli {

audit::Node audit_node(const home::Roster& roster, const home::RosterNode& node);

// The copies of all nodes of the roster, or of --nodes; also of those that were never pulled.
[[nodiscard]] Outcome<std::vector<audit::Replica>> open_replicas(const Client& client);

struct PulledNode {
  std::string node;
  std::uint64_t size = 0;   // records here now
  std::uint64_t grown = 0;  // by this pull
  std::vector<std::string> cosigned_by;
  std::vector<std::string> notes;      // who did not cosign, and why
  std::optional<NodeTrouble> trouble;  // why nothing was pulled
};

struct PullReport {
  std::vector<PulledNode> nodes;
  std::vector<audit::Finding> findings;
};

// Fetches what the ledgers grew by, and has the nodes cosign each other's checkpoints. What is
// found is kept beside the copies.
[[nodiscard]] Outcome<PullReport> pull_ledgers(Client& client);

// Names of the roots that are pinned here, by their ids.
[[nodiscard]] Outcome<std::map<record::Hash, std::string>> root_names(const Client& client);

[[nodiscard]] Outcome<audit::Texts> texts_of(const audit::Replica& replica);

// Every record of the copy, in its order; what is none is passed over (`audit verify` tells).
using TakeRecord = std::function<void(const ReadRecord&)>;
[[nodiscard]] Status read_records(const audit::Replica& replica, const TakeRecord& take);

}  // namespace quorate::cli
