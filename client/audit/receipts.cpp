#include "client/audit/receipts.h"

#include <map>

#include "crypto/base/hex.h"
#include "proto/record/receipt.h"
#include "proto/record/record.h"

namespace quorate::audit {
namespace {

std::map<std::uint64_t, Bytes> places_in(const Replica& replica,
                                         const std::vector<Finding>& findings) {
  std::map<std::uint64_t, Bytes> leaves;
  for (const Finding& finding : findings) {
    for (const RecordPlace& place : finding.records) {
      const bool is_here =
          place.node == replica.node() && place.index < replica.mark().held.frontier.size();
      if (is_here && leaves.size() < receipts_limit) leaves.emplace(place.index, Bytes{});
    }
  }
  return leaves;
}

}  // namespace

Status add_receipts(const Replica& replica, std::vector<Finding>& findings) {
  std::map<std::uint64_t, Bytes> wanted = places_in(replica, findings);
  if (wanted.empty()) return Done{};
  std::vector<Hash> hashes;
  QUORATE_TRY(Leaves leaves, replica.leaves());
  while (true) {
    QUORATE_TRY(std::optional<Bytes> leaf, leaves.next());
    if (!leaf) break;
    const auto place = wanted.find(hashes.size());
    hashes.push_back(record::leaf_hash(*leaf));
    if (place != wanted.end()) place->second = *std::move(leaf);
  }
  for (Finding& finding : findings) {
    for (const RecordPlace& place : finding.records) {
      if (place.node != replica.node()) continue;
      const auto found = wanted.find(place.index);
      if (found == wanted.end()) continue;
      const Result<record::Leaf> leaf = record::decode_leaf(found->second);
      if (!leaf) continue;
      const record::Receipt receipt{leaf->salt, place.index, hashes.size(),
                                    record::inclusion_path(hashes, place.index),
                                    replica.mark().held.note};
      const std::string which = place.node + " " + std::to_string(place.index);
      finding.proofs.push_back({"record " + which, to_hex(leaf->record_bytes)});
      finding.proofs.push_back({"receipt " + which, to_hex(record::encode(receipt))});
    }
  }
  return Done{};
}

}  // namespace quorate::audit
