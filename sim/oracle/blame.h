// P6: who is blamed is guilty, and everybody can see it. Computed from what a report holds and from
// nothing else; who is honest is for the caller to say.

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/ceremony/leader.h"
#include "client/coordinator/report.h"

namespace quorate::sim {

// The accusations among these that nobody could follow: a conviction without evidence, or whose
// evidence proves nothing, or proves it of somebody else.
std::vector<std::string> unfounded(const std::vector<coordinator::NodeReport>& reports);

// Who is proved guilty by these messages of a ceremony, in any of the ways that there are: a
// message that no honest member signs, two of one step, a complaint judged.
std::set<frost::Identifier> convicted(const ceremony::Proposal& proposal,
                                      const std::vector<layout::Signed>& evidence);
// The same of a ceremony's report: who is called guilty and is not convicted.
std::vector<std::string> unfounded(const ceremony::Proposal& proposal,
                                   const leader::Report& report);

// Whether an honest node may have signed in this session: a list of exactly t members, ascending
// and all different, with no commitment that is the identity of its group. What is wrong with it.
std::optional<std::string> find_broken_list(const frost::Quorum& quorum,
                                            const std::vector<frost::Commitment>& list);

}  // namespace quorate::sim
