// A policy in words, for whoever reviews it, and what distinguishes two.

#pragma once

#include <string>
#include <vector>

#include "node/policy/policy.h"
#include "node/policy/profile.h"

namespace quorate::policy {

// Profile by profile, what it allows and what it takes: lines that end with a line feed.
std::string in_words(const Policy& policy);

// What the file allows, and its author may not have meant: a sentence each. So far: who can never
// leave the name of the profile out, because several could take him.
std::vector<std::string> warnings(const Policy& policy);

// What must change in `before` so that it means what `after` means: a line each, empty where they
// mean the same, however they are written.
std::vector<std::string> differences(const Policy& before, const Policy& after);

// "carol, dave or erin"; "nobody" for none.
std::string either(const std::vector<std::string>& names);
// " with a touched key": what is asked beyond a key; empty for none.
std::string with_evidence(Evidence evidence);

}  // namespace quorate::policy
