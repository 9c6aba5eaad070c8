#include "proto/channel/certificate.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "tests/proto/channel/loopback.h"

namespace quorate::channel {
namespace {

using testing::foreign;
using testing::key;

Bytes der(const X509& certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(&certificate, &bytes);
  EXPECT_GT(size, 0);
  Bytes out(bytes, bytes + size);
  OPENSSL_free(bytes);
  return out;
}

TEST(Certificate, HoldsTheKeyItWasMadeFrom) {
  const Result<Certificate> certificate = self_signed(key(1));
  ASSERT_TRUE(certificate.has_value());
  const Result<ed25519::Point> point = key_of(**certificate);
  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(*point, key(1).public_key());
}

TEST(Certificate, OfOneKeyIsTheSameEachTime) {
  EXPECT_EQ(der(**self_signed(key(1))), der(**self_signed(key(1))));
  EXPECT_NE(der(**self_signed(key(1))), der(**self_signed(key(2))));
}

TEST(Certificate, IsAWellFormedOneThatOpensslVerifies) {
  const Result<Certificate> certificate = self_signed(key(1));
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(X509_verify(certificate->get(), X509_get0_pubkey(certificate->get())), 1);
  EXPECT_EQ(X509_get_version(certificate->get()), 2);
}

TEST(Certificate, OfAnotherKindOfKeyIsNobodys) {
  const auto rsa = foreign(EVP_RSA_gen(2048), EVP_sha256());
  EXPECT_EQ(key_of(*rsa.certificate).error().code, Code::not_pinned);
  const auto p256 = foreign(EVP_EC_gen("P-256"), EVP_sha256());
  EXPECT_EQ(key_of(*p256.certificate).error().code, Code::not_pinned);
}

TEST(Certificate, OfAPointOfSmallOrderIsNobodys) {
  const ByteArray<32> identity{1};
  const auto small = PrivateKey(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, identity.data(), identity.size()));
  const Certificate certificate(X509_new());
  ASSERT_EQ(X509_set_pubkey(certificate.get(), small.get()), 1);
  EXPECT_EQ(key_of(*certificate).error().code, Code::not_pinned);
}

}  // namespace
}  // namespace quorate::channel
