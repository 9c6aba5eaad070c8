// One public key of a provider, as its JWK set gave it (RFC 7517, RFC 7518 section 6, RFC 8037).

#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/oidc/issuer.h"
#include "node/oidc/token.h"

namespace quorate::oidc {

class PublicKey {
 public:
  // Nothing for what RFC 7517 section 5 has us ignore: types, curves and uses that we don't know.
  // `malformed` for a broken key of a type that we do: RSA has 2048 to 8192 bits and an odd
  // exponent of at least 65537, points are on their curve, `alg` and `use` fit, and a private key
  // never stands in a public set.
  [[nodiscard]] static Result<std::optional<PublicKey>> parse(const nlohmann::json& jwk);

  const std::optional<std::string>& id() const { return id_; }
  // What this key may sign with. The token only chooses among these.
  const std::set<Algorithm>& algorithms() const { return algorithms_; }

  // `token_invalid` if the algorithm is not the key's, or the signature does not verify.
  [[nodiscard]] Status verify(const Token& token) const;

 private:
  struct Material;

  std::optional<std::string> id_;
  std::set<Algorithm> algorithms_;
  std::shared_ptr<const Material> material_;  // of cjose, or an Ed25519 point
};

}  // namespace quorate::oidc
