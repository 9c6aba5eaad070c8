// ID tokens by their form: nothing in one is trusted, and nothing in one is ambiguous.

#include "node/oidc/strict_json.h"
#include "node/oidc/token.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void oidc_token(ByteView input) {
  const auto token = oidc::Token::parse(text_of(input));
  if (!token) return refused(token.error(), {Code::token_invalid});
  same(token->text, input);
  QUORATE_INVARIANT(input.size() <= oidc::longest_token);
  const std::string_view rest = std::string_view(token->text).substr(token->signed_size);
  QUORATE_INVARIANT(rest.starts_with('.'));
  const auto signature = oidc::from_base64url(rest.substr(1), "the signature");
  QUORATE_INVARIANT(signature && *signature == token->signature);
  QUORATE_INVARIANT(oidc::algorithm_of(oidc::name(token->algorithm)) == token->algorithm);
}

}  // namespace quorate::fuzz
