// A whole ceremony and a whole signature through the production cores of node and client, in one
// thread, with no socket and no clock.

#include <gtest/gtest.h>

#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/record/signed_verdict.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "tests/cores/gather.h"

namespace quorate::testing {
namespace {

TEST(QuorumInOneThread, CreatesARootAndSignsAFileThatSshsigAccepts) {
  World world;
  const auto root = world.create_root("files", "file");
  ASSERT_TRUE(root);
  statement::Statement asked = world.file_statement(*root);
  const Bytes content = {'h', 'e', 'l', 'l', 'o'};
  crypto_hash_sha512(std::get<statement::File>(asked.body).sha512.data(), content.data(), 5);

  const coordinator::Action end = gather(world, *root, asked);
  const auto* finished = std::get_if<coordinator::Finished>(&end);
  ASSERT_NE(finished, nullptr);
  const ssh::Sshsig artifact = ssh::file_signature("file", root->group_key(), finished->signature);
  EXPECT_TRUE(ssh::verify(artifact, "file", content));
  EXPECT_EQ(finished->verdicts.size(), 2u);
}

TEST(QuorumInOneThread, AnyOneNodeMayBeDown) {
  World world;
  const auto root = world.create_root("files", "file");
  ASSERT_TRUE(root);
  for (std::size_t down = 0; down < 3; ++down) {
    world.hosts[down]->crash();
    const coordinator::Action end = gather(world, *root, world.file_statement(*root));
    EXPECT_TRUE(std::holds_alternative<coordinator::Finished>(end)) << down << " was down";
    world.start(down);
  }
}

TEST(QuorumInOneThread, TwoDownIsTooFewAndNamesBoth) {
  World world;
  const auto root = world.create_root("files", "file");
  ASSERT_TRUE(root);
  world.hosts[0]->crash();
  world.hosts[2]->crash();
  const coordinator::Action end = gather(world, *root, world.file_statement(*root));
  const auto* failed = std::get_if<coordinator::Failed>(&end);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->report.outcome, coordinator::Outcome::too_few_nodes);
  std::vector<std::string> missing;
  for (const coordinator::NodeReport& node : failed->report.nodes) {
    if (node.conduct == coordinator::Conduct::unreachable) missing.push_back(node.name);
  }
  EXPECT_EQ(missing, (std::vector<std::string>{"alpha", "charlie"}));
}

TEST(QuorumInOneThread, TwoPairsOfNodesMakeCertificatesThatDifferInTheSignatureOnly) {
  World world;
  const auto root = world.create_root("ssh-users", "ssh-user-ca");
  ASSERT_TRUE(root);
  const statement::Statement asked = world.certificate_statement(*root);
  std::vector<Bytes> signed_bytes;
  std::vector<ed25519::Signature> signatures;
  for (const std::size_t down : {0u, 2u}) {
    world.hosts[down]->crash();
    const coordinator::Action end = gather(world, *root, asked);
    const auto* finished = std::get_if<coordinator::Finished>(&end);
    ASSERT_NE(finished, nullptr);
    signatures.push_back(finished->signature);
    world.start(down);
  }
  EXPECT_NE(signatures[0], signatures[1]);
  const ssh::PublicKey key = statement::ed25519_root(root->root_id()).value();
  const Bytes tbs = statement::to_be_signed(asked, key).value();
  for (const ed25519::Signature& signature : signatures) {
    EXPECT_TRUE(ed25519::verifies(root->group_key(), tbs, signature));
    const Bytes certificate = ssh::certificate(tbs, ssh::ed25519_signature_blob(signature));
    const auto parsed = ssh::ParsedCertificate::parse(certificate);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->fields.principals, std::vector<std::string>{"alice"});
  }
}

TEST(QuorumInOneThread, LargerQuorumsWork) {
  World world(5);
  const auto root = world.create_root("files", "file", 3);
  ASSERT_TRUE(root);
  world.hosts[1]->crash();
  world.hosts[4]->crash();
  const coordinator::Action end = gather(world, *root, world.file_statement(*root));
  EXPECT_TRUE(std::holds_alternative<coordinator::Finished>(end));
}

}  // namespace
}  // namespace quorate::testing
