// What a ledger keeps through commits, roll-backs and crashes, and the receipts it gives.

#include "node/ledger/ledger.h"

#include "tests/node/ledger/node_of_one.h"
#include "tests/support/failing_disk.h"

namespace quorate::ledger {
namespace {

using testing::NodeOfOne;
using testing::TemporaryFolder;
using testing::verify_all;

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    const Status opened = node_.open();
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
  }
  Tree tree() { return node_.ledger().tree().value(); }
  Tree signed_tree() {
    return record::open_note(node_.ledger().note().value(), "demo/alpha", node_.key.public_key())
        .value()
        .tree;
  }

  TemporaryFolder folder_;
  NodeOfOne node_{folder_ / "node.db"};
};

TEST_F(LedgerTest, BeginsEmptyAndWithoutACheckpoint) {
  EXPECT_EQ(tree(), (Tree{0, record::tree_root({})}));
  EXPECT_EQ(node_.ledger().note().value(), "");
  EXPECT_EQ(node_.ledger().last_record_ms().value(), 0u);
  EXPECT_TRUE(verify_all(node_));
}

TEST_F(LedgerTest, SignsTheTreeThatItShows) {
  node_.grow(3);
  EXPECT_EQ(signed_tree(), tree());
  node_.grow(4);
  EXPECT_EQ(signed_tree(), tree());
  EXPECT_EQ(tree().size, 7u);
}

TEST_F(LedgerTest, IsTheSameAfterARestart) {
  node_.grow(11);
  const Tree before = tree();
  const std::string note = node_.ledger().note().value();
  reopen();
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(node_.ledger().note().value(), note);
  EXPECT_TRUE(verify_all(node_));
}

TEST_F(LedgerTest, BatchHasOneCheckpointAndAnEmptyBatchNone) {
  node_.grow(5);
  const std::string note = node_.ledger().note().value();
  auto transaction = node_.store().begin();
  ASSERT_TRUE(node_.ledger().seal(node_.key));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(node_.ledger().note().value(), note);
}

TEST_F(LedgerTest, ReceiptsHoldForTheirRecordAndForNoOther) {
  std::vector<Bytes> records;
  for (std::uint64_t batch = 1; batch <= 12; ++batch) {
    auto transaction = node_.store().begin();
    for (std::uint64_t i = 0; i < batch; ++i) {
      records.push_back(node_.append(record::Refusals{batch, i}, 1000 * batch + i));
    }
    ASSERT_TRUE(node_.ledger().seal(node_.key));
    ASSERT_TRUE(transaction->commit());
  }
  for (std::uint64_t i = 0; i < records.size(); ++i) {
    const record::Receipt receipt = node_.ledger().receipt(i).value();
    EXPECT_EQ(receipt.index, i);
    const auto held = record::check(receipt, records[i], "demo/alpha", node_.key.public_key());
    ASSERT_TRUE(held.has_value()) << held.error().message;
    EXPECT_EQ(held->tree, tree());
    const Bytes& other = records[(i + 1) % records.size()];
    EXPECT_FALSE(record::check(receipt, other, "demo/alpha", node_.key.public_key()));
  }
}

TEST_F(LedgerTest, RolledBackLeavesAreForgottenInMemoryToo) {
  node_.grow(6);
  const Tree before = tree();
  {
    auto transaction = node_.store().begin();
    ASSERT_TRUE(transaction.has_value());
    node_.append(record::Stop{}, 1);
    node_.append(record::Stop{}, 2);
    ASSERT_TRUE(node_.ledger().seal(node_.key));
    EXPECT_EQ(tree().size, 8u);
  }
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(signed_tree(), before);
  node_.grow(1);
  EXPECT_EQ(tree().size, 7u);
  EXPECT_EQ(signed_tree(), tree());
  EXPECT_TRUE(verify_all(node_));
}

TEST_F(LedgerTest, FirstTransactionMayBeRolledBackToo) {
  {
    auto transaction = node_.store().begin();
    ASSERT_TRUE(transaction.has_value());
    node_.append(record::Stop{}, 1);
    ASSERT_TRUE(node_.ledger().seal(node_.key));
  }
  EXPECT_EQ(tree().size, 0u);
  EXPECT_EQ(node_.ledger().note().value(), "");
}

TEST_F(LedgerTest, CrashBeforeTheCommitLeavesTheTreeOfBefore) {
  node_.grow(6);
  const Tree before = tree();
  {
    auto transaction = node_.store().begin();
    ASSERT_TRUE(transaction.has_value());
    node_.append(record::Stop{}, 1);
    ASSERT_TRUE(node_.ledger().seal(node_.key));
    // What a machine that loses its power now finds on its disk.
    for (const char* name : {"node.db", "node.db-wal"}) {
      if (std::filesystem::exists(folder_ / name)) {
        std::filesystem::copy_file(folder_ / name, folder_ / (std::string("cut-") + name));
      }
    }
  }
  NodeOfOne cut(folder_ / "cut-node.db");
  const Status opened = cut.open();
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(cut.ledger().tree().value(), before);
  EXPECT_TRUE(verify_all(cut));
}

TEST_F(LedgerTest, GoesOnInACopyAfterASyncThatFailed) {
  testing::FailingDisk disk;
  reopen();
  node_.grow(6);
  const Tree before = tree();
  disk.fail_syncs();
  {
    auto transaction = node_.store().begin();
    ASSERT_TRUE(transaction.has_value());
    node_.append(record::Stop{}, 1);
    ASSERT_TRUE(node_.ledger().seal(node_.key));
    EXPECT_EQ(transaction->commit().error().code, Code::io);
  }
  disk.heal();
  node_.grow(3);
  EXPECT_EQ(tree().size, 9u);
  EXPECT_EQ(signed_tree(), tree());
  const std::vector<Hash> proof = node_.ledger().consistency_path(before.size, 9).value();
  EXPECT_TRUE(record::extends(tree(), before, proof));
  EXPECT_TRUE(verify_all(node_));
  reopen();
  EXPECT_EQ(tree().size, 9u);
  EXPECT_TRUE(verify_all(node_));
}

TEST_F(LedgerTest, TellsTheTimeOfTheLastRecordAndNotTheLatest) {
  auto transaction = node_.store().begin();
  ASSERT_TRUE(transaction.has_value());
  node_.append(record::Stop{}, 5000);
  node_.append(record::Stop{}, 3000);
  ASSERT_TRUE(node_.ledger().seal(node_.key));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(node_.ledger().last_record_ms().value(), 3000u);
}

TEST_F(LedgerTest, NothingLeavesWhileItIsNotDurable) {
  node_.grow(2);
  auto transaction = node_.store().begin();
  ASSERT_TRUE(transaction.has_value());
  EXPECT_DEATH((void)node_.ledger().receipt(0), "may_show");
  EXPECT_DEATH((void)node_.ledger().note(), "may_show");
  EXPECT_DEATH((void)node_.ledger().history(0, 1, 0), "may_show");
}

TEST_F(LedgerTest, LeavesCommittedWithoutACheckpointAreOurOwnMistake) {
  node_.grow(2);
  auto transaction = node_.store().begin();
  ASSERT_TRUE(transaction.has_value());
  node_.append(record::Stop{}, 1);
  ASSERT_TRUE(transaction->commit());
  auto next = node_.store().begin();
  ASSERT_TRUE(next.has_value());
  EXPECT_DEATH(node_.append(record::Stop{}, 2), "unsealed");
}

TEST_F(LedgerTest, CopyOfAnotherNodesLedgerIsNotItsOwn) {
  node_.grow(3);
  node_.close();
  NodeOfOne other(folder_ / "node.db", "demo/beta", 2);
  const Status opened = other.open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::ledger_rewritten);
}

}  // namespace
}  // namespace quorate::ledger
