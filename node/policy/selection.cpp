#include "node/policy/selection.h"

#include <algorithm>
#include <map>
#include <utility>

#include "node/policy/rules.h"
#include "node/policy/words.h"

namespace quorate::policy {

using statement::Kind;

namespace {

using Profiles = std::vector<const Profile*>;

Selection none_of(Code code, std::string reason, std::size_t line) {
  return {nullptr, {code, std::move(reason)}, line};
}

bool is_known_to(const std::string& issuer, const std::string& person, const Contents& contents) {
  const Person* known = contents.person(person);
  return known != nullptr ? known->is_known_to(issuer) : person.starts_with(issuer + ":");
}

std::vector<std::string> names_of(const Profiles& profiles) {
  std::vector<std::string> names;
  for (const Profile* profile : profiles) names.push_back(profile->name);
  return names;
}

// Nobody's profile, by the evidence that came. What a token could change is worth a word.
Selection nobody_lets(const std::string& person, const std::string& what,
                      const Profiles& candidates) {
  std::string reason = "no profile of this node lets " + person + " ask for the " + what;
  for (const Profile* profile : candidates) {
    reason += "; " + profile->name + " would, if a token put them in " + either(profile->groups);
  }
  return none_of(Code::requester_not_allowed, std::move(reason), 0);
}

Selection select_named(const std::string& name, const Profiles& profiles, const std::string& person,
                       const std::string& what, const Profiles& fitting) {
  for (const Profile* profile : profiles) {
    if (profile->name != name) continue;
    if (std::find(fitting.begin(), fitting.end(), profile) != fitting.end()) return {profile};
    return none_of(Code::requester_not_allowed,
                   person + " is in no group of profile " + name + ": " + listed(profile->groups),
                   profile->line_of("requester"));
  }
  return none_of(Code::profile_unknown, "this node has no profile " + name + " for the " + what, 0);
}

// Everybody whom select() may meet, with what people call them: the file's persons, and for each
// issuer those who are not in it.
std::vector<std::pair<std::string, std::string>> everybody(const Contents& contents) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Person& person : contents.persons) out.emplace_back(person.name, person.name);
  for (const oidc::Issuer& issuer : contents.issuers) {
    out.emplace_back(issuer.name + ":", "anyone else with a token of " + issuer.name);
  }
  return out;
}

}  // namespace

bool could_take(const Profile& profile, const std::string& person, const Contents& contents) {
  return std::any_of(profile.groups.begin(), profile.groups.end(), [&](const std::string& name) {
    const Group& group = *contents.group(name);
    return group.has_member(person) ||
           std::any_of(group.claims.begin(), group.claims.end(), [&](const ClaimRule& rule) {
             return is_known_to(rule.issuer, person, contents);
           });
  });
}

Selection select(const Contents& contents, const Facts& facts) {
  const statement::Statement& asked = facts.statement;
  const std::string& person = facts.judgement.person;
  const std::string what = std::string(statement::title(asked.kind)) + " of root " + asked.root;
  Profiles profiles;
  Profiles candidates;
  Profiles fitting;  // all of them candidates
  for (const Profile& profile : contents.profiles) {
    if (profile.root != asked.root || profile.kind != asked.kind) continue;
    profiles.push_back(&profile);
    const bool fits = is_in(profile.groups, facts.judgement, contents);
    if (fits || could_take(profile, person, contents)) candidates.push_back(&profile);
    if (fits) fitting.push_back(&profile);
  }
  if (fitting.empty()) return nobody_lets(person, what, candidates);
  if (!asked.profile.empty()) return select_named(asked.profile, profiles, person, what, fitting);
  if (candidates.size() == 1) return {fitting.front()};
  return none_of(Code::profile_unknown,
                 "several profiles of this node could take " + person +
                     ", by name or by what a token says: name one with --profile: " +
                     listed(names_of(candidates)),
                 candidates.back()->line);
}

std::vector<std::string> must_be_named(const Contents& contents) {
  std::map<std::pair<std::string, Kind>, Profiles> places;
  for (const Profile& profile : contents.profiles) {
    places[{profile.root, profile.kind}].push_back(&profile);
  }
  std::vector<std::string> out;
  for (const auto& [place, profiles] : places) {
    std::map<std::vector<std::string>, std::vector<std::string>> who;  // by names of profiles
    for (const auto& [person, called] : everybody(contents)) {
      Profiles candidates;
      for (const Profile* profile : profiles) {
        if (could_take(*profile, person, contents)) candidates.push_back(profile);
      }
      if (candidates.size() > 1) who[names_of(candidates)].push_back(called);
    }
    for (const auto& [names, people] : who) {
      out.push_back(either(people) + " must always name the profile for " +
                    std::string(word(place.second)) + " under the root " + place.first +
                    ": --profile " + either(names));
    }
  }
  return out;
}

}  // namespace quorate::policy
