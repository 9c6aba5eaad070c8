#include "tests/support/provider_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::testing {
namespace {

using nlohmann::json;

std::string bytes_of_number(const BIGNUM* number, std::size_t size) {
  std::string out(size, '\0');
  QUORATE_INVARIANT(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()),
                                 static_cast<int>(size)) >= 0);
  return out;
}

std::string number(EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* value = nullptr;
  QUORATE_INVARIANT(EVP_PKEY_get_bn_param(key, name, &value) == 1);
  if (size == 0) size = static_cast<std::size_t>(BN_num_bytes(value));
  std::string out = bytes_of_number(value, size);
  BN_free(value);
  return out;
}

std::size_t coordinate_size(ProviderKey::Type type) {
  switch (type) {
    case ProviderKey::Type::p256: return 32;
    case ProviderKey::Type::p384: return 48;
    case ProviderKey::Type::p521: return 66;
    case ProviderKey::Type::rsa_2048:
    case ProviderKey::Type::rsa_1024:
    case ProviderKey::Type::ed25519: break;
  }
  QUORATE_INVARIANT(false);
}

const EVP_MD* hash_of(const std::string& algorithm) {
  if (algorithm.ends_with("256")) return EVP_sha256();
  if (algorithm.ends_with("384")) return EVP_sha384();
  if (algorithm.ends_with("512")) return EVP_sha512();
  return nullptr;  // EdDSA
}

// RFC 7518 section 3.4: r and s, each as long as a coordinate.
std::string without_der(const std::string& der, std::size_t size) {
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()));
  QUORATE_INVARIANT(signature != nullptr);
  std::string out = bytes_of_number(ECDSA_SIG_get0_r(signature), size) +
                    bytes_of_number(ECDSA_SIG_get0_s(signature), size);
  ECDSA_SIG_free(signature);
  return out;
}

}  // namespace

std::string base64url(const std::string& bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  out.pop_back();  // its NUL
  return out;
}

ProviderKey ProviderKey::make(Type type) {
  EVP_PKEY* made = nullptr;
  switch (type) {
    case Type::rsa_2048:
    case Type::rsa_1024:
      made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA",
                               std::size_t{type == Type::rsa_2048 ? 2048U : 1024U});
      break;
    case Type::p256: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); break;
    case Type::p384: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"); break;
    case Type::p521: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521"); break;
    case Type::ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
  }
  QUORATE_INVARIANT(made != nullptr);
  ProviderKey key;
  key.type_ = type;
  key.key_ = std::shared_ptr<EVP_PKEY>(made, Free{});
  return key;
}

json ProviderKey::jwk(const std::string& kid) const {
  json out;
  switch (type_) {
    case Type::rsa_2048:
    case Type::rsa_1024:
      out = {{"kty", "RSA"},
             {"n", base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0))},
             {"e", base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0))}};
      break;
    case Type::p256:
    case Type::p384:
    case Type::p521: {
      const std::size_t size = coordinate_size(type_);
      out = {{"kty", "EC"},
             {"crv", size == 32   ? "P-256"
                     : size == 48 ? "P-384"
                                  : "P-521"},
             {"x", base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, size))},
             {"y", base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size))}};
      break;
    }
    case Type::ed25519: {
      std::string point(32, '\0');
      std::size_t size = point.size();
      QUORATE_INVARIANT(EVP_PKEY_get_raw_public_key(key_.get(),
                                                    reinterpret_cast<unsigned char*>(point.data()),
                                                    &size) == 1);
      out = {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url(point)}};
      break;
    }
  }
  if (!kid.empty()) out["kid"] = kid;
  return out;
}

json ProviderKey::private_jwk(const std::string& kid) const {
  json out = jwk(kid);
  out["d"] = base64url(number(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, coordinate_size(type_)));
  return out;
}

std::string ProviderKey::pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  QUORATE_INVARIANT(memory != nullptr && PEM_write_bio_PUBKEY(memory, key_.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

std::string ProviderKey::sign(const std::string& algorithm, const std::string& text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* padding = nullptr;
  QUORATE_INVARIANT(
      EVP_DigestSignInit(context, &padding, hash_of(algorithm), nullptr, key_.get()) == 1);
  if (algorithm.starts_with("PS")) {
    QUORATE_INVARIANT(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                      EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  QUORATE_INVARIANT(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()),
                                   &size, reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size()) == 1);
  EVP_MD_CTX_free(context);
  signature.resize(size);
  return algorithm.starts_with("ES") ? without_der(signature, coordinate_size(type_)) : signature;
}

std::string ProviderKey::token(const std::string& algorithm, const std::string& header,
                               const std::string& claims) const {
  const std::string text = base64url(header) + "." + base64url(claims);
  return text + "." + base64url(sign(algorithm, text));
}

std::string hmac_token(const std::string& secret, const std::string& header,
                       const std::string& claims) {
  const std::string text = base64url(header) + "." + base64url(claims);
  std::string tag(32, '\0');
  unsigned int size = 0;
  QUORATE_INVARIANT(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         reinterpret_cast<unsigned char*>(tag.data()), &size) != nullptr);
  return text + "." + base64url(tag);
}

}  // namespace quorate::testing
