#include "node/oidc/key_set.h"

#include <algorithm>

#include <sodium.h>
#include <nlohmann/json.hpp>

#include "node/oidc/strict_json.h"

namespace quorate::oidc {

using nlohmann::json;

Result<KeySet> KeySet::parse(std::string_view text) {
  if (text.size() > largest_document) {
    return fail(Code::malformed, "the provider's key set is longer than 256 KiB");
  }
  QUORATE_TRY(const json document, parse_object(text, "the provider's key set"));
  const auto list = document.find("keys");
  if (list == document.end() || !list->is_array()) {
    return fail(Code::malformed, "the provider's key set has no list `keys`");
  }
  if (list->size() > most_keys) {
    return fail(Code::malformed, "the provider's key set has more than 64 keys");
  }
  KeySet set;
  for (const json& entry : *list) {
    QUORATE_TRY(auto key, PublicKey::parse(entry));
    if (!key) continue;
    const bool is_second =
        key->id() && std::any_of(set.keys_.begin(), set.keys_.end(),
                                 [&](const PublicKey& other) { return other.id() == key->id(); });
    if (is_second) {
      return fail(Code::malformed, "the provider's key set has two keys of one `kid`");
    }
    set.keys_.push_back(*std::move(key));
  }
  const ByteView bytes = bytes_of(text);
  crypto_hash_sha256(set.sha256_.data(), bytes.data(), bytes.size());
  return set;
}

const PublicKey* KeySet::find(const std::optional<std::string>& id, Algorithm algorithm) const {
  const PublicKey* found = nullptr;
  for (const PublicKey& key : keys_) {
    if (id ? key.id() != id : !key.algorithms().contains(algorithm)) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

}  // namespace quorate::oidc
