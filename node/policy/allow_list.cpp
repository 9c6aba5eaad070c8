#include "node/policy/allow_list.h"

#include <nlohmann/json.hpp>

namespace quorate::policy::lists {

using config::Allow;
using statement::Statement;

namespace {

// The entry as canonical JSON: nlohmann's objects are sorted by key, and its dump has no spaces.
std::string canonical_json(const Allow& allow) {
  return nlohmann::json{{"longest", allow.longest_s},
                        {"namespaces", allow.name_spaces},
                        {"principals", allow.principals},
                        {"requesters", allow.requesters},
                        {"root", allow.root}}
      .dump();
}

std::string listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string hours(std::uint64_t seconds) {
  if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds) + " s";
}

Status judge_certificate(const Allow& allow, const Statement& statement,
                         const statement::SshCertificate& certificate) {
  for (const std::string& principal : certificate.principals) {
    if (!allow.principals.contains(principal)) {
      return fail(
          Code::principal_not_allowed,
          "principal " + principal + " is not in this node's list for root " + allow.root +
              "; allowed: " + (allow.principals.empty() ? "none" : listed(allow.principals)));
    }
  }
  // Counted from the statement's not_before, so that a backdated start does not turn "24 h" into a
  // refusal.
  if (certificate.valid_before > statement.not_before &&
      certificate.valid_before - statement.not_before > allow.longest_s) {
    return fail(Code::validity_not_allowed,
                "root " + allow.root + " allows at most " + hours(allow.longest_s) +
                    "; this asks for " + hours(certificate.valid_before - statement.not_before));
  }
  return Done{};
}

Status judge_file(const Allow& allow, const statement::File& file) {
  if (!allow.name_spaces.contains(file.name_space)) {
    return fail(
        Code::namespace_not_allowed,
        "namespace " + file.name_space + " is not in this node's list for root " + allow.root +
            "; allowed: " + (allow.name_spaces.empty() ? "none" : listed(allow.name_spaces)));
  }
  return Done{};
}

Status judge_entry(const Allow& allow, const Statement& statement) {
  if (const auto* certificate = std::get_if<statement::SshCertificate>(&statement.body)) {
    return judge_certificate(allow, statement, *certificate);
  }
  if (const auto* file = std::get_if<statement::File>(&statement.body)) {
    return judge_file(allow, *file);
  }
  return fail(Code::requester_not_allowed, "this node signs SSH certificates and files only");
}

}  // namespace

AllowList::AllowList(std::vector<Allow> entries) {
  for (Allow& allow : entries) {
    const std::string json = canonical_json(allow);
    entries_.push_back({std::move(allow), record::profile_hash(bytes_of(json))});
  }
}

Decision AllowList::judge(const std::string& person, const Statement& statement) const {
  if (!statement.profile.empty()) {
    return {{},
            fail(Code::profile_unknown,
                 "this node has no profile " + statement.profile + "; ask without naming one")};
  }
  Decision decision{{},
                    fail(Code::requester_not_allowed,
                         person + " may not ask root " + statement.root +
                             " of this node; its operator would add an [[allow]] entry")};
  for (const Entry& entry : entries_) {
    if (entry.allow.root != statement.root || !entry.allow.requesters.contains(person)) continue;
    decision = {entry.profile, judge_entry(entry.allow, statement)};
    if (decision.status) return decision;
  }
  return decision;
}

record::Hash AllowList::policies() const {
  // Entries have no names: their place in the file serves.
  std::vector<std::pair<std::string, record::Hash>> profiles;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    profiles.emplace_back("allow-" + std::to_string(i + 1), entries_[i].profile);
  }
  return record::policies_hash(std::move(profiles));
}

}  // namespace quorate::policy::lists
