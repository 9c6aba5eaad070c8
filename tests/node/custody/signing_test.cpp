#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/frost/aggregator.h"
#include "tests/node/custody/nodes.h"

namespace quorate::custody {
namespace {

using quorate::testing::gateway;
using quorate::testing::noon;
using quorate::testing::Quorum;
using ::testing::HasSubstr;

// Nodes 0 and 1 of a 2-of-3, each with one nonce given to the gateway.
struct Session {
  Quorum quorum{2, 3};
  std::vector<frost::Commitment> commitments;

  Session() {
    for (std::size_t node : {0u, 1u}) {
      commitments.push_back(
          custody(node).frost_nonces(quorum.share(node), gateway, 1, noon).value().front());
    }
  }
  Custody& custody(std::size_t node) { return quorum.nodes.at(node).custody; }
  Result<frost::Partial> sign(std::size_t node, const PeerKey& peer = gateway) {
    return custody(node).frost_partial(quorum.share(node), peer, quorum.package(commitments), noon);
  }
};

RC_GTEST_PROP(CustodySigning, AnyThresholdOfNodesSigns, ()) {
  const auto threshold = *rc::gen::inRange<std::uint16_t>(2, 4);
  const auto count = *rc::gen::inRange<std::uint16_t>(threshold, 5);
  Quorum quorum(threshold, count);
  std::vector<std::size_t> signers;
  for (std::size_t node = count - threshold; node < count; ++node) signers.push_back(node);
  std::vector<frost::Commitment> commitments;
  commitments.reserve(signers.size());
  for (const std::size_t node : signers) {
    commitments.push_back(quorum.nodes[node]
                              .custody.frost_nonces(quorum.share(node), gateway, 3, noon)
                              .value()
                              .at(1));
  }
  const frost::Package package = quorum.package(commitments);
  std::vector<frost::Partial> partials;
  frost::VerificationShares shares;
  for (const std::size_t node : signers) {
    partials.push_back(quorum.nodes[node]
                           .custody.frost_partial(quorum.share(node), gateway, package, noon)
                           .value());
    shares.emplace(quorum.nodes[node].self, quorum.share(node).verification_share);
  }
  const auto signature = frost::aggregate(partials, package, shares);
  RC_ASSERT(signature.has_value());
  RC_ASSERT(ed25519::verifies(quorum.share(0).group_key, Bytes{'m'}, *signature));
}

TEST(CustodySigning, NeverAnswersTwiceWithOneNonce) {
  Session session;
  EXPECT_TRUE(session.sign(0));
  EXPECT_EQ(session.sign(0).error().code, Code::nonce_spent);
}

TEST(CustodySigning, AnswersOnlyThePeerThatGotTheNonce) {
  Session session;
  EXPECT_EQ(session.sign(0, {0x22}).error().code, Code::nonce_spent);
  EXPECT_TRUE(session.sign(0));
}

TEST(CustodySigning, DoesNotSpendTheNonceWhileTheTokenIsAway) {
  Session session;
  session.quorum.nodes[0].backend.set_state(State::absent);
  EXPECT_EQ(session.sign(0).error().code, Code::token_absent);
  session.quorum.nodes[0].backend.set_state(State::ready);
  EXPECT_TRUE(session.sign(0));
}

TEST(CustodySigning, DoesNotOpenTheShareForANonceItDoesNotHave) {
  Session session;
  ASSERT_TRUE(session.sign(0));
  const std::size_t before = session.quorum.nodes[0].backend.unwraps();
  EXPECT_FALSE(session.sign(0));
  EXPECT_EQ(session.quorum.nodes[0].backend.unwraps(), before);
}

TEST(CustodySigning, OpensTheShareOnceForManyNonces) {
  Session session;
  const std::size_t before = session.quorum.nodes[0].backend.unwraps();
  EXPECT_EQ(
      session.custody(0).frost_nonces(session.quorum.share(0), gateway, 32, noon).value().size(),
      32);
  EXPECT_EQ(session.quorum.nodes[0].backend.unwraps(), before + 1);
}

TEST(CustodySigning, IsBusyBeforeItOpensTheShare) {
  Session session;
  ASSERT_TRUE(session.custody(0).frost_nonces(session.quorum.share(0), gateway, 100, noon));
  const std::size_t before = session.quorum.nodes[0].backend.unwraps();
  EXPECT_EQ(session.custody(0).frost_nonces(session.quorum.share(0), gateway, 1, noon).error().code,
            Code::busy);
  EXPECT_EQ(session.quorum.nodes[0].backend.unwraps(), before);
}

TEST(CustodySigning, RefusesAPackageOfAnotherEpochOrWithoutThisMember) {
  Session session;
  ShareRef later = session.quorum.share(0);
  later.epoch = frost::Epoch{2};
  const frost::Package package = session.quorum.package(session.commitments);
  EXPECT_EQ(session.custody(0).frost_partial(later, gateway, package, noon).error().code,
            Code::wrong_epoch);
  EXPECT_EQ(session.custody(2)
                .frost_partial(session.quorum.share(2), gateway, package, noon)
                .error()
                .code,
            Code::unknown_participant);
  EXPECT_TRUE(session.sign(0));  // and nothing of that cost the nonce
}

TEST(CustodySigning, RefusesAListWithAnotherBindingCommitmentOfItsOwn) {
  Session session;
  const auto more =
      session.custody(0).frost_nonces(session.quorum.share(0), gateway, 1, noon).value();
  session.commitments[0].binding = more[0].binding;
  EXPECT_EQ(session.sign(0).error().code, Code::commitment_mismatch);
}

TEST(CustodySigning, OpensAShareOnlyInItsOwnRow) {
  Session session;
  session.quorum.make_root({0xbb});
  const ShareRef right = session.quorum.share(0);
  std::vector<ShareRef> wrong(6, right);
  wrong[0].root = session.quorum.share(0, 1).root;
  wrong[1].epoch = frost::Epoch{2};
  wrong[2].holder = session.quorum.nodes[1].self;
  wrong[3].verification_share = session.quorum.share(1).verification_share;
  wrong[4].sealed = session.quorum.share(0, 1).sealed;
  wrong[5].sealed = session.quorum.share(1).sealed;
  for (const ShareRef& share : wrong) {
    const auto nonces = session.custody(0).frost_nonces(share, {0x33}, 1, noon);
    ASSERT_FALSE(nonces);
    EXPECT_EQ(nonces.error().code, Code::blob_damaged);
    EXPECT_THAT(nonces.error().message, HasSubstr("epoch"));
  }
}

TEST(CustodySigning, DoesNotSignWithAShareThatIsNotTheMembers) {
  Session session;
  // Well sealed, in the right place, and wrong: as after a fault before sealing.
  const ShareRef share = session.quorum.share(0);
  quorate::testing::Node& node = session.quorum.nodes[0];
  Bytes context(share.root.begin(), share.root.end());
  append(context, Bytes{0, 0, 0, 0, 0, 0, 0, 1, 0, 1});
  append(context, share.verification_share.bytes());
  for (const ByteArray<32>& secret : {ByteArray<32>{1}, ByteArray<32>{}}) {
    const Bytes rotten =
        seal_blob(node.backend, {share.key, Purpose::frost_share, context}, secret, node.entropy)
            .value();
    ShareRef damaged = share;
    damaged.sealed = rotten;
    EXPECT_EQ(node.custody.frost_nonces(damaged, gateway, 1, noon).error().code,
              Code::blob_damaged);
  }
}

TEST(CustodySigning, EndsWithTheEpochsKeyWhateverCopiesRemain) {
  Session session;
  const ShareRef share = session.quorum.share(0);
  ASSERT_TRUE(session.custody(0).destroy(share.key));
  ASSERT_TRUE(session.custody(0).destroy(share.key));
  EXPECT_EQ(session.sign(0).error().code, Code::key_missing);
  ASSERT_TRUE(
      session.quorum.nodes[0].backend.create_key(share.key, session.quorum.nodes[0].entropy));
  EXPECT_EQ(session.sign(0).error().code, Code::blob_damaged);
}

TEST(CustodySigning, ForgetsTheNoncesOfARootOnRequest) {
  Session session;
  session.custody(0).drop_nonces(session.quorum.share(1).root);
  EXPECT_EQ(session.sign(0).error().code, Code::nonce_spent);
}

TEST(CustodySigning, GivesEachNonceToOneOfManyThreads) {
  Session session;
  constexpr int thread_count = 8;
  std::atomic<int> answers = 0;
  std::atomic<int> spent = 0;
  std::vector<std::thread> threads;
  threads.reserve(thread_count);
  const frost::Package package = session.quorum.package(session.commitments);
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      const auto partial =
          session.custody(0).frost_partial(session.quorum.share(0), gateway, package, noon);
      if (partial) ++answers;
      if (!partial && partial.error().code == Code::nonce_spent) ++spent;
      EXPECT_TRUE(
          session.custody(0).frost_nonces(session.quorum.share(0), gateway, 2, noon).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(spent, thread_count - 1);
}

}  // namespace
}  // namespace quorate::custody
