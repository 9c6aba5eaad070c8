// What a quorum signs, judged by the stock tools that will have to accept it.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "proto/document/ssh_certificate.h"
#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/sshd.h"

namespace quorate::testing {
namespace {

using ::testing::HasSubstr;

class Artifacts : public DevQuorum {
 protected:
  void SetUp() override {
    DevQuorum::SetUp();
    ASSERT_EQ(run("rm -f key*; ssh-keygen -q -t ed25519 -N '' -C somebody -f key").exit, 0);
  }
  static Ended certify(const std::string& options = "") {
    return run("quorate ssh-cert --root ssh-users -I alice@laptop -n alice -V +8h " + options +
               " key.pub");
  }
};

TEST_F(Artifacts, SshKeygenVerifiesASignedFile) {
  shell().write("note.txt", "a note\n");
  const Ended signed_file = sign("note.txt");
  ASSERT_EQ(signed_file.exit, 0) << shown(signed_file);
  expect_verified("note.txt");

  const auto json = nlohmann::json::parse(signed_file.out);
  EXPECT_EQ(json["written"], "note.txt.sig");
  EXPECT_EQ(json["signers"].size(), 2u);

  shell().write("note.txt", "another note\n");
  EXPECT_NE(
      run("ssh-keygen -Y verify -f allowed_signers -I files -n file -s note.txt.sig <note.txt")
          .exit,
      0);
}

TEST_F(Artifacts, AnEmptyFileAndALargeOneAreSignedToo) {
  shell().write("empty", "");
  ASSERT_EQ(run("head -c 20000000 /dev/urandom >large").exit, 0);
  for (const char* file : {"empty", "large"}) {
    const Ended ended = sign(file);
    EXPECT_EQ(ended.exit, 0) << shown(ended);
    expect_verified(file);
  }
}

TEST_F(Artifacts, GitsNamespaceIsAllowedAndOthersAreRefusedByEveryNode) {
  shell().write("note.txt", "a note\n");
  EXPECT_EQ(sign("note.txt", "--namespace git").exit, 0);
  EXPECT_EQ(
      run("ssh-keygen -Y verify -f allowed_signers -I files -n git -s note.txt.sig <note.txt").exit,
      0);
  const Ended refused = sign("note.txt", "--namespace mail");
  EXPECT_EQ(refused.exit, 1) << shown(refused);
  EXPECT_EQ(count_of("namespace_not_allowed", refused), 2u);
}

TEST_F(Artifacts, SshKeygenReadsACertificateAsItWasAskedFor) {
  const Ended ended = certify("-O no-pty -O source-address=127.0.0.0/8");
  ASSERT_EQ(ended.exit, 0) << shown(ended);
  const Ended read = run("ssh-keygen -L -f key-cert.pub");
  ASSERT_EQ(read.exit, 0) << shown(read);
  EXPECT_THAT(read.out, HasSubstr("Type: ssh-ed25519-cert-v01@openssh.com user certificate"));
  EXPECT_THAT(read.out, HasSubstr("Key ID: \"alice@laptop\""));
  EXPECT_THAT(read.out, HasSubstr("                alice\n"));
  EXPECT_THAT(read.out, HasSubstr("source-address 127.0.0.0/8"));
  EXPECT_THAT(read.out, HasSubstr("permit-agent-forwarding"));
  EXPECT_THAT(read.out, ::testing::Not(HasSubstr("permit-pty")));
  const Ended fingerprint = run("quorate root show ssh-users --format ssh | ssh-keygen -l -f -");
  const std::string hash = fingerprint.out.substr(0, fingerprint.out.find(" ssh-users"));
  EXPECT_THAT(read.out, HasSubstr(hash.substr(hash.find("SHA256:"))));
}

TEST_F(Artifacts, SshdLetsTheCertificateInAndTrustsNothingButTheRoot) {
  ASSERT_EQ(run("quorate root show ssh-users --format ssh >user_ca.pub").exit, 0);
  const Sshd sshd(shell(), "user_ca.pub", "alice");
  EXPECT_NE(run(sshd.login("key", "true")).exit, 0) << "without a certificate";

  const Ended ended = certify();
  ASSERT_EQ(ended.exit, 0) << shown(ended);
  const Ended login = run(sshd.login("key", "echo inside"));
  EXPECT_EQ(login.exit, 0) << shown(login) << sshd.log();
  EXPECT_EQ(login.out, "inside\n");

  ASSERT_EQ(run("quorate ssh-cert --root ssh-users -I alice -n deploy -V +8h key.pub").exit, 0);
  EXPECT_NE(run(sshd.login("key", "true")).exit, 0) << "as deploy, whom sshd does not map";
}

TEST_F(Artifacts, APrincipalThatNobodyAllowedIsRefusedByNameCodeAndReason) {
  const Ended ended =
      run("quorate ssh-cert --root ssh-users -I x -n alice,mallory -V +8h --json key.pub");
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_EQ(count_of("principal_not_allowed", ended), 2u);
  EXPECT_THAT(ended.complaints, HasSubstr("mallory"));
  EXPECT_THAT(ended.complaints, HasSubstr("next: "));
  EXPECT_NE(run("test -e key-cert.pub").exit, 0);
}

TEST_F(Artifacts, ALongerLifeThanAllowedIsRefused) {
  EXPECT_EQ(run("quorate ssh-cert --root ssh-users -I x -n alice -V +24h key.pub").exit, 0);
  const Ended ended = run("quorate ssh-cert --root ssh-users -I x -n alice -V +25h --json key.pub");
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_EQ(count_of("validity_not_allowed", ended), 2u);
}

TEST_F(Artifacts, ARootSignsNothingButItsPurpose) {
  shell().write("note.txt", "a note\n");
  const Ended file = run("quorate sign --root ssh-users --force note.txt");
  EXPECT_EQ(file.exit, 2) << shown(file);
  EXPECT_THAT(file.complaints, HasSubstr("purpose ssh-user-ca"));
}

TEST_F(Artifacts, ASavedRequestGivesOneCertificateFromAnyTwoNodes) {
  const Ended saved = certify("--save alice.request");
  ASSERT_EQ(saved.exit, 0) << shown(saved);
  const Ended fields = run("quorate request show alice.request");
  EXPECT_EQ(fields.exit, 0);
  EXPECT_THAT(fields.out, HasSubstr("alice@laptop"));

  std::vector<ssh::ParsedCertificate> certificates;
  for (const char* pair : {"alpha,bravo", "bravo,charlie"}) {
    const Ended ended =
        run(std::string("quorate request sign alice.request --force --json -o key-cert.pub "
                        "--nodes ") +
            pair);
    ASSERT_EQ(ended.exit, 0) << shown(ended);
    EXPECT_EQ(run("ssh-keygen -L -f key-cert.pub").exit, 0);
    certificates.push_back(
        ssh::ParsedCertificate::parse_line(shell().read("key-cert.pub")).value());
  }
  const auto& [one, other] = std::tie(certificates[0], certificates[1]);
  EXPECT_EQ(one.fields, other.fields);
  EXPECT_EQ(one.nonce, other.nonce);
  EXPECT_EQ(one.serial, other.serial);
  EXPECT_EQ(one.ca, other.ca);
  EXPECT_TRUE(one.signature_valid);
  EXPECT_TRUE(other.signature_valid);
  EXPECT_NE(one.signature, other.signature);  // different nodes, different nonces
}

TEST_F(Artifacts, ASavedFileRequestVerifiesToo) {
  shell().write("note.txt", "a note\n");
  ASSERT_EQ(
      run("rm -f note.txt.*; quorate sign --root files --save note.txt.request note.txt").exit, 0);
  const Ended ended = run("quorate request sign note.txt.request --nodes alpha,charlie");
  ASSERT_EQ(ended.exit, 0) << shown(ended);
  expect_verified("note.txt");
}

TEST_F(Artifacts, OpensslReadsTheRootsKey) {
  const Ended ended =
      run("quorate root show files --format pem | openssl pkey -pubin -noout -text");
  EXPECT_EQ(ended.exit, 0) << shown(ended);
  EXPECT_THAT(ended.out, HasSubstr("ED25519 Public-Key"));
}

TEST_F(Artifacts, ARootThatNoPolicyNamesSignsForNobody) {
  const Ended created =
      run("quorate root create packages --purpose file --algorithm ed25519 --threshold 3 "
          "--members alpha,bravo,charlie");
  ASSERT_EQ(created.exit, 0) << shown(created);
  EXPECT_THAT(created.complaints, HasSubstr("warning: every member is needed"));
  EXPECT_THAT(run("quorate root list").out, HasSubstr("packages"));
  shell().write("note.txt", "a note\n");
  const Ended refused = run("quorate sign --root packages --force --json note.txt");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_GE(count_of("requester_not_allowed", refused), 1u) << shown(refused);
}

}  // namespace
}  // namespace quorate::testing
