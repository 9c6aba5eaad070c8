// One profile's rules, each a question to one request. Inside node/policy only.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/policy/policy.h"
#include "node/policy/profile.h"

namespace quorate::policy {

// What a rule looks at.
struct Case {
  const Contents& contents;
  const Profile& profile;
  const Facts& facts;
  const Limits& limits;
};

// A rule that does not hold.
struct Breach {
  Error error;
  std::string key;   // of the profile: "ssh.principals"
  std::size_t line;  // where it stands
};
using Check = std::optional<Breach>;

Breach breach(const Case& asked, const std::string& key, Code code, std::string reason);
// "alice, deploy"; "none" where there is nothing.
std::string listed(const std::vector<std::string>& texts);
// What the name of a principal is made of.
bool is_in_principals(char c);
// "8 h", "90 s": as a person says it.
std::string duration_in_words(std::uint64_t seconds);

// Whether the requester belongs to one of the groups, by name or by what his token says.
bool is_in(const std::vector<std::string>& groups, const request::Judgement& judgement,
           const Contents& contents);
Identity identity_of(const request::Judgement& judgement, const Contents& contents);

// rules.cpp, in the order of the codes
Check check_life(const Case& asked);        // 106
Check check_evidence(const Case& asked);    // 200, 205
Check check_limits(const Case& asked);      // 307
Check check_hours(const Case& asked);       // 308
Check check_fresh_list(const Case& asked);  // 310
// ssh_rules.cpp
Check check_principals(const Case& asked);    // 302
Check check_ssh_validity(const Case& asked);  // 303
Check check_subject_key(const Case& asked);   // 304
Check check_options(const Case& asked);       // 305
Check check_key_id(const Case& asked);        // 309
// content_rules.cpp
Check check_access_life(const Case& asked);  // 303
Check check_namespace(const Case& asked);    // 306
Check check_size(const Case& asked);         // 310
Check check_access(const Case& asked);       // 310

// The buckets that an approval under this profile takes from.
std::vector<Charge> charges(const Case& asked);

// approvals.cpp: those that count, as places in judgement.approvers, or why they are too few.
struct Approvals {
  std::vector<std::size_t> counted;
  Check lacking;
};
Approvals check_approvals(const Case& asked);

}  // namespace quorate::policy
