#include <algorithm>
#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/foreign_key.h"
#include "proto/document/key_fields.h"
#include "proto/document/ssh_buffer.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {
namespace {

struct Free {
  void operator()(BIGNUM* value) const { BN_free(value); }
  void operator()(ECDSA_SIG* value) const { ECDSA_SIG_free(value); }
  void operator()(EVP_MD_CTX* value) const { EVP_MD_CTX_free(value); }
  void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
  void operator()(EVP_PKEY_CTX* value) const { EVP_PKEY_CTX_free(value); }
  void operator()(OSSL_PARAM* value) const { OSSL_PARAM_free(value); }
  void operator()(OSSL_PARAM_BLD* value) const { OSSL_PARAM_BLD_free(value); }
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

// What OpenSSL can't allocate or does not know is our own trouble, not the signer's.
template <typename T>
Owned<T> owned(T* made) {
  QUORATE_INVARIANT(made != nullptr);
  return Owned<T>(made);
}

Owned<BIGNUM> number(ByteView magnitude) {
  return owned(BN_bin2bn(magnitude.data(), static_cast<int>(magnitude.size()), nullptr));
}

// Null where OpenSSL refuses the key.
Owned<EVP_PKEY> openssl_key(const char* type, OSSL_PARAM_BLD* builder) {
  const auto parameters = owned(OSSL_PARAM_BLD_to_param(builder));
  const auto context = owned(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  QUORATE_INVARIANT(EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Owned<EVP_PKEY>(key);
}

bool openssl_verifies(EVP_PKEY* key, const EVP_MD* hash, ByteView signature, ByteView message) {
  const auto context = owned(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

constexpr std::size_t ed25519_signature_size = 64;

tl::unexpected<Error> invalid(std::string message) {
  return fail(Code::signature_invalid, std::move(message));
}

Status check_ed25519(const KeyFields& key, ByteView signature, ByteView message) {
  if (signature.size() != ed25519_signature_size) {
    return fail(Code::malformed, "an Ed25519 signature has 64 bytes");
  }
  if (!ed25519::verifies_for(key.point, message, signature)) {
    return invalid("the Ed25519 signature does not verify");
  }
  return Done{};
}

Status check_rsa(const KeyFields& key, std::string_view name, ByteView signature,
                 ByteView message) {
  // sshd fills a shortened signature up again; other readers do not, so there is one form.
  if (signature.size() != key.modulus.size()) {
    return invalid("the RSA signature has " + std::to_string(signature.size()) +
                   " bytes, its key has " + std::to_string(key.modulus.size()));
  }
  const ErrorQueueEmptied emptied;
  const auto modulus = number(key.modulus);
  const auto exponent = number(key.exponent);
  const auto builder = owned(OSSL_PARAM_BLD_new());
  QUORATE_INVARIANT(
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1);
  const Owned<EVP_PKEY> openssl = openssl_key("RSA", builder.get());
  const EVP_MD* hash = name == "rsa-sha2-512" ? EVP_sha512() : EVP_sha256();
  if (openssl == nullptr || !openssl_verifies(openssl.get(), hash, signature, message)) {
    return invalid("the RSA signature does not verify");
  }
  return Done{};
}

// 0 < number < n, the order of P-256. (0, 0) once passed for a signature by anybody, in a library
// that had lost this check (CVE-2022-21449).
bool is_in_range(ByteView magnitude) {
  constexpr ByteArray<32> order = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                   0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
  if (magnitude.empty() || magnitude.size() > order.size()) return false;
  return magnitude.size() < order.size() ||
         std::lexicographical_compare(magnitude.begin(), magnitude.end(), order.begin(),
                                      order.end());
}

Bytes der(ByteView r, ByteView s) {
  const auto signature = owned(ECDSA_SIG_new());
  QUORATE_INVARIANT(ECDSA_SIG_set0(signature.get(), number(r).release(), number(s).release()) == 1);
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  QUORATE_INVARIANT(size > 0);
  Bytes encoded(static_cast<std::size_t>(size));
  std::uint8_t* out = encoded.data();
  QUORATE_INVARIANT(i2d_ECDSA_SIG(signature.get(), &out) == size);
  return encoded;
}

Status check_ecdsa(const KeyFields& key, ByteView signature, ByteView message) {
  Reader reader(signature);
  QUORATE_TRY(const ByteView r, reader.mpint(no_limit, "r"));
  QUORATE_TRY(const ByteView s, reader.mpint(no_limit, "s"));
  QUORATE_CHECK(reader.finish("the ECDSA signature"));
  if (!is_in_range(r) || !is_in_range(s)) {
    return invalid("r and s of an ECDSA signature must be above 0 and below the group's order");
  }
  const ErrorQueueEmptied emptied;
  const auto builder = owned(OSSL_PARAM_BLD_new());
  QUORATE_INVARIANT(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                    "prime256v1", 0) == 1 &&
                    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                     key.point.data(), key.point.size()) == 1);
  const Owned<EVP_PKEY> openssl = openssl_key("EC", builder.get());
  if (openssl == nullptr || !openssl_verifies(openssl.get(), EVP_sha256(), der(r, s), message)) {
    return invalid("the ECDSA signature does not verify");
  }
  return Done{};
}

ByteArray<32> sha256(ByteView bytes) {
  ByteArray<32> digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

// PROTOCOL.u2f, "SSH U2F signatures": the authenticator never sees the message, only its hash.
Bytes signed_by_authenticator(std::string_view application, const Fido& fido, ByteView message) {
  return Writer()
      .raw(sha256(bytes_of(application)))
      .u8(fido.flags)
      .u32(fido.counter)
      .raw(sha256(message))
      .bytes();
}

bool may_be_named(KeyKind kind, std::string_view name) {
  if (kind == KeyKind::rsa) return name == "rsa-sha2-256" || name == "rsa-sha2-512";
  return name == type_name(kind);
}

Status check_signature(const KeyFields& key, std::string_view name, ByteView signature,
                       ByteView message) {
  switch (key.kind) {
    case KeyKind::ed25519:
    case KeyKind::fido_ed25519: return check_ed25519(key, signature, message);
    case KeyKind::rsa: return check_rsa(key, name, signature, message);
    case KeyKind::ecdsa:
    case KeyKind::fido_ecdsa: return check_ecdsa(key, signature, message);
  }
  QUORATE_INVARIANT(false);
}

}  // namespace

Result<Verification> verify(const PublicKey& key, ByteView signature_blob, ByteView message,
                            Touch touch) {
  const auto fields = read_key_fields(key.blob());
  QUORATE_INVARIANT(fields.has_value());  // it was, when the PublicKey was made

  Reader reader(signature_blob);
  QUORATE_TRY(const ByteView name, reader.string(no_limit, "the signature's name"));
  if (!may_be_named(key.kind(), text_of(name))) {
    return invalid("a key of type " + std::string(type_name(key.kind())) +
                   " does not sign under the signature's name (ssh-rsa would be SHA-1, and FIDO's "
                   "browser form is not accepted)");
  }
  QUORATE_TRY(const ByteView signature, reader.string(no_limit, "the signature"));
  if (!is_fido(key.kind())) {
    QUORATE_CHECK(reader.finish("the signature"));
    QUORATE_CHECK(check_signature(*fields, text_of(name), signature, message));
    return Verification{};
  }

  QUORATE_TRY(const std::uint8_t flags, reader.u8("the FIDO flags"));
  QUORATE_TRY(const std::uint32_t counter, reader.u32("the FIDO counter"));
  QUORATE_CHECK(reader.finish("the signature"));
  if (!key.application().starts_with("ssh:")) {
    return fail(Code::malformed, "the FIDO key was not made for SSH: its application is " +
                                     std::string(key.application()));
  }
  const Fido fido{flags, counter};
  QUORATE_CHECK(check_signature(*fields, text_of(name), signature,
                                signed_by_authenticator(key.application(), fido, message)));
  if (touch == Touch::demanded && !fido.touched()) {
    return fail(Code::touch_required, "the FIDO key was not touched for this signature");
  }
  return Verification{fido};
}

}  // namespace quorate::ssh
