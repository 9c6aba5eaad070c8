// Evidence of type 3: whose ID token it is. One Verifier judges one request at one moment.
//
//   const oidc::Moment moment{unix_s, steady_ms};
//   const oidc::Verifier tokens(providers, moment, names, was_listed);
//   request::judge_evidence(request, statement, people, tokens);
//
// The codes come in the order of docs/protocol.md, each as far as it can be known:
//
//   token_invalid         its form; an algorithm that the issuer or the key does not have; its
//                         signature, where the key is at hand
//   token_issuer          nobody's whom the policy names
//   token_audience        not the issuer's audience, or others beside it
//   token_expired         or not yet valid, or issued too long ago; a minute of grace for clocks
//   token_nonce           made for another request
//   token_key_unknown     the provider has no key of that name
//   provider_unavailable  its keys can't be had
//
// Besides, `provider_pending`: the keys are being fetched. Park the ask, and judge it again when
// they came; it will not say so a second time for the same fetch. What was wrong with the token
// without its key was said before, so only tokens that would hold cause a fetch.
//
// A token that an earlier pending or approving verdict of this very request lists was verified
// then: of it, neither the signature (keys rotate) nor the times are judged again.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "node/oidc/providers.h"
#include "node/oidc/token.h"
#include "proto/request/judgement.h"

namespace quorate::oidc {

struct Moment {
  std::uint64_t unix_s;     // what the token's times are compared with
  std::uint64_t steady_ms;  // Providers' clock
};

class Verifier final : public request::Tokens {
 public:
  // The person whom the policy knows by this subject of this issuer (by its name), if any.
  using Person = std::function<std::optional<std::string>(const std::string& issuer,
                                                          const std::string& subject)>;
  using WasListed = std::function<bool(std::string_view token)>;

  Verifier(Providers& providers, Moment moment, Person person, WasListed was_listed)
      : providers_(providers),
        moment_(moment),
        person_(std::move(person)),
        was_listed_(std::move(was_listed)) {}

  Result<request::TokenFacts> judge(std::string_view token, std::string_view nonce) const override;

 private:
  Status check_signature(const Token& token, const Issuer& issuer) const;
  Status check_times(const Token& token, const Issuer& issuer) const;
  Status check_standing(const Token& token, const Issuer& issuer) const;

  Providers& providers_;
  Moment moment_;
  Person person_;
  WasListed was_listed_;
};

}  // namespace quorate::oidc
