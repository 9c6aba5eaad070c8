// What a policy file says, once it was read: persons, groups, issuers and profiles. Whoever holds a
// Contents holds one that load() found sound: every name is known, every count can be met.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/oidc/issuer.h"
#include "node/policy/hours.h"
#include "node/policy/limits.h"
#include "node/policy/template.h"
#include "proto/document/network.h"
#include "proto/document/ssh_key.h"
#include "proto/record/veil.h"
#include "proto/statement/statement.h"

namespace quorate::policy {

// A person as an issuer knows him.
struct Subject {
  std::string issuer;  // its name in this file
  std::string subject;

  friend auto operator<=>(const Subject&, const Subject&) = default;
};

struct Person {
  std::string name;
  std::vector<ssh::PublicKey> keys;
  std::vector<Subject> subjects;

  bool is_known_to(const std::string& issuer) const;
  bool has_fido_key() const;
  friend bool operator==(const Person&, const Person&) = default;
};

// Whoever's token has this value among this claim's.
struct ClaimRule {
  std::string issuer;
  std::string claim;
  std::string value;

  friend bool operator==(const ClaimRule&, const ClaimRule&) = default;
};

struct Group {
  std::string name;
  std::vector<std::string> members;
  std::vector<ClaimRule> claims;

  bool has_member(const std::string& person) const;
  friend bool operator==(const Group&, const Group&) = default;
};

enum class Evidence { key, key_touch, key_verified, oidc, key_and_oidc };
// `key`, `key-touch`, ...
std::string_view name(Evidence evidence);
constexpr bool takes_token(Evidence evidence) {
  return evidence == Evidence::oidc || evidence == Evidence::key_and_oidc;
}
constexpr bool takes_key(Evidence evidence) { return evidence != Evidence::oidc; }

// `ed25519`, `sk-ed25519`, `sk-ecdsa`, `ecdsa-p256`, `rsa-N`.
struct SubjectKey {
  ssh::KeyKind kind;
  std::uint32_t least_bits = 0;  // RSA

  friend bool operator==(const SubjectKey&, const SubjectKey&) = default;
};
std::string text(const SubjectKey& key);

// A network with the text it was read from.
struct NamedNetwork {
  std::string text;
  ssh::Network network;
};

struct ForceCommand {
  enum class Rule { forbidden, allowed, exact } rule = Rule::forbidden;
  std::string command;  // exact
};

struct SshRules {
  std::vector<Template> principals;
  std::uint64_t max_validity_s;
  std::vector<SubjectKey> subject_keys;
  std::optional<Template> key_id;  // none: anything printable
  std::vector<std::string> extensions;
  bool source_address_required = false;
  std::vector<NamedNetwork> source_within;  // empty: any network
  ForceCommand force_command;
};

struct FileRules {
  std::vector<std::string> namespaces;
  std::optional<std::uint64_t> max_size;
};

struct AccessRules {
  std::vector<std::string> audiences;
  std::vector<std::string> resources;  // one that ends with "/*" stands for a whole last segment
  std::vector<std::string> actions;
  Template subject;
  std::uint64_t max_life_s;
};

struct ApprovalRule {
  std::uint64_t count;
  std::vector<std::string> groups;
  std::uint64_t within_s;
  Evidence evidence;  // one of the three of a key
  std::size_t line;
};

struct Profile {
  std::string name;
  std::string root;
  statement::Kind kind;
  std::uint64_t life_s;
  bool needs_fresh_list;
  std::vector<std::string> groups;  // of requesters
  Evidence evidence;
  std::optional<SshRules> ssh;
  std::optional<FileRules> file;
  std::optional<AccessRules> access;
  std::vector<ApprovalRule> approvals;
  std::optional<Rate> per_requester;
  std::optional<Rate> per_profile;
  std::vector<WeeklyHours> hours;

  std::size_t line;                          // of [[profile]]
  std::map<std::string, std::size_t> lines;  // of its keys: "life", "ssh.principals"
  record::Hash hash;

  // Where the key stands, or the profile that leaves it to the default.
  std::size_t line_of(const std::string& key) const;
};

struct Contents {
  std::string file;  // as the caller called it; empty for a node without one
  std::vector<Person> persons;
  std::vector<Group> groups;
  std::vector<oidc::Issuer> issuers;
  std::vector<Profile> profiles;
  std::map<ssh::PublicKey, std::string> keys;  // to their persons
  std::map<Subject, std::string> subjects;     // to their persons
  std::string people_json;
  record::Hash file_hash{};

  const Person* person(const std::string& name) const;
  const Group* group(const std::string& name) const;
  const oidc::Issuer* issuer(const std::string& name) const;
};

// `ssh-user`, `file`, ...: as a profile's `statement` names the kind.
std::string_view word(statement::Kind kind);
std::optional<statement::Kind> kind_of(std::string_view word);

// The profile as others must have it, too: every key but `root`, defaults filled in. Its SHA-256 is
// the profile's hash.
std::string canonical_json(const Profile& profile);
// Persons, groups and issuers.
std::string canonical_people(const Contents& contents);

}  // namespace quorate::policy
