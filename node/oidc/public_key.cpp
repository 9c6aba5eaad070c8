#include "node/oidc/public_key.h"

#include <algorithm>
#include <array>
#include <bit>

#include <cjose/cjose.h>
#include <openssl/err.h>
#include <nlohmann/json.hpp>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/signing_key.h"
#include "node/oidc/strict_json.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t smallest_modulus_bits = 2048;
constexpr std::size_t largest_modulus_bits = 8192;
constexpr std::uint64_t smallest_exponent = 65537;
constexpr std::size_t longest_id = 255;

struct Free {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// A refused signature leaves reasons in this thread's queue, which a TLS connection on the same
// thread would later take for its own.
struct ErrorQueueEmptied {
  ErrorQueueEmptied() = default;
  ErrorQueueEmptied(const ErrorQueueEmptied&) = delete;
  ErrorQueueEmptied& operator=(const ErrorQueueEmptied&) = delete;
  ~ErrorQueueEmptied() { ERR_clear_error(); }
};

struct Curve {
  std::string_view name;
  cjose_jwk_ec_curve id;
  std::size_t coordinate_size;
  Algorithm algorithm;
};
constexpr std::array<Curve, 3> curves = {{{"P-256", CJOSE_JWK_EC_P_256, 32, Algorithm::es256},
                                          {"P-384", CJOSE_JWK_EC_P_384, 48, Algorithm::es384},
                                          {"P-521", CJOSE_JWK_EC_P_521, 66, Algorithm::es512}}};

tl::unexpected<Error> wrong(const std::string& why) {
  return fail(Code::malformed, "a key of the provider " + why);
}

Result<std::optional<std::string>> text_if_present(const json& jwk, const char* name) {
  const auto found = jwk.find(name);
  if (found == jwk.end()) return std::optional<std::string>{};
  if (!found->is_string()) return wrong("has a `" + std::string(name) + "` that is no text");
  return std::optional(found->get<std::string>());
}

Result<Bytes> number(const json& jwk, const char* name) {
  QUORATE_TRY(const auto text, text_if_present(jwk, name));
  if (!text) return wrong("lacks `" + std::string(name) + "`");
  return from_base64url(*text, "a key's `" + std::string(name) + "`");
}

struct Rsa {
  Owned<cjose_jwk_t> key;
  std::size_t size;  // of the modulus and of every signature
};

Result<Rsa> parse_rsa(const json& jwk) {
  QUORATE_TRY(Bytes modulus, number(jwk, "n"));
  QUORATE_TRY(Bytes exponent, number(jwk, "e"));
  if (modulus.empty() || modulus.front() == 0 || exponent.empty() || exponent.front() == 0) {
    return wrong("has an RSA number with leading zeros");
  }
  const std::size_t bits =
      modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(modulus.front()));
  if (modulus.size() * 8 > largest_modulus_bits || bits < smallest_modulus_bits) {
    return wrong("is RSA of " + std::to_string(bits) + " bits; 2048 to 8192 are accepted");
  }
  if (exponent.size() > sizeof(std::uint64_t)) return wrong("has too large an RSA exponent");
  std::uint64_t value = 0;
  for (const std::uint8_t byte : exponent) value = value << 8 | byte;
  if (value < smallest_exponent || value % 2 == 0 || modulus.back() % 2 == 0) {
    return wrong("has an RSA exponent below 65537, or an even number");
  }
  const ErrorQueueEmptied emptied;
  cjose_jwk_rsa_keyspec spec{};
  spec.n = modulus.data();
  spec.nlen = modulus.size();
  spec.e = exponent.data();
  spec.elen = exponent.size();
  cjose_err error{};
  Owned<cjose_jwk_t> key(cjose_jwk_create_RSA_spec(&spec, &error));
  if (!key) return wrong("is no RSA key");
  return Rsa{std::move(key), modulus.size()};
}

Result<Owned<cjose_jwk_t>> parse_point(const json& jwk, const Curve& curve) {
  QUORATE_TRY(Bytes x, number(jwk, "x"));
  QUORATE_TRY(Bytes y, number(jwk, "y"));
  if (x.size() != curve.coordinate_size || y.size() != curve.coordinate_size) {
    return wrong("has a coordinate of the wrong size for " + std::string(curve.name));
  }
  const ErrorQueueEmptied emptied;
  cjose_jwk_ec_keyspec spec{};
  spec.crv = curve.id;
  spec.x = x.data();
  spec.xlen = x.size();
  spec.y = y.data();
  spec.ylen = y.size();
  cjose_err error{};
  Owned<cjose_jwk_t> key(cjose_jwk_create_EC_spec(&spec, &error));
  if (!key) return wrong("is a point that is not on " + std::string(curve.name));
  return key;
}

Result<ed25519::Point> parse_ed25519(const json& jwk) {
  QUORATE_TRY(const Bytes x, number(jwk, "x"));
  auto point = ed25519::Point::parse(x);
  if (!point) return wrong("is no point of Ed25519");
  return *point;
}

// RFC 7517 sections 4.2 and 4.3: does the provider mean this key to verify signatures?
Result<bool> is_for_signatures(const json& jwk) {
  QUORATE_TRY(const auto use, text_if_present(jwk, "use"));
  if (use && *use != "sig") return false;
  const auto operations = jwk.find("key_ops");
  if (operations == jwk.end()) return true;
  if (!operations->is_array()) return wrong("has `key_ops` that are no list");
  return std::find(operations->begin(), operations->end(), json("verify")) != operations->end();
}

std::set<Algorithm> algorithms_of_rsa() {
  return {Algorithm::rs256, Algorithm::rs384, Algorithm::rs512,
          Algorithm::ps256, Algorithm::ps384, Algorithm::ps512};
}

}  // namespace

// One of the two.
struct PublicKey::Material {
  Owned<cjose_jwk_t> jose;
  std::optional<ed25519::Point> ed25519;
  std::size_t signature_size = 64;
};

Result<std::optional<PublicKey>> PublicKey::parse(const json& jwk) {
  if (!jwk.is_object()) return wrong("is no JSON object");
  QUORATE_TRY(const auto type, text_if_present(jwk, "kty"));
  if (!type) return wrong("has no `kty`");
  QUORATE_TRY(const auto curve_name, text_if_present(jwk, "crv"));
  const auto curve = std::find_if(curves.begin(), curves.end(),
                                  [&](const Curve& one) { return one.name == curve_name; });
  const bool is_rsa = *type == "RSA";
  const bool is_ec = *type == "EC" && curve != curves.end();
  const bool is_ed25519 = *type == "OKP" && curve_name == "Ed25519";
  if (!is_rsa && !is_ec && !is_ed25519) return std::optional<PublicKey>{};
  QUORATE_TRY(const bool is_meant, is_for_signatures(jwk));
  if (!is_meant) return std::optional<PublicKey>{};
  if (jwk.contains("d")) return wrong("is a private key, published");

  PublicKey key;
  QUORATE_TRY(key.id_, text_if_present(jwk, "kid"));
  if (key.id_ && (key.id_->empty() || key.id_->size() > longest_id)) {
    return wrong("has a `kid` that is empty or longer than 255 characters");
  }
  auto material = std::make_shared<Material>();
  if (is_rsa) {
    QUORATE_TRY(Rsa rsa, parse_rsa(jwk));
    key.algorithms_ = algorithms_of_rsa();
    material->jose = std::move(rsa.key);
    material->signature_size = rsa.size;
  } else if (is_ec) {
    QUORATE_TRY(material->jose, parse_point(jwk, *curve));
    key.algorithms_ = {curve->algorithm};
    material->signature_size = 2 * curve->coordinate_size;
  } else {
    QUORATE_TRY(material->ed25519, parse_ed25519(jwk));
    key.algorithms_ = {Algorithm::eddsa};
  }
  QUORATE_TRY(const auto named, text_if_present(jwk, "alg"));
  if (named) {
    const auto algorithm = algorithm_of(*named);
    if (!algorithm) return std::optional<PublicKey>{};
    if (!key.algorithms_.contains(*algorithm))
      return wrong("is of type " + *type + " with `alg` " + *named);
    key.algorithms_ = {*algorithm};
  }
  key.material_ = std::move(material);
  return std::optional(std::move(key));
}

Status PublicKey::verify(const Token& token) const {
  const auto invalid = [](const char* why) { return fail(Code::token_invalid, why); };
  if (!algorithms_.contains(token.algorithm)) {
    return invalid("the token's `alg` is not its key's");
  }
  if (token.signature.size() != material_->signature_size) {
    return invalid("the token's signature has not its key's size");
  }
  if (material_->ed25519) {
    if (!ed25519::verifies(*material_->ed25519, bytes_of(token.signed_text()), token.signature)) {
      return invalid("the token's signature does not verify");
    }
    return Done{};
  }
  const ErrorQueueEmptied emptied;
  cjose_err error{};
  const Owned<cjose_jws_t> jws(cjose_jws_import(token.text.data(), token.text.size(), &error));
  // It is no answer where a key or a token is at fault that passed our own checks.
  if (!jws || !cjose_jws_verify(jws.get(), material_->jose.get(), &error)) {
    return invalid("the token's signature does not verify");
  }
  return Done{};
}

}  // namespace quorate::oidc
