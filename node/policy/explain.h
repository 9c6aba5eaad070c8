// What this node would decide about a request, without signing or recording: for
// `quorate-node policy explain`. Runs the real judgement as far as it needs neither the node's
// database nor a provider, and says what it left out.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/policy/policy.h"
#include "proto/request/request.h"

namespace quorate::policy {

struct Explanation {
  // As judge() gives it; where the request fails before its turn comes, with that code, and `rule`
  // says that no policy was asked.
  Decision decision;
  std::string request_id;                  // in hex; empty where the request can't be read
  std::string requester;                   // empty where nobody is known to ask
  std::vector<std::string> approved_by;    // whose approvals counted
  std::vector<std::string> not_looked_at;  // what the running node judges besides
};

// `pinned` has the texts of the issuers' key files, by their names. Tokens of other issuers are
// taken at their word, and not_looked_at says so.
Explanation explain(const Policy& policy, const std::map<std::string, std::string>& pinned,
                    const request::Request& request, std::uint64_t now_s);

// "approve", "pending", "refuse".
std::string word(const Decision& decision);
// Lines that end with a line feed.
std::string in_words(const Explanation& explanation);

}  // namespace quorate::policy
