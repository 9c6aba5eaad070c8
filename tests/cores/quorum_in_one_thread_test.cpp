// A whole ceremony and a whole signature through the production cores of node and client, in one
// thread, with no socket and no clock.

#include <gtest/gtest.h>

#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/record/signed_verdict.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

// Carries the coordinator's asks to the cores. Hosts that are down are unreachable.
coordinator::Action gather(World& world, const ceremony::EpochRecord& root,
                           const statement::Statement& asked) {
  const Bytes request = world.request_for(asked, world.requester);
  const ssh::PublicKey key = statement::ed25519_root(root.root_id()).value();
  coordinator::Task task{root,
                         "test",
                         {},
                         statement::request_id(statement::encode(asked)),
                         statement::to_be_signed(asked, key).value()};
  for (std::uint16_t i = 0; i < world.hosts.size(); ++i) {
    task.names.emplace(frost::Identifier::make(i + 1u).value(), world.hosts[i]->name);
  }
  coordinator::Latencies latencies;
  auto coordinator = coordinator::Coordinator::make(std::move(task), latencies).value();
  std::vector<coordinator::Action> todo = coordinator.handle(world.clock_ms, coordinator::Start{});
  const auto carry = [&](frost::Identifier node, const node::Ask& ask) -> coordinator::Event {
    Host& host = *world.hosts[node.number() - 1u];
    if (!host.is_up()) return coordinator::Lost{node, "connection refused"};
    const node::Answer answer = host.handle(world.desk.public_key(), ask, world.now()).value();
    if (const auto* pairs = std::get_if<node::Commitments>(&answer)) {
      return coordinator::CommitmentsArrived{node, {pairs->boot, pairs->pairs}};
    }
    if (const auto* partial = std::get_if<node::PartialAnswer>(&answer)) {
      coordinator::Fresh fresh;
      if (partial->fresh) fresh = {partial->fresh->boot, partial->fresh->pairs};
      return coordinator::PartialArrived{node, partial->partial, partial->verdict, fresh};
    }
    const auto& refused = std::get<node::Refused>(answer);
    return coordinator::Refused{node, number(refused.refusal.error.code),
                                refused.refusal.error.message};
  };
  while (!todo.empty()) {
    const coordinator::Action action = todo.front();
    todo.erase(todo.begin());
    coordinator::Event event = coordinator::Tick{};
    if (const auto* commit = std::get_if<coordinator::AskCommitments>(&action)) {
      event = carry(commit->node, node::Commit{root.root_id(), root.members.epoch, 1});
    } else if (const auto* sign = std::get_if<coordinator::AskToSign>(&action)) {
      event = carry(sign->node,
                    node::SignAsk{request, root.root_id(), root.members.epoch, sign->commitments});
    } else if (const auto* wake = std::get_if<coordinator::WakeAt>(&action)) {
      if (!todo.empty()) continue;
      world.clock_ms = std::max(world.clock_ms, wake->time_ms);
    } else {
      return action;
    }
    for (coordinator::Action& next : coordinator.handle(world.clock_ms, event)) {
      todo.push_back(std::move(next));
    }
  }
  // Nobody can say anything more: the caller's patience ends.
  for (coordinator::Action& last : coordinator.handle(world.clock_ms, coordinator::Deadline{})) {
    return std::move(last);
  }
  ADD_FAILURE() << "the coordinator ended with nothing";
  return coordinator::Failed{};
}

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
