// A sync that fails: nothing that was committed is lost, and nothing goes on in the old file.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "node/store/generations.h"
#include "node/store/store.h"
#include "tests/support/failing_disk.h"
#include "tests/support/temporary_folder.h"

namespace quorate::store {
namespace {

using testing::FailingDisk;
using testing::TemporaryFolder;

class FailingDiskTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    store_.reset();
    auto store = Store::open(file_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }
  Status put(std::uint8_t value) {
    QUORATE_TRY(Transaction transaction, store_->begin());
    QUORATE_CHECK(store_->put_fact("value", Bytes{value}));
    return transaction.commit();
  }
  std::optional<Bytes> value() { return store_->fact("value").value(); }
  bool exists(const std::string& name) { return std::filesystem::exists(folder_ / name); }

  TemporaryFolder folder_;
  FailingDisk disk_;
  std::filesystem::path file_ = folder_ / "node.db";
  std::unique_ptr<Store> store_;
};

// The disk is well again by the time of the copy's own syncs, which are not SQLite's.
TEST_F(FailingDiskTest, FailsTheTransactionAndGoesOnInACopyUnderANewName) {
  ASSERT_TRUE(put(1));
  disk_.fail_syncs();
  const Status failed = put(2);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, Code::io);
  disk_.heal();
  ASSERT_TRUE(put(3));
  EXPECT_EQ(value(), Bytes{3});
  EXPECT_TRUE(exists("node.db.moved-2"));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "node.db.moved-2").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(FailingDiskTest, IsPoisonedUntilTheCopyWorks) {
  ASSERT_TRUE(put(1));
  disk_.fail_syncs();
  ASSERT_FALSE(put(2));
  ASSERT_FALSE(put(3));
  ASSERT_FALSE(put(4));
  EXPECT_FALSE(exists("node.db.moved-2.part"));
  disk_.heal();
  ASSERT_TRUE(put(5));
  EXPECT_EQ(value(), Bytes{5});
}

TEST_F(FailingDiskTest, TellsTheOperatorOnce) {
  ASSERT_TRUE(put(1));
  EXPECT_FALSE(store_->database().take_alarm().has_value());
  disk_.fail_syncs();
  ASSERT_FALSE(put(2));
  EXPECT_TRUE(store_->database().take_alarm().has_value());
  EXPECT_FALSE(store_->database().take_alarm().has_value());
  disk_.heal();
  ASSERT_TRUE(put(3));
  const std::optional<std::string> alarm = store_->database().take_alarm();
  ASSERT_TRUE(alarm.has_value());
  EXPECT_NE(alarm->find("node.db.moved-2"), std::string::npos) << *alarm;
}

TEST_F(FailingDiskTest, RestartFindsTheCopyAndRemovesWhatItCameFrom) {
  ASSERT_TRUE(put(1));
  disk_.fail_syncs();
  ASSERT_FALSE(put(2));
  disk_.heal();
  ASSERT_TRUE(put(3));
  reopen();
  EXPECT_EQ(value(), Bytes{3});
  EXPECT_FALSE(exists("node.db"));
  EXPECT_FALSE(exists("node.db-wal"));
  // And once more.
  disk_.fail_syncs();
  ASSERT_FALSE(put(4));
  disk_.heal();
  ASSERT_TRUE(put(5));
  reopen();
  EXPECT_EQ(value(), Bytes{5});
  EXPECT_TRUE(exists("node.db.moved-3"));
  EXPECT_FALSE(exists("node.db.moved-2"));
}

TEST_F(FailingDiskTest, AbandonedTransactionIsNotInTheCopy) {
  ASSERT_TRUE(put(1));
  disk_.fail_syncs();
  ASSERT_FALSE(put(2));
  disk_.heal();
  { ASSERT_TRUE(store_->begin()); }
  EXPECT_EQ(value(), Bytes{1});
}

TEST(Generations, AreOurNamesOnly) {
  const TemporaryFolder folder;
  for (const char* name : {"node.db-2", "node.db.moved-1", "node.db.moved-02", "node.db.moved-9x",
                           "node.db.moved-", "node.db.moved-7.part", "other.db.moved-8"}) {
    (void)folder.write(name, "");
  }
  EXPECT_EQ(newest_generation(folder / "node.db"), folder / "node.db");
  (void)folder.write("node.db.moved-10", "");
  (void)folder.write("node.db.moved-9", "");
  EXPECT_EQ(newest_generation(folder / "node.db"), folder / "node.db.moved-10");
  EXPECT_EQ(next_generation(folder / "node.db"), folder / "node.db.moved-11");
}

}  // namespace
}  // namespace quorate::store
