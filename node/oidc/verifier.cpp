#include "node/oidc/verifier.h"

#include "crypto/base/invariant.h"

namespace quorate::oidc {
namespace {

constexpr std::uint64_t skew_s = 60;

Status check_audience(const Token& token, const Issuer& issuer) {
  if (token.audience && token.audience->size() == 1 && token.audience->front() == issuer.audience) {
    return Done{};
  }
  return fail(Code::token_audience,
              "the token is not for " + issuer.audience + " alone: its `aud` must be that");
}

Status check_nonce(const Token& token, std::string_view nonce) {
  if (token.nonce && *token.nonce == nonce) return Done{};
  return fail(
      Code::token_nonce,
      "the token was not asked for with this request: its `nonce` must be " + std::string(nonce));
}

}  // namespace

Result<request::TokenFacts> Verifier::judge(std::string_view text, std::string_view nonce) const {
  QUORATE_TRY(const Token token, Token::parse(text));
  const Issuer* issuer = token.issuer ? providers_.issuer_of(*token.issuer) : nullptr;
  if (issuer == nullptr) {
    return fail(Code::token_issuer, "the token's `iss` is no issuer of this node's policy");
  }
  const bool was_verified = was_listed_(text);
  if (!was_verified) QUORATE_CHECK(check_signature(token, *issuer));
  QUORATE_CHECK(check_audience(token, *issuer));
  if (!was_verified) QUORATE_CHECK(check_times(token, *issuer));
  QUORATE_CHECK(check_nonce(token, nonce));
  if (!was_verified) QUORATE_CHECK(check_standing(token, *issuer));

  std::optional<std::string> person = person_(issuer->name, token.subject);
  return request::TokenFacts{person ? *std::move(person) : issuer->name + ":" + token.subject,
                             issuer->name, token.subject, token.claims};
}

Status Verifier::check_signature(const Token& token, const Issuer& issuer) const {
  if (!issuer.algorithms.contains(token.algorithm)) {
    return fail(Code::token_invalid, "the policy does not allow issuer " + issuer.name +
                                         " to sign with " + std::string(name(token.algorithm)));
  }
  const PublicKey* key = providers_.find(issuer, token.key_id, token.algorithm, moment_.steady_ms);
  return key == nullptr ? Done{} : key->verify(token);
}

Status Verifier::check_times(const Token& token, const Issuer& issuer) const {
  const auto wrong = [](const std::string& why) {
    return fail(Code::token_expired, "the token " + why);
  };
  const std::uint64_t now = moment_.unix_s;
  if (!token.expires || !token.issued) return wrong("does not say both `iat` and `exp`");
  if (now >= *token.expires + skew_s) return wrong("has expired; ask the provider for another");
  if (token.not_before.value_or(0) > now + skew_s || *token.issued > now + skew_s) {
    return wrong("is not valid yet, by this node's clock");
  }
  if (now > *token.issued + issuer.max_age_s + skew_s) {
    return wrong("was issued more than " + std::to_string(issuer.max_age_s) +
                 " s ago; ask the provider for another");
  }
  return Done{};
}

// Comes last: whether a key was found decided before what was judged.
Status Verifier::check_standing(const Token& token, const Issuer& issuer) const {
  switch (providers_.want(issuer, token.key_id, token.algorithm, moment_.steady_ms)) {
    case Standing::known: return Done{};
    case Standing::pending:
      return fail(Code::provider_pending, "the keys of issuer " + issuer.name + " are fetched");
    case Standing::unknown:
      return fail(Code::token_key_unknown,
                  "issuer " + issuer.name + " has no key " +
                      (token.key_id ? "named " + *token.key_id : std::string("that fits alone")));
    case Standing::unavailable:
      return fail(Code::provider_unavailable,
                  "the keys of issuer " + issuer.name + " can't be had now");
  }
  QUORATE_INVARIANT(false);
}

}  // namespace quorate::oidc
