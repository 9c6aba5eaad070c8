// A provider's JWK set, and a token behind the first line feed that may be signed with one of its
// keys.

#include "node/oidc/key_set.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void oidc_keys(ByteView input) {
  const std::string_view text = text_of(input);
  const std::size_t end = text.find('\n');
  const auto keys = oidc::KeySet::parse(text.substr(0, end));
  if (!keys) return refused(keys.error(), {Code::malformed});
  QUORATE_INVARIANT(keys->size() <= oidc::KeySet::most_keys);
  if (end == std::string_view::npos) return;

  const auto token = oidc::Token::parse(text.substr(end + 1));
  if (!token) return;
  const oidc::PublicKey* key = keys->find(token->key_id, token->algorithm);
  if (key == nullptr) return;
  if (token->key_id) QUORATE_INVARIANT(key->id() == token->key_id);
  const Status verified = key->verify(*token);
  if (!verified) return refused(verified.error(), {Code::token_invalid});
  QUORATE_INVARIANT(key->algorithms().contains(token->algorithm));  // the key says, not the token
}

}  // namespace quorate::fuzz
