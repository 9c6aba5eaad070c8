// What a node must not forget, and what it must not do twice.

#include "node/store/store.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::store {
namespace {

using testing::TemporaryFolder;

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    store_.reset();
    auto store = Store::open(folder_ / "node.db");
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }
  static CeremonyRow ceremony(std::uint8_t id, const std::string& root) {
    CeremonyRow row;
    row.id.fill(id);
    row.proposal = {1, 2, 3};
    row.root = root;
    row.not_after = 99;
    row.hello = {{4, 5}, {}};
    row.receive_keys = {6};
    return row;
  }
  static VerdictRow verdict(std::uint8_t id) {
    VerdictRow row;
    row.request_id.fill(id);
    row.person = "alice";
    row.decision = 1;
    row.policy_file.fill(7);
    row.record = {1, 2};
    return row;
  }
  void commit(const std::function<Status()>& work) {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(work().has_value());
    ASSERT_TRUE(transaction->commit().has_value());
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, FileIsTheOwnersOnly) {
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "node.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(StoreTest, SecondProcessIsRefused) {
  const auto second = Store::open(folder_ / "node.db");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::io);
}

TEST_F(StoreTest, WhatIsNotCommittedIsGone) {
  {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(store_->put_fact("name", Bytes{1}));
  }
  EXPECT_FALSE(store_->fact("name").value().has_value());
  commit([&] { return store_->put_fact("name", Bytes{1}); });
  reopen();
  EXPECT_EQ(store_->fact("name").value(), Bytes{1});
}

TEST_F(StoreTest, CeremonyIsReadAsItWasWritten) {
  CeremonyRow row = ceremony(1, "files");
  commit([&] { return store_->ceremonies().put(row); });
  row.state = CeremonyState::confirmed;
  row.receive_keys.clear();
  row.hellos = {row.hello, {{9}, {}}};
  row.deal = layout::Signed{{7}, {}};
  row.deals = {*row.deal};
  row.answer = layout::Signed{{8, 8}, {}};
  row.record = {1};
  row.candidate = SealedShare{{3, 3}, {5, 5, 5}};
  commit([&] { return store_->ceremonies().put(row); });
  reopen();
  const auto found = store_->ceremonies().find(row.id).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->state, CeremonyState::confirmed);
  EXPECT_EQ(found->proposal, row.proposal);
  EXPECT_EQ(found->hello, row.hello);
  EXPECT_TRUE(found->receive_keys.empty());
  EXPECT_EQ(found->hellos, row.hellos);
  EXPECT_EQ(found->deal, row.deal);
  EXPECT_EQ(found->deals, row.deals);
  EXPECT_EQ(found->answer, row.answer);
  EXPECT_EQ(found->record, row.record);
  ASSERT_TRUE(found->candidate.has_value());
  EXPECT_EQ(found->candidate->blob, row.candidate->blob);
  EXPECT_EQ(found->candidate->key_id, row.candidate->key_id);
}

TEST_F(StoreTest, CountsOpenCeremoniesOnly) {
  CeremonyRow ended = ceremony(3, "files");
  ended.state = CeremonyState::aborted;
  commit([&]() -> Status {
    QUORATE_CHECK(store_->ceremonies().put(ceremony(1, "files")));
    QUORATE_CHECK(store_->ceremonies().put(ceremony(2, "users")));
    return store_->ceremonies().put(ended);
  });
  const auto open = store_->ceremonies().count_open("files").value();
  EXPECT_EQ(open.of_root, 1u);
  EXPECT_EQ(open.in_all, 2u);
}

TEST_F(StoreTest, CommitmentIsSpentOnceEvenAfterARestart) {
  const ByteArray<32> hiding{1, 2, 3};
  commit([&] { return store_->verdicts().spend(hiding); });
  reopen();
  const Status again = store_->verdicts().spend(hiding);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Code::nonce_spent);
}

TEST_F(StoreTest, SerialBelongsToTheFirstRequest) {
  const ByteArray<32> root{1};
  const layout::Hash first{1};
  const layout::Hash second{2};
  constexpr std::uint64_t serial = 0xffff'ffff'ffff'fffe;  // above what SQLite's integers hold
  commit([&] { return store_->verdicts().take_serial(root, serial, first); });
  commit([&] { return store_->verdicts().take_serial(root, serial, second); });
  EXPECT_EQ(store_->verdicts().holder_of_serial(root, serial).value(), first);
  EXPECT_FALSE(store_->verdicts().holder_of_serial(root, serial - 1).value().has_value());
}

TEST_F(StoreTest, VerdictIsFoundAgainForTheSamePersonAndOutcomeOnly) {
  const VerdictRow row = verdict(1);
  commit([&] { return store_->verdicts().put(row, {}); });
  EXPECT_TRUE(store_->verdicts().same(row).value().has_value());
  VerdictRow other = row;
  other.person = "mallory";
  EXPECT_FALSE(store_->verdicts().same(other).value().has_value());
  other = row;
  other.revocation = 1;
  EXPECT_FALSE(store_->verdicts().same(other).value().has_value());
  other = row;
  other.code = 300;
  EXPECT_FALSE(store_->verdicts().same(other).value().has_value());
}

TEST(Database, FullDiskFailsTheTransactionAndLosesNothing) {
  const TemporaryFolder folder;
  const auto database = Database::open(folder / "full.db").value();
  ASSERT_TRUE(database->run("CREATE TABLE thing (bytes BLOB)"));
  ASSERT_TRUE(database->run("INSERT INTO thing VALUES (x'01')"));
  ASSERT_TRUE(database->run("PRAGMA max_page_count = 4"));
  ASSERT_TRUE(database->begin());
  const Status inserted = database->run("INSERT INTO thing VALUES (zeroblob(100000))");
  ASSERT_FALSE(inserted.has_value());
  EXPECT_EQ(inserted.error().code, Code::io);
  database->roll_back();
  // Room again, and everything is as it was.
  ASSERT_TRUE(database->run("PRAGMA max_page_count = 1000"));
  ASSERT_TRUE(database->begin());
  ASSERT_TRUE(database->run("INSERT INTO thing VALUES (zeroblob(100000))"));
  ASSERT_TRUE(database->commit());
  auto count = database->query("SELECT count(*) FROM thing").value();
  ASSERT_TRUE(count.step().value());
  EXPECT_EQ(count.integer(0), 2);
}

TEST(Database, NamesTheFileThatItCannotOpen) {
  const TemporaryFolder folder;
  const auto database = Database::open(folder / "missing" / "node.db");
  ASSERT_FALSE(database.has_value());
  EXPECT_EQ(database.error().code, Code::io);
  EXPECT_NE(database.error().message.find("missing/node.db"), std::string::npos);
}

TEST(Database, OddFileNamesArePathsAndNotOptions) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Database::open(folder / "a?mode=memory#%41.db").has_value());
  EXPECT_TRUE(std::filesystem::exists(folder / "a?mode=memory#%41.db"));
}

}  // namespace
}  // namespace quorate::store
