// What this node signs for whom: DIR/policy.toml, read strictly and judged by. docs/policy.md is
// the operator's page.
//
//   QUORATE_TRY(Policy policy, Policy::load(text, "policy.toml"));
//   judge_evidence(request, statement, policy, tokens)     2xx; a Policy is the node's list of
//   people Decision decision = policy.judge(facts, limits);       200, 205, 3xx, and last of all
//   22x, 231
//
// What no profile allows is refused. A decision comes with the file's line that settled it, so that
// `quorate-node policy explain` and a refusal's reason say the same.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "node/oidc/issuer.h"
#include "node/policy/limits.h"
#include "proto/record/veil.h"
#include "proto/request/judgement.h"
#include "proto/statement/statement.h"

namespace quorate::policy {

struct Contents;  // profile.h

// Of the newest revocation list this node holds; without any, nothing is past its next update.
enum class ListState { fresh, stale };

// What is judged: a statement that check_fields() accepts, and evidence that holds.
struct Facts {
  const statement::Statement& statement;
  const request::Judgement& judgement;
  std::uint64_t now_s;
  ListState list = ListState::fresh;
  // Whether an approver stands on the newest list this node holds. Nobody does where it is empty.
  std::function<bool(const std::string& person, const ssh::PublicKey& key)> is_revoked{};
};

struct Decision {
  record::Hash profile{};    // its hash, for the verdict; zeros where no profile fitted
  std::string profile_name;  // empty where none fitted
  // Done, or the first rule that fails, with a reason for a person:
  //   requester_not_allowed, profile_unknown              no profile, or no single one: without a
  //       name in the statement there must be one that any evidence of his could bring him to
  //   evidence_missing, touch_required                    the kind of evidence the profile asks for
  //   requester_not_allowed, principal_not_allowed, validity_not_allowed, key_not_allowed,
  //   option_not_allowed, namespace_not_allowed, rate_limited, outside_hours, key_id_not_allowed,
  //   field_not_allowed; `life` and `io` besides
  //   approval_missing                                    pending: only approvals are lacking
  //   approval_expired, approval_by_requester, revoked    the first approval that did not count
  Status status;
  std::string rule;                    // what settled it: "policy.toml:31: principals"
  std::vector<std::size_t> approvals;  // those that counted, as places in judgement.approvers
  std::vector<Charge> charges;         // to take when the request is approved for the first time

  bool is_pending() const { return !status && status.error().code == Code::approval_missing; }
};

class Policy final : public request::People {
 public:
  // `configuration`, with the file as the caller calls it, the line and what was expected.
  [[nodiscard]] static Result<Policy> load(std::string_view text, const std::string& file);
  // Of a node without the file: knows nobody, allows nothing, and says so.
  static Policy none();

  std::optional<std::string> person_of(const ssh::PublicKey& key) const override;
  // The person whom the file gives this subject, else `ISSUER:SUBJECT`, which is nobody's name.
  std::string person_of_token(const std::string& issuer, const std::string& subject) const;
  const std::vector<oidc::Issuer>& issuers() const;

  [[nodiscard]] Decision judge(const Facts& facts, const Limits& limits) const;

  // hash("policies", ...) over all profiles: records of type 3 and 4.
  record::Hash policies() const;
  // Canonical JSON of persons, groups and issuers: what a record of type 7 veils.
  const std::string& people_json() const;
  // SHA-256 of the text: a stored approval stands under this very file only. Zeros for none().
  const record::Hash& file_hash() const;

  // What the file says, for words.h.
  const Contents& contents() const { return *contents_; }

 private:
  explicit Policy(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
  std::shared_ptr<const Contents> contents_;
};

// The commented file that `quorate-node init` writes: it loads, and allows nothing.
std::string initial_text();

}  // namespace quorate::policy
