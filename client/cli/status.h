// What the nodes' own words add up to.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/blame.h"
#include "client/cli/console.h"
#include "client/cli/exit.h"
#include "client/driver/description.h"
#include "client/home/roster.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/record/checkpoint.h"

namespace quorate::cli {

struct NodeStatus {
  std::string name;
  std::string operator_name;
  std::string address;
  bool is_reachable = false;
  std::string trouble;  // why not; or what the custody says when it is not ready; else empty
  std::string custody;
  std::string custody_state;
  std::string version;
  std::string policies;        // hash of its profiles, in hex
  std::string policy_trouble;  // why a newer policy.toml is not in force; else empty
  std::string rude;            // what it did so far, where it was told to be rude; else empty
  std::optional<record::Checkpoint> ledger;  // none where it showed none that holds
  std::string ledger_trouble;                // what is wrong with it; else empty
  bool is_rewritten = false;                 // it is smaller than before, or another
  std::vector<std::string> blames = {};      // files: proofs that it lied to this client
};

struct MemberStatus {
  std::string name;
  bool is_usable = false;
  std::string trouble;  // why it can't sign with this root
};

struct RootStatus {
  ceremony::EpochRecord record;
  std::vector<MemberStatus> members;
  bool is_pinned = false;  // false: told by nodes, and not looked at closer

  std::size_t usable() const;
  // Negative: that many are missing.
  long survives() const { return static_cast<long>(usable()) - record.members.threshold; }
};

struct StatusReport {
  std::string client;             // our own identity key: what a node lists under [[client]]
  std::vector<NodeStatus> nodes;  // those in trouble first, else in the roster's order
  std::vector<RootStatus> roots;  // those that survive least first

  // refused: some node shows a smaller ledger than it did before, or another.
  // too_few: some root has fewer usable nodes than it needs, or not one node answers.
  Exit exit() const;
  // Names of nodes by the hash of their profiles. One entry: all have the same.
  std::map<std::string, std::vector<std::string>> policies() const;
};

// What each node's checkpoint came to, by the node's name: home::SeenLedgers::see(). Nodes that
// showed none are left out.
using SeenHeads = std::map<std::string, Result<record::Checkpoint>>;

// `client` is our own identity key, `pinned` the roots of this home. Roots that only nodes know are
// there too, when enough of their members describe them alike.
StatusReport judge(const ed25519::Point& client, const home::Roster& roster,
                   const std::vector<ceremony::EpochRecord>& pinned,
                   const std::vector<driver::NodeDescription>& answers, const SeenHeads& heads,
                   const BlameFiles& blames = {});

std::string in_words(const StatusReport& report);
Json json_of(const home::Roster& roster, const StatusReport& report);

}  // namespace quorate::cli
