#include "client/cli/ledgers.h"

#include <algorithm>

#include "proto/record/checkpoint.h"

namespace quorate::cli {

audit::Node audit_node(const home::Roster& roster, const home::RosterNode& node) {
  return {node.name, record::origin_of(roster.quorum, node.name), node.identity, node.cosigner};
}

Outcome<std::vector<audit::Replica>> open_replicas(const Client& client) {
  const std::vector<std::string>& names = client.common().nodes;
  std::vector<audit::Replica> replicas;
  for (const home::RosterNode& node : client.roster().nodes) {
    if (!names.empty() && std::ranges::find(names, node.name) == names.end()) continue;
    QUORATE_TRY(audit::Replica replica, audit::Replica::open(client.home().audit(), node.name));
    replicas.push_back(std::move(replica));
  }
  return replicas;
}

Outcome<std::map<record::Hash, std::string>> root_names(const Client& client) {
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> pinned, client.known_roots().list());
  std::map<record::Hash, std::string> names;
  for (const ceremony::EpochRecord& record : pinned) names.emplace(record.root_id(), record.root);
  return names;
}

Outcome<audit::Texts> texts_of(const audit::Replica& replica) {
  QUORATE_TRY(const std::vector<audit::Text> list, replica.texts());
  audit::Texts texts;
  texts.add(list);
  return texts;
}

Status read_records(const audit::Replica& replica, const TakeRecord& take) {
  if (!replica.is_pulled()) return Done{};
  QUORATE_TRY(audit::Leaves leaves, replica.leaves());
  for (std::uint64_t index = 0;; ++index) {
    QUORATE_TRY(const std::optional<Bytes> leaf, leaves.next());
    if (!leaf) return Done{};
    Result<record::Leaf> decoded = record::decode_leaf(*leaf);
    if (decoded) take(ReadRecord{replica.node(), index, std::move(decoded->record)});
  }
}

}  // namespace quorate::cli
