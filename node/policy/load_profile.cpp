#include <array>

#include "node/policy/load.h"
#include "proto/request/approval.h"
#include "proto/request/request.h"

namespace quorate::policy {

using settings::Item;
using settings::Section;
using statement::Kind;

namespace {

constexpr Longest longest_life{statement::longest_life_s, "7d"};
constexpr Longest longest_approval{request::longest_approval_s, "7d"};
// One place of a request's evidence is the requester's.
constexpr std::int64_t most_approvals = request::evidence_limit - 1;

constexpr std::array<Evidence, 5> all_evidence = {Evidence::key, Evidence::key_touch,
                                                  Evidence::key_verified, Evidence::oidc,
                                                  Evidence::key_and_oidc};

Result<Evidence> read_evidence(Section& section) {
  QUORATE_TRY(const std::string word, section.text_or("evidence", name(Evidence::key)));
  for (const Evidence evidence : all_evidence) {
    if (name(evidence) == word) return evidence;
  }
  return section.expected("evidence", "key, key-touch, key-verified, oidc or key+oidc");
}

Result<std::vector<std::string>> read_groups(Section& section, const Contents& contents) {
  QUORATE_TRY(const std::vector<Item> items, read_list(section, "groups", "one group"));
  std::vector<std::string> groups;
  for (const Item& item : items) {
    if (contents.group(item.text) == nullptr) {
      return section.expected("groups", item,
                              "names of [[group]] sections, not `" + item.text + "`");
    }
    groups.push_back(item.text);
  }
  return groups;
}

Status read_requester(Section& file, Profile& profile, const Contents& contents) {
  if (!file.has("requester")) {
    return file.expected("requester", "who may ask, as in { groups = [\"engineers\"] }");
  }
  QUORATE_TRY(Section section, file.section("requester"));
  QUORATE_TRY(profile.groups, read_groups(section, contents));
  QUORATE_TRY(profile.evidence, read_evidence(section));
  return section.finish();
}

Status read_approval(Section& section, Profile& profile, const Contents& contents) {
  ApprovalRule rule{};
  rule.line = section.line();
  QUORATE_TRY(const std::int64_t count, section.integer("count", 1, most_approvals));
  rule.count = static_cast<std::uint64_t>(count);
  QUORATE_TRY(rule.groups, read_groups(section, contents));
  rule.within_s = longest_approval.seconds;
  if (section.has("within")) {
    QUORATE_TRY(rule.within_s, read_duration(section, "within", longest_approval));
  }
  QUORATE_TRY(rule.evidence, read_evidence(section));
  if (takes_token(rule.evidence)) {
    return section.expected("evidence",
                            "key, key-touch or key-verified: an approval is signed by a key");
  }
  profile.approvals.push_back(std::move(rule));
  return section.finish();
}

// Each kind has its own section or none.
struct Rules {
  std::string_view section;
  Status (*read)(Section&, Profile&);
  std::vector<std::string_view> keys;
};
const std::array<Rules, 3>& all_rules() {
  static const std::array<Rules, 3> rules = {
      {{"ssh",
        read_ssh,
        {"principals", "max_validity", "subject_keys", "key_id", "extensions", "source_address",
         "force_command"}},
       {"file", read_file, {"namespaces", "max_size"}},
       {"access", read_access, {"audiences", "resources", "actions", "subject", "max_life"}}}};
  return rules;
}

std::string_view section_of(Kind kind) {
  switch (kind) {
    case Kind::ssh_user:
    case Kind::ssh_host: return "ssh";
    case Kind::file: return "file";
    case Kind::access: return "access";
    case Kind::bundle:
    case Kind::revocation:
    case Kind::krl: break;
  }
  return {};
}

void note_lines(const Section& section, const std::string& prefix,
                const std::vector<std::string_view>& keys, Profile& profile) {
  for (const std::string_view key : keys) {
    if (section.has(key)) profile.lines.emplace(prefix + std::string(key), section.line_of(key));
  }
}

Status read_rules(Section& file, Profile& profile) {
  const std::string_view wanted = section_of(profile.kind);
  const std::string statement(word(profile.kind));
  for (const Rules& rules : all_rules()) {
    if (rules.section != wanted) {
      if (file.has(rules.section)) {
        return file.expected(rules.section,
                             "no such section in a profile of the statement `" + statement + "`");
      }
      continue;
    }
    if (!file.has(wanted)) {
      return file.wrong("a profile of the statement `" + statement + "` needs a section [profile." +
                        std::string(wanted) + "]");
    }
    QUORATE_TRY(Section section, file.section(wanted));
    const std::string prefix = std::string(wanted) + ".";
    profile.lines.emplace(wanted, section.line());
    note_lines(section, prefix, rules.keys, profile);
    QUORATE_CHECK(rules.read(section, profile));
  }
  return Done{};
}

// A root has one purpose, and a statement's kind needs one.
Status check_root(const Section& section, const Profile& profile, const Contents& contents) {
  for (const Profile& other : contents.profiles) {
    if (other.root != profile.root ||
        statement::purpose(other.kind) == statement::purpose(profile.kind)) {
      continue;
    }
    return section.expected("root", "another root: `" + profile.root + "` has the purpose " +
                                        std::string(statement::purpose(other.kind)) +
                                        " by the profile " + other.name + ", and `" +
                                        std::string(word(profile.kind)) + "` needs the purpose " +
                                        std::string(statement::purpose(profile.kind)));
  }
  return Done{};
}

Status read_head(Section& section, Profile& profile, const Contents& contents) {
  QUORATE_TRY(profile.name, read_name(section, "name"));
  for (const Profile& other : contents.profiles) {
    if (other.name == profile.name) {
      return section.expected("name", "a name that no other profile has");
    }
  }
  QUORATE_TRY(profile.root, read_name(section, "root"));
  QUORATE_TRY(const std::string kind, section.text("statement"));
  const std::optional<Kind> known = kind_of(kind);
  if (!known) {
    return section.expected(
        "statement",
        "ssh-user, ssh-host, file, access, bundle, revocation or krl, not `" + kind + "`");
  }
  profile.kind = *known;
  QUORATE_CHECK(check_root(section, profile, contents));
  profile.life_s = longest_life.seconds;
  if (section.has("life")) {
    QUORATE_TRY(profile.life_s, read_duration(section, "life", longest_life));
  }
  QUORATE_TRY(const std::optional<bool> fresh, section.truth_if_present("needs_fresh_list"));
  profile.needs_fresh_list = fresh.value_or(profile.kind == Kind::access);
  return Done{};
}

}  // namespace

Status read_profile(Section& section, Contents& contents) {
  Profile profile{};
  profile.line = section.line();
  QUORATE_CHECK(read_head(section, profile, contents));
  QUORATE_CHECK(read_requester(section, profile, contents));
  note_lines(section, "", {"name", "root", "statement", "life", "needs_fresh_list", "requester"},
             profile);
  QUORATE_CHECK(read_rules(section, profile));
  QUORATE_TRY(std::vector<Section> approvals, section.sections("approval"));
  for (Section& approval : approvals) QUORATE_CHECK(read_approval(approval, profile, contents));
  if (section.has("limits")) {
    QUORATE_TRY(Section limits, section.section("limits"));
    note_lines(limits, "limits.", {"per_requester", "per_profile", "hours"}, profile);
    QUORATE_CHECK(read_limits(limits, profile));
  }
  QUORATE_CHECK(section.finish());
  QUORATE_CHECK(check_sound(section, profile, contents));
  profile.hash = record::profile_hash(bytes_of(canonical_json(profile)));
  contents.profiles.push_back(std::move(profile));
  return Done{};
}

}  // namespace quorate::policy
