// Which profile judges a request. Inside node/policy only.

#pragma once

#include <string>
#include <vector>

#include "node/policy/policy.h"
#include "node/policy/profile.h"

namespace quorate::policy {

struct Selection {
  const Profile* profile = nullptr;
  Error error{Code::requester_not_allowed, {}};  // where there is none
  std::size_t line = 0;                          // of what settled it; 0: no profile did
};

// The profile that the statement names; without a name the only one of this root and kind that
// could_take() the requester. Then his evidence must put him in one of its groups.
//
// Whoever carries a request can leave evidence out, and what he leaves out must never select
// another profile. So what is counted here depends on the file and on the person alone, who is the
// same whatever is left out; evidence can make a request fit the selected profile, and choose none.
Selection select(const Contents& contents, const Facts& facts);

// Whether evidence of this person might put him in one of the profile's groups: he is a member by
// name, or a group takes whom a token says, and its issuer knows him. Of a person of the file his
// `oidc` entries tell; `ISSUER:SUBJECT` is known to that issuer.
bool could_take(const Profile& profile, const std::string& person, const Contents& contents);

// Whoever can never leave the name of the profile out, a sentence for each set of profiles that
// stand in each other's way. Empty where everybody may.
std::vector<std::string> must_be_named(const Contents& contents);

}  // namespace quorate::policy
