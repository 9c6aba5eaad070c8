// The node's own keys and its custody, as they lie in its directory between `init` and `run`.

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "node/config/config.h"
#include "node/custody/custody.h"
#include "node/store/store.h"

namespace quorate::node {

// What `init` remembers of a token, under this name in the store: the wrap mode and seal key that
// were chosen for good.
inline constexpr std::string_view token_fact = "token";
struct TokenFacts {
  custody::WrapMode mode;
  ByteArray<16> seal_key;
  Bytes canary;
};
Bytes encode(const TokenFacts& facts);
[[nodiscard]] Result<TokenFacts> decode_token_facts(ByteView bytes);

// Opens what the configuration names. `configuration`: will never work like this; any other code: a
// state of the token that may pass.
[[nodiscard]] Result<std::unique_ptr<custody::Backend>> open_backend(
    const std::filesystem::path& directory, const config::CustodySettings& settings,
    store::Store& store, std::function<void(const std::string&)> log);

struct PublicKeys {
  ed25519::Point identity;
  ed25519::Point cosigner;
};
// Draws, seals and stores the node's two keys.
[[nodiscard]] Result<PublicKeys> make_keys(custody::Custody& custody, store::Store& store,
                                           Entropy& entropy);

struct Keys {
  ed25519::SigningKey identity;
  ed25519::SigningKey cosigner;
};
// Opens them again. Fails with the token's state where it is away, blob_damaged where they are.
[[nodiscard]] Result<Keys> open_keys(custody::Custody& custody, store::Store& store);

// The public half of the identity, for those who look at the ledger while the token is away.
[[nodiscard]] Result<ed25519::Point> public_identity(store::Store& store);

}  // namespace quorate::node
