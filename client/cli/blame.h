// Nodes that lied: their proofs are kept, shown, checked, and cleared.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/cli/client.h"
#include "client/coordinator/report.h"
#include "client/home/blames.h"

namespace quorate::cli {

// The members of this root that lied to this client before and were not cleared. Where the files
// can't be read nobody is: a signature does not wait for that.
std::set<frost::Identifier> blamed_members(const Client& client,
                                           const ceremony::EpochRecord& record);

// Keeps the evidence of every node that lied, with the certificate that makes it convince others:
// the home's, or else one that the nodes in `honest` show. The files, by the node's name.
std::map<std::string, Path> keep_evidence(Client& client, const ceremony::EpochRecord& record,
                                          const std::vector<coordinator::NodeReport>& nodes,
                                          const std::set<frost::Identifier>& honest);

// The files of every node that is blamed, by its name.
using BlameFiles = std::map<std::string, std::vector<Path>>;
[[nodiscard]] Outcome<BlameFiles> blame_files(const Client& client);

// `quorate audit verify --blame FILE`: from the file alone. Where a home is at hand it says, too,
// what the roster calls the liar, and whether the root is the one that is pinned here.
[[nodiscard]] Outcome<Exit> verify_blame(const Path& file, const Common& common,
                                         const Console& console);

}  // namespace quorate::cli
