#include "node/policy/profile.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "proto/statement/canonical_json.h"

namespace quorate::policy {

using nlohmann::json;
using statement::Kind;

namespace {

constexpr std::array<Kind, 7> kinds = {Kind::ssh_user, Kind::ssh_host,   Kind::file, Kind::access,
                                       Kind::bundle,   Kind::revocation, Kind::krl};

template <typename Named>
const Named* find_named(const std::vector<Named>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

json json_of(const std::optional<Rate>& rate) {
  if (!rate) return nullptr;
  return {{"count", rate->count}, {"seconds", rate->seconds}};
}

json json_of(const SshRules& rules) {
  json principals = json::array();
  for (const Template& principal : rules.principals) principals.push_back(principal.text());
  json subject_keys = json::array();
  for (const SubjectKey& key : rules.subject_keys) subject_keys.push_back(text(key));
  json within = json::array();
  for (const NamedNetwork& network : rules.source_within) within.push_back(network.text);
  std::string command = rules.force_command.command;
  if (rules.force_command.rule != ForceCommand::Rule::exact) {
    command = rules.force_command.rule == ForceCommand::Rule::allowed ? "allowed" : "forbidden";
  }
  return {{"extensions", rules.extensions},
          {"force_command", command},
          {"key_id", rules.key_id ? json(rules.key_id->text()) : json(nullptr)},
          {"max_validity", rules.max_validity_s},
          {"principals", principals},
          {"source_address", {{"required", rules.source_address_required}, {"within", within}}},
          {"subject_keys", subject_keys}};
}

json json_of(const FileRules& rules) {
  return {{"max_size", rules.max_size ? json(*rules.max_size) : json(nullptr)},
          {"namespaces", rules.namespaces}};
}

json json_of(const AccessRules& rules) {
  return {{"actions", rules.actions},
          {"audiences", rules.audiences},
          {"max_life", rules.max_life_s},
          {"resources", rules.resources},
          {"subject", rules.subject.text()}};
}

json json_of(const ApprovalRule& rule) {
  return {{"count", rule.count},
          {"evidence", name(rule.evidence)},
          {"groups", rule.groups},
          {"within", rule.within_s}};
}

}  // namespace

bool Person::is_known_to(const std::string& issuer) const {
  return std::any_of(subjects.begin(), subjects.end(),
                     [&](const Subject& subject) { return subject.issuer == issuer; });
}

bool Person::has_fido_key() const {
  return std::any_of(keys.begin(), keys.end(),
                     [](const ssh::PublicKey& key) { return ssh::is_fido(key.kind()); });
}

bool Group::has_member(const std::string& person) const {
  return std::find(members.begin(), members.end(), person) != members.end();
}

std::string_view name(Evidence evidence) {
  switch (evidence) {
    case Evidence::key: return "key";
    case Evidence::key_touch: return "key-touch";
    case Evidence::key_verified: return "key-verified";
    case Evidence::oidc: return "oidc";
    case Evidence::key_and_oidc: return "key+oidc";
  }
  return {};
}

std::string text(const SubjectKey& key) {
  switch (key.kind) {
    case ssh::KeyKind::ed25519: return "ed25519";
    case ssh::KeyKind::fido_ed25519: return "sk-ed25519";
    case ssh::KeyKind::fido_ecdsa: return "sk-ecdsa";
    case ssh::KeyKind::ecdsa: return "ecdsa-p256";
    case ssh::KeyKind::rsa: return "rsa-" + std::to_string(key.least_bits);
  }
  return {};
}

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::ssh_user: return "ssh-user";
    case Kind::ssh_host: return "ssh-host";
    case Kind::file: return "file";
    case Kind::access: return "access";
    case Kind::bundle: return "bundle";
    case Kind::revocation: return "revocation";
    case Kind::krl: return "krl";
  }
  return {};
}

std::optional<Kind> kind_of(std::string_view wanted) {
  for (const Kind kind : kinds) {
    if (word(kind) == wanted) return kind;
  }
  return std::nullopt;
}

std::size_t Profile::line_of(const std::string& key) const {
  const auto found = lines.find(key);
  return found == lines.end() ? line : found->second;
}

const Person* Contents::person(const std::string& wanted) const {
  return find_named(persons, wanted);
}
const Group* Contents::group(const std::string& wanted) const { return find_named(groups, wanted); }
const oidc::Issuer* Contents::issuer(const std::string& wanted) const {
  return find_named(issuers, wanted);
}

std::string canonical_json(const Profile& profile) {
  json approvals = json::array();
  for (const ApprovalRule& rule : profile.approvals) approvals.push_back(json_of(rule));
  json hours = json::array();
  for (const WeeklyHours& window : profile.hours) hours.push_back(window.text());
  json out = {{"approval", approvals},
              {"life", profile.life_s},
              {"limits",
               {{"hours", hours},
                {"per_profile", json_of(profile.per_profile)},
                {"per_requester", json_of(profile.per_requester)}}},
              {"name", profile.name},
              {"needs_fresh_list", profile.needs_fresh_list},
              {"requester", {{"evidence", name(profile.evidence)}, {"groups", profile.groups}}},
              {"statement", word(profile.kind)}};
  if (profile.ssh) out["ssh"] = json_of(*profile.ssh);
  if (profile.file) out["file"] = json_of(*profile.file);
  if (profile.access) out["access"] = json_of(*profile.access);
  return statement::canonical(out);
}

std::string canonical_people(const Contents& contents) {
  json persons = json::array();
  for (const Person& person : contents.persons) {
    json keys = json::array();
    for (const ssh::PublicKey& key : person.keys) keys.push_back(key.fingerprint());
    json subjects = json::array();
    for (const Subject& one : person.subjects) {
      subjects.push_back({{"issuer", one.issuer}, {"subject", one.subject}});
    }
    persons.push_back({{"keys", keys}, {"name", person.name}, {"oidc", subjects}});
  }
  json groups = json::array();
  for (const Group& group : contents.groups) {
    json claims = json::array();
    for (const ClaimRule& rule : group.claims) {
      claims.push_back({{"claim", rule.claim}, {"issuer", rule.issuer}, {"value", rule.value}});
    }
    groups.push_back({{"members", group.members}, {"name", group.name}, {"oidc", claims}});
  }
  json issuers = json::array();
  for (const oidc::Issuer& issuer : contents.issuers) {
    json algorithms = json::array();
    for (const oidc::Algorithm algorithm : issuer.algorithms) {
      algorithms.push_back(oidc::name(algorithm));
    }
    issuers.push_back({{"algorithms", algorithms},
                       {"audience", issuer.audience},
                       {"ca_file", issuer.ca_file},
                       {"email_domains", issuer.email_domains},
                       {"issuer", issuer.identifier},
                       {"keys_file", issuer.keys_file},
                       {"max_age", issuer.max_age_s},
                       {"name", issuer.name}});
  }
  return statement::canonical({{"groups", groups}, {"issuers", issuers}, {"persons", persons}});
}

}  // namespace quorate::policy
