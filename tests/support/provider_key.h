// The other side of a token: a provider's private key, made by OpenSSL, its public JWK, and tokens
// signed with it, sound ones and hostile ones. Nothing here is shared with the code under test.

#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace quorate::testing {

std::string base64url(const std::string& bytes);

class ProviderKey {
 public:
  enum class Type { rsa_2048, rsa_1024, p256, p384, p521, ed25519 };
  static ProviderKey make(Type type);

  // What the provider publishes; `kid` only if it is not empty.
  nlohmann::json jwk(const std::string& kid) const;
  // The same with the private part, for a provider. Not of RSA.
  nlohmann::json private_jwk(const std::string& kid) const;
  std::string pem() const;  // the public key

  // A JWS signature over the text, by JOSE's name of the algorithm.
  std::string sign(const std::string& algorithm, const std::string& text) const;

  // The compact form of just these two texts, signed with the algorithm.
  std::string token(const std::string& algorithm, const std::string& header,
                    const std::string& claims) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  Type type_{};
  std::shared_ptr<EVP_PKEY> key_;
};

// HMAC-SHA-256, with whatever text somebody took for the secret.
std::string hmac_token(const std::string& secret, const std::string& header,
                       const std::string& claims);

}  // namespace quorate::testing
