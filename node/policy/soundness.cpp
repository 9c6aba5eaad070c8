// Whether what a profile asks for can be given at all: by whom, with what, often enough.

#include <algorithm>
#include <set>

#include "node/policy/assignment.h"
#include "node/policy/load.h"
#include "node/policy/rules.h"
#include "proto/request/request.h"

namespace quorate::policy {

using settings::Item;
using settings::Section;

namespace {

bool can_sign(const Person& person, Evidence evidence) {
  return evidence == Evidence::key || evidence == Evidence::key_and_oidc ? !person.keys.empty()
                                                                         : person.has_fido_key();
}

bool can_give(const Person& person, Evidence evidence) {
  if (takes_token(evidence) && person.subjects.empty()) return false;
  return !takes_key(evidence) || can_sign(person, evidence);
}

std::string what_it_takes(Evidence evidence) {
  switch (evidence) {
    case Evidence::key: return "a key";
    case Evidence::key_touch:
    case Evidence::key_verified: return "a FIDO key (sk-…)";
    case Evidence::oidc: return "an `oidc` entry";
    case Evidence::key_and_oidc: return "a key and an `oidc` entry";
  }
  return {};
}

// Who might ask under a profile.
struct Requesters {
  std::vector<const Person*> persons;
  std::set<std::string> open_issuers;  // whose tokens may name somebody who is not in the file
  std::set<std::string> issuers;       // whose tokens count at all
};

Requesters requesters_of(const Profile& profile, const Contents& contents) {
  Requesters out;
  std::set<std::string> claim_issuers;
  std::set<std::string> members;
  for (const std::string& name : profile.groups) {
    const Group& group = *contents.group(name);
    members.insert(group.members.begin(), group.members.end());
    for (const ClaimRule& rule : group.claims) claim_issuers.insert(rule.issuer);
  }
  for (const Person& person : contents.persons) {
    const bool may_be_in =
        members.contains(person.name) ||
        std::any_of(person.subjects.begin(), person.subjects.end(),
                    [&](const Subject& one) { return claim_issuers.contains(one.issuer); });
    if (!may_be_in || !can_give(person, profile.evidence)) continue;
    out.persons.push_back(&person);
    if (!takes_token(profile.evidence)) continue;
    for (const Subject& subject : person.subjects) out.issuers.insert(subject.issuer);
  }
  if (profile.evidence == Evidence::oidc) {
    out.open_issuers = claim_issuers;
    out.issuers.merge(std::set<std::string>(claim_issuers));
  }
  return out;
}

Status check_template(const Section& section, const Profile& profile, const Contents& contents,
                      const Requesters& requesters, const Template& text, const std::string& key) {
  const Item place{text.text(), profile.line_of(key)};
  const std::string name = key.substr(key.find('.') + 1);
  if (text.needs_token() && !takes_token(profile.evidence)) {
    return section.expected(name, place,
                            "no place of a token in `" + text.text() + "`: the evidence `" +
                                std::string(policy::name(profile.evidence)) + "` brings none");
  }
  const bool has_domains = std::any_of(
      requesters.issuers.begin(), requesters.issuers.end(),
      [&](const std::string& issuer) { return !contents.issuer(issuer)->email_domains.empty(); });
  if (text.has(Template::Place::email_local) && !has_domains) {
    return section.expected(name, place,
                            "an issuer with `email_domains` for `" + text.text() +
                                "`: else whoever may choose an address chooses what stands there");
  }
  return Done{};
}

Status check_templates(const Section& section, const Profile& profile, const Contents& contents,
                       const Requesters& requesters) {
  if (profile.ssh) {
    for (const Template& principal : profile.ssh->principals) {
      QUORATE_CHECK(
          check_template(section, profile, contents, requesters, principal, "ssh.principals"));
      const std::string literal = principal.literal();
      if (!std::all_of(literal.begin(), literal.end(), is_in_principals)) {
        return section.expected(
            "principals", Item{principal.text(), profile.line_of("ssh.principals")},
            "principals of A-Z, a-z, 0-9 and ._@:+-, not `" + principal.text() + "`");
      }
    }
    if (profile.ssh->key_id) {
      QUORATE_CHECK(check_template(section, profile, contents, requesters, *profile.ssh->key_id,
                                   "ssh.key_id"));
    }
  }
  if (profile.access) {
    QUORATE_CHECK(check_template(section, profile, contents, requesters, profile.access->subject,
                                 "access.subject"));
  }
  return Done{};
}

// Who could serve which rule, when `requester` asks, or somebody known to `issuer` only.
bool can_be_met(const Profile& profile, const Contents& contents, const Person* requester,
                const std::string& issuer) {
  std::vector<std::vector<std::size_t>> fits;
  for (const Person& person : contents.persons) {
    if (&person == requester) continue;
    if (requester == nullptr && !person.is_known_to(issuer)) continue;
    std::vector<std::size_t> rules;
    for (std::size_t rule = 0; rule < profile.approvals.size(); ++rule) {
      const ApprovalRule& approval = profile.approvals[rule];
      const bool is_member = std::any_of(
          approval.groups.begin(), approval.groups.end(),
          [&](const std::string& name) { return contents.group(name)->has_member(person.name); });
      if (is_member && can_sign(person, approval.evidence)) rules.push_back(rule);
    }
    fits.push_back(std::move(rules));
  }
  std::vector<std::uint64_t> counts;
  for (const ApprovalRule& rule : profile.approvals) counts.push_back(rule.count);
  return assign(fits, counts).is_complete();
}

Status check_approvals(const Section& section, const Profile& profile, const Contents& contents,
                       const Requesters& requesters) {
  if (profile.approvals.empty()) return Done{};
  std::uint64_t total = 0;
  for (const ApprovalRule& rule : profile.approvals) {
    std::uint64_t people = 0;
    for (const Person& person : contents.persons) {
      const bool is_member = std::any_of(
          rule.groups.begin(), rule.groups.end(),
          [&](const std::string& name) { return contents.group(name)->has_member(person.name); });
      people += is_member && can_sign(person, rule.evidence) ? 1 : 0;
    }
    if (people == 0) {
      return section.expected("groups", Item{"", rule.line},
                              "somebody who is named in " + listed(rule.groups) + " and has " +
                                  what_it_takes(rule.evidence) + ", for the evidence `" +
                                  std::string(name(rule.evidence)) + "`");
    }
    if (people < rule.count) {
      return section.expected("count", Item{"", rule.line},
                              "at most " + std::to_string(people) +
                                  ": so many persons who are named in " + listed(rule.groups) +
                                  " have " + what_it_takes(rule.evidence));
    }
    total += rule.count;
  }
  const Item first{"", profile.approvals.front().line};
  if (total > request::evidence_limit - 1) {
    return section.expected("count", first,
                            "at most " + std::to_string(request::evidence_limit - 1) +
                                " approvals in all: no request holds more");
  }
  const bool somebody_can =
      std::any_of(
          requesters.persons.begin(), requesters.persons.end(),
          [&](const Person* person) { return can_be_met(profile, contents, person, ""); }) ||
      std::any_of(requesters.open_issuers.begin(), requesters.open_issuers.end(),
                  [&](const std::string& issuer) {
                    return can_be_met(profile, contents, nullptr, issuer);
                  });
  if (!somebody_can) {
    return section.expected("count", first,
                            "counts that can be met: nobody approves his own request or in two "
                            "rules, and where a token alone names the requester only persons with "
                            "an `oidc` entry of its issuer count");
  }
  return Done{};
}

}  // namespace

Status check_sound(const Section& section, const Profile& profile, const Contents& contents) {
  const Requesters requesters = requesters_of(profile, contents);
  if (requesters.persons.empty() && requesters.open_issuers.empty()) {
    return section.expected("requester",
                            "groups with somebody who has " + what_it_takes(profile.evidence) +
                                ", for the evidence `" + std::string(name(profile.evidence)) + "`");
  }
  QUORATE_CHECK(check_templates(section, profile, contents, requesters));
  return check_approvals(section, profile, contents, requesters);
}

}  // namespace quorate::policy
