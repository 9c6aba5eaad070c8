// ssh-keygen as the judge of what we build, and as the maker of what we read. An Ed25519 key of
// libsodium's stands for the root: a quorum's signature is no different.

#include <gmock/gmock.h>
#include <sodium.h>

#include "proto/document/armour.h"
#include "proto/document/krl.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::good_fields;
using ::testing::HasSubstr;
using testing::root_key;
using testing::signed_by_root;
using testing::some_key;
using testing::TemporaryFolder;

constexpr std::string_view file_content = "hello file\n";

Sshsig signed_file(std::string_view name_space) {
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), bytes_of(file_content).data(), file_content.size());
  const auto root = some_key(0);
  return file_signature(name_space, root.public_key(), root.sign(signed_data(name_space, digest)));
}

CertificateFields revocable(const std::string& key_id) {
  CertificateFields fields = good_fields();
  fields.key_id = key_id;
  return fields;
}

TEST(StockTools, ShowOurCertificates) {
  const TemporaryFolder folder;
  folder.write("id-cert.pub", to_line(signed_by_root(good_fields(), 8602940073668872063), "c"));
  const auto shown = folder.run("TZ=UTC ssh-keygen -L -f id-cert.pub");
  EXPECT_EQ(shown.exit, 0) << shown.output;
  for (const std::string& part :
       {std::string("ssh-ed25519-cert-v01@openssh.com user certificate"),
        "Signing CA: ED25519 " + root_key().fingerprint() + " (using ssh-ed25519)",
        std::string("Key ID: \"alice laptop\""), std::string("Serial: 8602940073668872063"),
        std::string("Valid: from 2025-12-31T23:59:00 to 2026-01-01T08:00:00"),
        std::string("force-command /bin/true"),
        std::string("source-address 10.0.0.0/8,2001:db8::/32"), std::string("verify-required"),
        std::string("permit-X11-forwarding"), std::string("permit-pty")}) {
    EXPECT_THAT(shown.output, HasSubstr(part));
  }
}

TEST(StockTools, ShowOurCertificatesForKeysOfEveryKind) {
  const TemporaryFolder folder;
  for (const std::string name : {"ed25519", "rsa", "ecdsa", "ed25519_sk", "ecdsa_sk"}) {
    CertificateFields fields = good_fields();
    fields.type = CertificateType::host;
    fields.critical.clear();
    fields.extensions.clear();
    const PublicKey subject =
        PublicKey::parse_line(testing::read_vector("openssh/sshsig/" + name + ".pub")).value();
    fields.subject = subject.blob();
    folder.write("host-cert.pub", to_line(signed_by_root(fields), ""));
    const auto shown = folder.run("ssh-keygen -L -f host-cert.pub");
    EXPECT_EQ(shown.exit, 0) << shown.output;
    EXPECT_THAT(shown.output, HasSubstr("host certificate"));
    EXPECT_THAT(shown.output, HasSubstr("CERT " + subject.fingerprint()));
  }
}

TEST(StockTools, VerifyOurFileSignatures) {
  const TemporaryFolder folder;
  folder.write("allowed", "files " + root_key().line("root"));
  folder.write("file", file_content);
  folder.write("file.sig", signed_file("file").armour());
  const std::string verify = "ssh-keygen -Y verify -f allowed -I files -s file.sig ";
  const auto good = folder.run(verify + "-n file < file");
  EXPECT_EQ(good.exit, 0) << good.output;
  EXPECT_THAT(good.output, HasSubstr("Good \"file\" signature for files with ED25519 key " +
                                     root_key().fingerprint()));
  EXPECT_NE(folder.run(verify + "-n git < file").exit, 0);
  EXPECT_NE(folder.run(verify + "-n file < allowed").exit, 0);
}

TEST(StockTools, RevokeByOurKrl) {
  const TemporaryFolder folder;
  const Krl krl{3,
                1'767'225'600,
                "people",
                {{root_key(), {77}, {"mallory's laptop"}}},
                {testing::sha256(ed25519_blob(some_key(2).public_key().bytes()))}};
  folder.write("krl", text_of(krl.bytes().value()));
  folder.write("serial-77.pub", to_line(signed_by_root(good_fields(), 77), ""));
  folder.write("serial-78.pub", to_line(signed_by_root(good_fields(), 78), ""));
  folder.write("key-id.pub", to_line(signed_by_root(revocable("mallory's laptop")), ""));
  folder.write("revoked-key.pub", PublicKey::of(some_key(2).public_key()).line(""));
  folder.write("other-key.pub", PublicKey::of(some_key(1).public_key()).line(""));

  const auto listed = folder.run("ssh-keygen -Q -l -f krl");
  EXPECT_EQ(listed.exit, 0) << listed.output;
  EXPECT_THAT(listed.output, HasSubstr("KRL version 3"));
  for (const std::string name : {"serial-77", "key-id", "revoked-key"}) {
    const auto asked = folder.run("ssh-keygen -Q -f krl " + name + ".pub");
    EXPECT_EQ(asked.exit, 1) << asked.output;
    EXPECT_THAT(asked.output, HasSubstr("REVOKED")) << name;
  }
  for (const std::string name : {"serial-78", "other-key"}) {
    const auto asked = folder.run("ssh-keygen -Q -f krl " + name + ".pub");
    EXPECT_EQ(asked.exit, 0) << asked.output;
  }
}

TEST(StockTools, MakeKeysAndEvidenceThatWeAccept) {
  const TemporaryFolder folder;
  folder.write("statement", file_content);
  for (const std::string type : {"ed25519", "ecdsa -b 256", "rsa -b 2048"}) {
    const auto made = folder.run("rm -f key key.pub statement.sig; ssh-keygen -q -t " + type +
                                 " -N '' -C 'alice at home' -f key && "
                                 "ssh-keygen -q -Y sign -f key -n quorate-request statement");
    ASSERT_EQ(made.exit, 0) << made.output;
    const auto key = PublicKey::parse_line(folder.read("key.pub"));
    ASSERT_TRUE(key.has_value()) << type << ": " << key.error().message;
    const auto sshsig = Sshsig::parse_armour(folder.read("statement.sig"));
    ASSERT_TRUE(sshsig.has_value()) << type << ": " << sshsig.error().message;
    EXPECT_EQ(sshsig->key, *key);
    EXPECT_TRUE(verify(*sshsig, "quorate-request", bytes_of(file_content)).has_value()) << type;
    EXPECT_THAT(folder.run("ssh-keygen -l -f key.pub").output, HasSubstr(key->fingerprint()));
  }
}

TEST(StockTools, MakeCertificatesThatWeRead) {
  const TemporaryFolder folder;
  for (const std::string ca : {"ed25519", "ecdsa -b 256", "rsa -b 2048"}) {
    const auto made = folder.run(
        "rm -f ca* key*; ssh-keygen -q -t " + ca +
        " -N '' -f ca && ssh-keygen -q -t ed25519 -N '' -f key && "
        "ssh-keygen -q -s ca -I 'alice laptop' -n alice,deploy -z 42 -V 20260101:20260102 "
        "-O source-address=10.0.0.0/8,::1/128 -O force-command=/bin/true -O no-pty key.pub");
    ASSERT_EQ(made.exit, 0) << made.output;
    const auto parsed = ParsedCertificate::parse_line(folder.read("key-cert.pub"));
    ASSERT_TRUE(parsed.has_value()) << ca << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->signature_valid) << ca;
    EXPECT_EQ(parsed->serial, 42u);
    EXPECT_EQ(parsed->ca, PublicKey::parse_line(folder.read("ca.pub")));
    EXPECT_EQ(parsed->fields.subject, PublicKey::parse_line(folder.read("key.pub")).value().blob());
    EXPECT_EQ(parsed->fields.key_id, "alice laptop");
    EXPECT_EQ(parsed->fields.principals, (std::vector<std::string>{"alice", "deploy"}));
    EXPECT_EQ(parsed->fields.critical,
              (std::vector<Option>{{"force-command", "/bin/true"},
                                   {"source-address", "10.0.0.0/8,::1/128"}}));
    EXPECT_EQ(parsed->fields.extensions,
              (std::vector<std::string>{"permit-X11-forwarding", "permit-agent-forwarding",
                                        "permit-port-forwarding", "permit-user-rc"}));
  }
}

}  // namespace
}  // namespace quorate::ssh
