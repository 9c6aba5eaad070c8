#include "tests/proto/document/fixture.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <sys/wait.h>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/document/ssh_buffer.h"

namespace quorate::testing {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  QUORATE_INVARIANT(file.good());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Bytes bytes_of_number(const BIGNUM* value) {
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value)));
  BN_bn2bin(value, bytes.data());
  return bytes;
}

Bytes number_of(const EVP_PKEY* key, const char* parameter) {
  BIGNUM* value = nullptr;
  QUORATE_INVARIANT(EVP_PKEY_get_bn_param(key, parameter, &value) == 1);
  Bytes bytes = bytes_of_number(value);
  BN_free(value);
  return bytes;
}

}  // namespace

std::string read_vector(const std::string& name) {
  return read_file(std::filesystem::path(QUORATE_VECTORS) / name);
}

const nlohmann::json& documents() {
  static const nlohmann::json parsed = nlohmann::json::parse(read_vector("documents.json"));
  return parsed;
}

const nlohmann::json& requests() {
  static const nlohmann::json parsed = nlohmann::json::parse(read_vector("requests.json"));
  return parsed;
}

Bytes bytes_of_hex(std::string_view hex) {
  if (hex.empty()) return {};
  auto bytes = from_hex(hex);
  QUORATE_INVARIANT(bytes.has_value());
  return *std::move(bytes);
}

ByteArray<32> array_of_hex(std::string_view hex) {
  const auto bytes = from_hex_exactly<32>(hex);
  QUORATE_INVARIANT(bytes.has_value());
  return *bytes;
}

ByteArray<32> sha256(ByteView bytes) {
  ByteArray<32> digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

ed25519::SigningKey signing_key(std::string_view seed_hex) {
  ByteArray<32> seed = array_of_hex(seed_hex);
  return ed25519::SigningKey(SecretBytes<32>(std::span<std::uint8_t, 32>(seed)));
}

ed25519::SigningKey some_key(std::uint8_t n) {
  const ByteArray<32> seed = sha256(std::array<std::uint8_t, 1>{n});
  return signing_key(to_hex(seed));
}

ssh::PublicKey root_key() { return ssh::PublicKey::of(some_key(0).public_key()); }

OpensslKey OpensslKey::rsa(unsigned bits) { return OpensslKey(EVP_RSA_gen(bits)); }

OpensslKey OpensslKey::p256() { return OpensslKey(EVP_EC_gen("P-256")); }

Bytes OpensslKey::point() const {
  Bytes point(65);
  std::size_t size = 0;
  QUORATE_INVARIANT(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                    point.data(), point.size(), &size) == 1);
  QUORATE_INVARIANT(size == point.size());
  return point;
}

ssh::PublicKey OpensslKey::ssh_key() const {
  ssh::Writer blob;
  if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_RSA) {
    blob.text("ssh-rsa");
    blob.mpint(number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E));
    blob.mpint(number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N));
  } else {
    blob.text("ecdsa-sha2-nistp256").text("nistp256").string(point());
  }
  auto key = ssh::PublicKey::parse(blob.bytes());
  QUORATE_INVARIANT(key.has_value());
  return *std::move(key);
}

Bytes OpensslKey::sign(const EVP_MD* hash, ByteView message) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t size = 1024;
  Bytes signature(size);
  QUORATE_INVARIANT(EVP_DigestSignInit(context, nullptr, hash, nullptr, key_.get()) == 1);
  QUORATE_INVARIANT(
      EVP_DigestSign(context, signature.data(), &size, message.data(), message.size()) == 1);
  EVP_MD_CTX_free(context);
  signature.resize(size);
  return signature;
}

Bytes OpensslKey::sign_ssh(ByteView message) const {
  const Bytes der = sign(EVP_sha256(), message);
  const std::uint8_t* at = der.data();
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  QUORATE_INVARIANT(signature != nullptr);
  ssh::Writer pair;
  pair.mpint(bytes_of_number(ECDSA_SIG_get0_r(signature)));
  pair.mpint(bytes_of_number(ECDSA_SIG_get0_s(signature)));
  ECDSA_SIG_free(signature);
  return std::move(pair).bytes();
}

ssh::CertificateFields good_fields() {
  return {ssh::CertificateType::user,
          ssh::ed25519_blob(some_key(1).public_key().bytes()),
          "alice laptop",
          {"alice", "deploy"},
          1'767'225'540,
          1'767'254'400,
          {{"force-command", "/bin/true"},
           {"source-address", "10.0.0.0/8,2001:db8::/32"},
           {"verify-required", ""}},
          {"permit-X11-forwarding", "permit-pty"}};
}

ByteArray<32> some_nonce() {
  ByteArray<32> nonce;
  nonce.fill(0x01);
  return nonce;
}

Bytes signed_by_root(const ssh::CertificateFields& fields, std::uint64_t serial) {
  const auto tbs = ssh::to_be_signed(fields, root_key(), some_nonce(), serial);
  QUORATE_INVARIANT(tbs.has_value());
  return ssh::certificate(*tbs, ssh::ed25519_signature_blob(some_key(0).sign(*tbs)));
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "quorate-XXXXXX").string();
  QUORATE_INVARIANT(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view content) const {
  std::ofstream file(path_ / name, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  QUORATE_INVARIANT(file.good());
  return name;
}

std::string TemporaryFolder::read(const std::string& name) const { return read_file(path_ / name); }

TemporaryFolder::Outcome TemporaryFolder::run(const std::string& command) const {
  const std::string line = "cd '" + path_.string() + "' && { " + command + "; } 2>&1";
  FILE* pipe = popen(line.c_str(), "r");
  QUORATE_INVARIANT(pipe != nullptr);
  std::string output;
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

}  // namespace quorate::testing
