#include "node/policy/words.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "node/policy/rules.h"
#include "node/policy/selection.h"

namespace quorate::policy {

using statement::Kind;

namespace {

constexpr std::size_t column = 14;

std::string entry(const std::string& what, const std::string& text) {
  return "  " + what + std::string(column - std::min(column - 1, what.size()), ' ') + text + "\n";
}

// Everybody in the groups: persons by name, and whomever a provider puts there.
std::vector<std::string> people_of(const std::vector<std::string>& groups,
                                   const Contents& contents) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& one) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  };
  for (const std::string& name : groups) {
    for (const std::string& member : contents.group(name)->members) add(member);
  }
  for (const std::string& name : groups) {
    for (const ClaimRule& rule : contents.group(name)->claims) {
      add("anyone whom " + rule.issuer + " puts in " + rule.value +
          (rule.claim == "groups" ? "" : " (" + rule.claim + ")"));
    }
  }
  return out;
}

std::string requester_evidence(Evidence evidence) {
  switch (evidence) {
    case Evidence::key: return "";
    case Evidence::key_touch:
    case Evidence::key_verified: return ", each" + with_evidence(evidence);
    case Evidence::oidc: return ", each with an ID token";
    case Evidence::key_and_oidc: return ", each with a key and an ID token";
  }
  return {};
}

std::string takes(const Profile& profile, const Contents& contents) {
  std::string out =
      either(people_of(profile.groups, contents)) + requester_evidence(profile.evidence);
  for (const ApprovalRule& rule : profile.approvals) {
    std::vector<std::string> people;
    for (const Person& person : contents.persons) {
      if (std::any_of(rule.groups.begin(), rule.groups.end(), [&](const std::string& name) {
            return contents.group(name)->has_member(person.name);
          })) {
        people.push_back(person.name);
      }
    }
    out += "; plus " + std::to_string(rule.count) +
           (rule.count == 1 ? " approval by " : " approvals by ") + either(people) +
           with_evidence(rule.evidence) + ", at most " + duration_in_words(rule.within_s) + " old";
  }
  return out;
}

std::string in_words(const SshRules& rules, Kind kind) {
  std::vector<std::string> principals;
  for (const Template& one : rules.principals) principals.push_back(one.text());
  std::vector<std::string> keys;
  for (const SubjectKey& key : rules.subject_keys) keys.push_back(text(key));
  std::string out = entry("principals", listed(principals)) +
                    entry("validity", "at most " + duration_in_words(rules.max_validity_s)) +
                    entry("subject keys", listed(keys)) +
                    entry("key id", rules.key_id ? rules.key_id->text() : "anything printable");
  if (kind == Kind::ssh_host) return out;
  std::vector<std::string> within;
  for (const NamedNetwork& network : rules.source_within) within.push_back(network.text);
  std::string source = rules.source_address_required ? "must be named" : "may be named";
  if (!within.empty()) source += ", within " + listed(within);
  std::string command = "must be `" + rules.force_command.command + "`";
  if (rules.force_command.rule == ForceCommand::Rule::forbidden) command = "forbidden";
  if (rules.force_command.rule == ForceCommand::Rule::allowed) command = "may be named";
  return out + entry("extensions", listed(rules.extensions)) + entry("source", source) +
         entry("command", command);
}

std::string in_words(const FileRules& rules) {
  return entry("namespaces", listed(rules.namespaces)) +
         entry("size", rules.max_size ? "at most " + std::to_string(*rules.max_size) +
                                            " bytes, by the requester's word"
                                      : "any");
}

std::string in_words(const AccessRules& rules) {
  return entry("audiences", listed(rules.audiences)) + entry("resources", listed(rules.resources)) +
         entry("actions", listed(rules.actions)) + entry("subject", rules.subject.text()) +
         entry("life", "at most " + duration_in_words(rules.max_life_s));
}

std::string limits_in_words(const Profile& profile) {
  const auto rate = [](const Rate& one) {
    return std::to_string(one.count) + " in " + duration_in_words(one.seconds);
  };
  std::string out;
  if (profile.per_requester) out += entry("each person", rate(*profile.per_requester));
  if (profile.per_profile) out += entry("in all", rate(*profile.per_profile));
  std::vector<std::string> hours;
  for (const WeeklyHours& window : profile.hours) hours.push_back(window.text());
  if (!hours.empty()) out += entry("hours", listed(hours));
  return out;
}

std::string in_words(const Profile& profile, const Contents& contents) {
  std::string out = profile.name + ": " + std::string(word(profile.kind)) + " under the root " +
                    profile.root + "\n" + entry("takes", takes(profile, contents));
  if (profile.ssh) out += in_words(*profile.ssh, profile.kind);
  if (profile.file) out += in_words(*profile.file);
  if (profile.access) out += in_words(*profile.access);
  out += entry("requests", "live at most " + duration_in_words(profile.life_s));
  if (profile.needs_fresh_list)
    out += entry("revocation", "needs a list that is not past its time");
  return out + limits_in_words(profile) + entry("hash", to_hex(profile.hash));
}

}  // namespace

std::string either(const std::vector<std::string>& names) {
  if (names.empty()) return "nobody";
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // The comma keeps "anyone whom …" from being read together with the name before it.
    const bool is_last = i + 1 == names.size();
    if (i > 0) out += !is_last ? ", " : names[i].find(' ') == std::string::npos ? " or " : ", or ";
    out += names[i];
  }
  return out;
}

std::string with_evidence(Evidence evidence) {
  switch (evidence) {
    case Evidence::key_touch: return " with a touched key";
    case Evidence::key_verified: return " with a touched key and its PIN";
    case Evidence::key:
    case Evidence::oidc:
    case Evidence::key_and_oidc: break;
  }
  return {};
}

std::string in_words(const Policy& policy) {
  const Contents& contents = policy.contents();
  std::string out;
  for (const Profile& profile : contents.profiles) {
    out += (out.empty() ? "" : "\n") + in_words(profile, contents);
  }
  return out.empty() ? "No profile: this node signs nothing.\n" : out;
}

std::vector<std::string> warnings(const Policy& policy) { return must_be_named(policy.contents()); }

}  // namespace quorate::policy
