// Keys in X.509's form, with OpenSSL as the maker.

#include "proto/document/spki.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::code_of;
using testing::OpensslKey;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

Bytes spki_of(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY, FreeKey> owned(key);
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

TEST(Spki, ReadsWhatOpensslWrites) {
  EXPECT_EQ(key_of_spki(spki_of(EVP_RSA_gen(2048U))).value().kind(), KeyKind::rsa);
  EXPECT_EQ(key_of_spki(spki_of(EVP_RSA_gen(3072U))).value().kind(), KeyKind::rsa);
  EXPECT_EQ(key_of_spki(spki_of(EVP_EC_gen("P-256"))).value().kind(), KeyKind::ecdsa);
}

TEST(Spki, RefusesWeakAndForeignKeys) {
  EXPECT_EQ(code_of(key_of_spki(spki_of(EVP_RSA_gen(1024U)))), Code::key_not_allowed);
  EXPECT_EQ(code_of(key_of_spki(spki_of(EVP_EC_gen("P-384")))), Code::key_not_allowed);
  EXPECT_EQ(code_of(key_of_spki(spki_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")))),
            Code::key_not_allowed);
}

TEST(Spki, HasOneForm) {
  for (EVP_PKEY* made : {EVP_RSA_gen(2048U), EVP_EC_gen("P-256")}) {
    const Bytes good = spki_of(made);
    for (std::size_t size = 0; size < good.size(); ++size) {
      EXPECT_FALSE(key_of_spki(ByteView(good).first(size)).has_value()) << size;
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(code_of(key_of_spki(longer)), Code::malformed);
    // Whatever is accepted after a change is another key, never the same in another form.
    const PublicKey key = key_of_spki(good).value();
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes changed = good;
      changed[at] ^= 0x01;
      const auto read = key_of_spki(changed);
      EXPECT_FALSE(read.has_value() && *read == key) << at;
    }
  }
}

TEST(Spki, LengthsAreAsShortAsTheyCanBe) {
  const Bytes good = spki_of(EVP_EC_gen("P-256"));
  ASSERT_EQ(good[1], 0x59);
  Bytes spread = good;
  spread[1] = 0x81;
  spread.insert(spread.begin() + 2, 0x59);
  EXPECT_EQ(code_of(key_of_spki(spread)), Code::malformed);
  Bytes indefinite = good;
  indefinite[1] = 0x80;
  EXPECT_EQ(code_of(key_of_spki(indefinite)), Code::malformed);
}

TEST(Spki, EcdsaSignaturesComeInTwoForms) {
  Bytes plain(64, 0);
  plain[31] = 1;
  plain[63] = 0x81;
  const Bytes der = {0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x81};
  EXPECT_EQ(ecdsa_signature_blob(plain).value(), ecdsa_signature_blob(der).value());
  const Bytes negative = {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x81};
  EXPECT_EQ(code_of(ecdsa_signature_blob(negative)), Code::malformed);
  const Bytes padded = {0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x01};
  EXPECT_EQ(code_of(ecdsa_signature_blob(padded)), Code::malformed);
  EXPECT_EQ(code_of(ecdsa_signature_blob(Bytes())), Code::malformed);
}

}  // namespace
}  // namespace quorate::ssh
