// What the tests of this room share: vectors, keys that sign (standing for people, authenticators
// and quorums), and a folder in which ssh-keygen may judge.

#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/ssh_key.h"

namespace quorate::testing {

// `name` below tests/vectors.
std::string read_vector(const std::string& name);
const nlohmann::json& documents();
const nlohmann::json& requests();

Bytes bytes_of_hex(std::string_view hex);
ByteArray<32> array_of_hex(std::string_view hex);
ByteArray<32> sha256(ByteView bytes);

ed25519::SigningKey signing_key(std::string_view seed_hex);
// The n-th of some fixed keys; n = 0 stands for the root.
ed25519::SigningKey some_key(std::uint8_t n);
ssh::PublicKey root_key();

// A key of OpenSSL's that signs; P-256 or RSA.
class OpensslKey {
 public:
  static OpensslKey rsa(unsigned bits);
  static OpensslKey p256();

  ssh::PublicKey ssh_key() const;
  Bytes point() const;  // P-256: 04 ‖ x ‖ y
  // The signature as OpenSSL makes it: k bytes for RSA, DER for ECDSA.
  Bytes sign(const EVP_MD* hash, ByteView message) const;
  // M(r) M(s), for ECDSA over SHA-256.
  Bytes sign_ssh(ByteView message) const;

 private:
  explicit OpensslKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
  std::shared_ptr<EVP_PKEY> key_;
};

// A user's certificate by the root that keeps every rule.
ssh::CertificateFields good_fields();
ByteArray<32> some_nonce();
// good_fields() and others, built and signed by the root.
Bytes signed_by_root(const ssh::CertificateFields& fields, std::uint64_t serial = 7);

// Deleted with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Makes or replaces the file, and returns its name.
  std::string write(const std::string& name, std::string_view content) const;
  std::string read(const std::string& name) const;

  struct Outcome {
    int exit;
    std::string output;  // standard output and standard error
  };
  // A shell command, run inside the folder.
  Outcome run(const std::string& command) const;

 private:
  std::filesystem::path path_;
};

template <typename T>
Code code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? Code::internal : result.error().code;
}

}  // namespace quorate::testing

namespace quorate {

// For the messages of failed tests.
inline void PrintTo(Code code, std::ostream* out) { *out << name(code); }

}  // namespace quorate
