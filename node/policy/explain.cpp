#include "node/policy/explain.h"

#include "crypto/base/hex.h"
#include "node/oidc/token.h"
#include "node/oidc/verifier.h"
#include "proto/statement/root_id.h"

namespace quorate::policy {
namespace {

constexpr std::string_view before_policy = "before any policy is asked";

// Verifies the tokens whose keys are at hand, and believes the others.
class BelievingTokens final : public request::Tokens {
 public:
  BelievingTokens(const Policy& policy, oidc::Providers& providers, std::uint64_t now_s)
      : policy_(policy),
        providers_(providers),
        verifier_(
            providers, {now_s, 0},
            [&policy](const std::string& issuer, const std::string& subject) {
              return policy.person_of_token(issuer, subject);
            },
            [](std::string_view /*token*/) { return false; }) {}

  Result<request::TokenFacts> judge(std::string_view token, std::string_view nonce) const override {
    Result<request::TokenFacts> facts = verifier_.judge(token, nonce);
    if (facts || facts.error().code != Code::provider_pending) return facts;
    QUORATE_TRY(oidc::Token parsed, oidc::Token::parse(token));
    const oidc::Issuer* issuer = parsed.issuer ? providers_.issuer_of(*parsed.issuer) : nullptr;
    if (issuer == nullptr) return facts;
    believed_ = issuer->name;
    return request::TokenFacts{policy_.person_of_token(issuer->name, parsed.subject), issuer->name,
                               parsed.subject, std::move(parsed.claims)};
  }
  // The issuer whose token was not verified; empty for none.
  const std::string& believed() const { return believed_; }

 private:
  const Policy& policy_;
  oidc::Providers& providers_;
  oidc::Verifier verifier_;
  mutable std::string believed_;
};

Status explain_into(Explanation& out, const Policy& policy,
                    const std::map<std::string, std::string>& pinned,
                    const request::Request& request, std::uint64_t now_s) {
  QUORATE_TRY(const statement::Statement asked, statement::parse(request.statement));
  out.request_id = to_hex(statement::request_id(request.statement));
  QUORATE_CHECK(statement::check_time(asked, now_s));
  QUORATE_CHECK(statement::check_life(asked));
  oidc::Providers providers;
  QUORATE_CHECK(providers.configure(policy.issuers(), pinned));
  const BelievingTokens tokens(policy, providers, now_s);
  const Result<request::Judgement> judgement =
      request::judge_evidence(request, asked, policy, tokens);
  if (!tokens.believed().empty()) {
    out.not_looked_at.push_back("the token's signature: the keys of " + tokens.believed() +
                                " are fetched by the running node only");
  }
  if (!judgement) return tl::unexpected(judgement.error());
  out.requester = judgement->person;
  QUORATE_TRY(const ssh::PublicKey root, statement::ed25519_root(asked.root_id));
  QUORATE_CHECK(statement::check_fields(asked, root));

  out.decision = policy.judge(Facts{asked, *judgement, now_s}, NoLimits());
  for (const std::size_t place : out.decision.approvals) {
    out.approved_by.push_back(judgement->approvers[place].person);
  }
  return Done{};
}

std::string line(const std::string& what, const std::string& text) {
  constexpr std::size_t column = 15;
  return what + std::string(column - what.size(), ' ') + text + "\n";
}

}  // namespace

Explanation explain(const Policy& policy, const std::map<std::string, std::string>& pinned,
                    const request::Request& request, std::uint64_t now_s) {
  Explanation out;
  out.not_looked_at = {"the node's roots, and whether another request has the serial",
                       "how often the profile was used (rates)",
                       "the revocation lists and bundles that the node holds"};
  if (const Status judged = explain_into(out, policy, pinned, request, now_s); !judged) {
    out.decision.status = tl::unexpected(judged.error());
    out.decision.rule = before_policy;
  }
  return out;
}

std::string word(const Decision& decision) {
  if (decision.status) return "approve";
  return decision.is_pending() ? "pending" : "refuse";
}

std::string in_words(const Explanation& explanation) {
  const Decision& decision = explanation.decision;
  std::string out = line("decision", word(decision));
  if (!decision.status) {
    const Error& error = decision.status.error();
    out += line("code", std::to_string(number(error.code)) + " " + std::string(name(error.code)));
    out += line("reason", error.message);
  }
  out += line("decided by", decision.rule);
  if (!decision.profile_name.empty()) {
    out += line("profile", decision.profile_name + " " + to_hex(decision.profile));
  }
  if (!explanation.requester.empty()) out += line("requester", explanation.requester);
  for (const std::string& person : explanation.approved_by) out += line("approved by", person);
  if (!explanation.request_id.empty()) out += line("request", explanation.request_id);
  for (const std::string& what : explanation.not_looked_at) out += line("not looked at", what);
  return out;
}

}  // namespace quorate::policy
