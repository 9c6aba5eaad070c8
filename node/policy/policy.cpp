#include "node/policy/policy.h"

#include <array>

#include <sodium.h>

#include "node/policy/load.h"
#include "node/policy/rules.h"
#include "node/policy/selection.h"

namespace quorate::policy {

using settings::Section;

namespace {

using ReadSection = Status (*)(Section&, Contents&);

Status read_each(Section& file, std::string_view key, ReadSection read, Contents& contents) {
  QUORATE_TRY(std::vector<Section> sections, file.sections(key));
  for (Section& section : sections) QUORATE_CHECK(read(section, contents));
  return Done{};
}

// In the order of docs/protocol.md: the first that fails is the answer, so that two nodes with one
// policy refuse alike.
constexpr std::array checks = {
    check_life,        check_evidence, check_principals, check_ssh_validity, check_access_life,
    check_subject_key, check_options,  check_namespace,  check_limits,       check_hours,
    check_key_id,      check_size,     check_access,     check_fresh_list};

std::string place(const Contents& contents, std::size_t line, const std::string& key) {
  if (line == 0) return contents.file + ": no profile";
  return contents.file + ":" + std::to_string(line) + ": " + key;
}

}  // namespace

Result<Policy> Policy::load(std::string_view text, const std::string& file) {
  QUORATE_TRY(Section section, Section::parse(text, file));
  auto contents = std::make_shared<Contents>();
  contents->file = file;
  QUORATE_CHECK(section.integer("version", 1, 1));
  QUORATE_CHECK(read_each(section, "issuer", read_issuer, *contents));
  QUORATE_CHECK(read_each(section, "person", read_person, *contents));
  QUORATE_CHECK(read_each(section, "group", read_group, *contents));
  QUORATE_CHECK(read_each(section, "profile", read_profile, *contents));
  QUORATE_CHECK(section.finish());
  contents->people_json = canonical_people(*contents);
  crypto_hash_sha256(contents->file_hash.data(), bytes_of(text).data(), text.size());
  return Policy(std::move(contents));
}

Policy Policy::none() {
  auto contents = std::make_shared<Contents>();
  contents->people_json = canonical_people(*contents);
  return Policy(std::move(contents));
}

std::optional<std::string> Policy::person_of(const ssh::PublicKey& key) const {
  const auto found = contents_->keys.find(key);
  if (found == contents_->keys.end()) return std::nullopt;
  return found->second;
}

std::string Policy::person_of_token(const std::string& issuer, const std::string& subject) const {
  const auto found = contents_->subjects.find(Subject{issuer, subject});
  return found == contents_->subjects.end() ? issuer + ":" + subject : found->second;
}

const std::vector<oidc::Issuer>& Policy::issuers() const { return contents_->issuers; }
const std::string& Policy::people_json() const { return contents_->people_json; }
const record::Hash& Policy::file_hash() const { return contents_->file_hash; }

Decision Policy::judge(const Facts& facts, const Limits& limits) const {
  Decision decision;
  if (contents_->file.empty()) {
    decision.status = fail(Code::requester_not_allowed,
                           "this node has no policy.toml; without one it signs nothing");
    decision.rule = "no policy.toml";
    return decision;
  }
  const Selection selection = select(*contents_, facts);
  if (selection.profile == nullptr) {
    decision.status = tl::unexpected(selection.error);
    decision.rule = place(*contents_, selection.line, "requester");
    return decision;
  }
  const Profile& profile = *selection.profile;
  decision.profile = profile.hash;
  decision.profile_name = profile.name;
  const Case asked{*contents_, profile, facts, limits};
  for (const auto& check : checks) {
    if (const Check wrong = check(asked)) {
      decision.status = tl::unexpected(wrong->error);
      decision.rule = place(*contents_, wrong->line, wrong->key);
      return decision;
    }
  }
  Approvals approvals = check_approvals(asked);
  decision.approvals = std::move(approvals.counted);
  if (approvals.lacking) {
    decision.status = tl::unexpected(approvals.lacking->error);
    decision.rule = place(*contents_, approvals.lacking->line, approvals.lacking->key);
    return decision;
  }
  decision.charges = charges(asked);
  decision.status = Done{};
  decision.rule = place(*contents_, profile.line, "profile " + profile.name);
  return decision;
}

record::Hash Policy::policies() const {
  std::vector<std::pair<std::string, record::Hash>> hashes;
  for (const Profile& profile : contents_->profiles) {
    hashes.emplace_back(profile.name, profile.hash);
  }
  return record::policies_hash(std::move(hashes));
}

}  // namespace quorate::policy
