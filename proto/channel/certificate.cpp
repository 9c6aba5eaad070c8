#include "proto/channel/certificate.h"

#include <openssl/evp.h>

namespace quorate::channel {
namespace {

tl::unexpected<Error> openssl_failed(std::string_view doing) {
  return fail(Code::internal, "OpenSSL failed at " + std::string(doing));
}

}  // namespace

Result<PrivateKey> private_key(const ed25519::SigningKey& identity) {
  const SecretBytes<32> seed = identity.seed();
  PrivateKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.expose().data(),
                                              seed.expose().size()));
  if (!key) return openssl_failed("taking the identity key");
  return key;
}

Result<Certificate> self_signed(const ed25519::SigningKey& identity) {
  QUORATE_TRY(const PrivateKey key, private_key(identity));
  Certificate certificate(X509_new());
  if (!certificate) return openssl_failed("making a certificate");
  X509* const x = certificate.get();
  X509_NAME* const subject = X509_get_subject_name(x);
  const ByteView name = bytes_of("quorate");
  // Fixed dates, so that no clock is read: nobody looks at them. Version 3 is written as 2.
  const bool made = X509_set_version(x, 2) == 1 &&
                    ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
                    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, name.data(),
                                               static_cast<int>(name.size()), -1, 0) == 1 &&
                    X509_set_issuer_name(x, subject) == 1 &&
                    ASN1_TIME_set_string(X509_getm_notBefore(x), "19700101000000Z") == 1 &&
                    ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z") == 1 &&
                    X509_set_pubkey(x, key.get()) == 1 && X509_sign(x, key.get(), nullptr) > 0;
  if (!made) return openssl_failed("making a certificate");
  return certificate;
}

Result<ed25519::Point> key_of(const X509& certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(&certificate);
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
    return fail(Code::not_pinned, "the peer's certificate does not hold an Ed25519 key");
  }
  ByteArray<32> bytes;
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1 || size != bytes.size()) {
    return fail(Code::not_pinned, "the peer's certificate does not hold an Ed25519 key");
  }
  const Result<ed25519::Point> point = ed25519::Point::parse(bytes);
  if (!point) {
    return fail(Code::not_pinned, "the peer's key cannot be an identity: " + point.error().message);
  }
  return *point;
}

}  // namespace quorate::channel
