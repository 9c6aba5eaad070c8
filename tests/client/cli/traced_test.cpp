#include "client/cli/traced.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/file_digest.h"
#include "crypto/base/secret_bytes.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/statement/to_be_signed.h"
#include "tests/client/cli/saved_request.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::cli {
namespace {

using ::testing::HasSubstr;

// A root with one member, to sign without a quorum.
ed25519::SigningKey root_key() {
  testing::SeededEntropy entropy(1);
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

class TracedTest : public ::testing::Test {
 protected:
  statement::Statement certificate() const {
    statement::Statement statement = a_statement();
    statement.kind = statement::Kind::ssh_user;
    statement.root_id = root.public_key().bytes();
    testing::SeededEntropy entropy(3);
    SecretBytes<32> seed;
    entropy.fill(seed.writable());
    const ed25519::SigningKey subject(seed);
    statement.body = statement::SshCertificate{ssh::CertificateType::user,
                                               ssh::ed25519_blob(subject.public_key().bytes()),
                                               "alice",
                                               {"alice"},
                                               statement.not_before,
                                               statement.not_before + 60,
                                               {},
                                               {}};
    return statement;
  }
  Bytes bytes_of_certificate() const {
    return statement::to_be_signed(certificate(), ssh::PublicKey::of(root.public_key())).value();
  }

  testing::TemporaryFolder folder;
  const ed25519::SigningKey root = root_key();
};

TEST_F(TracedTest, FindsTheDocumentOfACertificate) {
  const Bytes to_be_signed = bytes_of_certificate();
  const Bytes blob =
      ssh::certificate(to_be_signed, ssh::ed25519_signature_blob(root.sign(to_be_signed)));
  const auto file = folder.write("key-cert.pub", ssh::to_line(blob, "alice") + "\n");
  const Traced traced = read_traced(file, std::nullopt).value();
  EXPECT_EQ(traced.document, statement::document(to_be_signed));
  EXPECT_EQ(traced.root_id, root.public_key().bytes());
  EXPECT_EQ(traced.trouble, "");
  EXPECT_FALSE(traced.request_id);
}

TEST_F(TracedTest, SaysThatACertificatesSignatureDoesNotHold) {
  const Bytes to_be_signed = bytes_of_certificate();
  auto signature = root.sign(to_be_signed);
  signature[0] ^= 1;
  const Bytes blob = ssh::certificate(to_be_signed, ssh::ed25519_signature_blob(signature));
  const auto file = folder.write("key-cert.pub", ssh::to_line(blob, "alice") + "\n");
  EXPECT_THAT(read_traced(file, std::nullopt)->trouble, HasSubstr("does NOT hold"));
}

TEST_F(TracedTest, FindsTheDocumentOfAFilesSignature) {
  const auto file = folder.write("note.txt", "hello file\n");
  const FileDigest digest = digest_file(file, {}).value();
  const Bytes to_be_signed = ssh::signed_data("file", digest.sha512);
  const auto signature = folder.write(
      "note.txt.sig",
      ssh::file_signature("file", root.public_key(), root.sign(to_be_signed)).armour());
  const Traced traced = read_traced(signature, std::nullopt).value();
  EXPECT_EQ(traced.document, statement::document(to_be_signed));
  EXPECT_EQ(traced.trouble, "");

  const auto other = folder.write("other.txt", "something else\n");
  EXPECT_THAT(read_traced(signature, other)->trouble, HasSubstr("NOT a signature of"));
  std::filesystem::remove(file);
  EXPECT_EQ(read_traced(signature, std::nullopt).error().exit, Exit::usage);
}

TEST_F(TracedTest, FindsTheRequestOfARequestFile) {
  const statement::Statement statement = a_statement();
  const request::Request request = a_request(statement, "");
  save(folder / "hello.request", request);
  const Traced traced = read_traced(folder / "hello.request", std::nullopt).value();
  EXPECT_EQ(traced.request_id, statement::request_id(request.statement));
  EXPECT_EQ(traced.root_id, statement.root_id);
}

TEST_F(TracedTest, RefusesWhatIsNoneOfThese) {
  EXPECT_EQ(read_traced(folder.write("x", "hello\n"), std::nullopt).error().exit, Exit::usage);
}

}  // namespace
}  // namespace quorate::cli
