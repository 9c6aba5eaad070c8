// What nodes say of themselves, decoded.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/driver/round.h"
#include "client/home/known_roots.h"
#include "crypto/base/result.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/ceremony/proposal.h"

namespace quorate::driver {

struct DescribedRoot {
  Bytes bytes;  // of the record
  ceremony::EpochRecord record;
  std::string state;  // active | retired | share_missing | rolled_back
};

struct DescribedCeremony {
  Bytes bytes;  // of the proposal
  ceremony::Proposal proposal;
  std::string state;  // hello_sent | dealt | confirmed | active | aborted
};

// Texts are the node's own words: printable ASCII, whatever it sent.
struct Description {
  std::string name;
  std::string operator_name;
  std::string version;
  std::string custody;
  std::string custody_state;
  std::vector<DescribedRoot> roots;
  std::vector<DescribedCeremony> ceremonies;
  layout::Hash policies{};          // record::policies_hash()
  std::string policy_trouble = "";  // why a newer policy.toml is not in force
  std::string checkpoint = "";      // of its ledger, a signed note; as it came, and not looked at
  std::string rude = "";            // what a rude node did so far; empty: it is none
};

struct NodeDescription {
  home::RosterNode node;
  Result<Description> description;
};

// `malformed`, and `not_pinned` where the node names another identity than its channel's.
[[nodiscard]] Result<Description> decode(const wire::v1::Description& message,
                                         const home::RosterNode& node);

// Asks all nodes; the answers in the roster's order. A node that fails has an error that says why:
// `unreachable`, `timed_out`, `malformed`, what it refused with, ...
std::vector<NodeDescription> describe(Quorum& quorum, Milliseconds timeout, Patience patience);

// For home::agreed_record().
std::vector<home::Described> heard(const std::vector<NodeDescription>& answers);

}  // namespace quorate::driver
