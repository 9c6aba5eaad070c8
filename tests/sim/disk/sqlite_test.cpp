// What SQLite's settings are worth when the power fails: the table from which the node's own were
// chosen, in small. Each run crashes at another operation of 24 transactions, cuts the power, and
// looks at what is left.

#include <array>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "node/store/store.h"
#include "sim/disk/disk.h"

namespace quorate::sim {
namespace {

constexpr int transactions = 24;
constexpr std::array all_cuts = {Cut::drop, Cut::keep, Cut::subset, Cut::torn, Cut::sector};

// A connection with settings of the test's choice.
class Raw {
 public:
  Raw(Disk& disk, const std::string& settings, const std::string& uri = "file:/raw.db?psow=0") {
    constexpr int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    is_open_ = sqlite3_open_v2(uri.c_str(), &handle_, flags, disk.sqlite_vfs()) == SQLITE_OK &&
               run(settings);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() { sqlite3_close_v2(handle_); }

  bool is_open() const { return is_open_; }
  bool run(const std::string& sql) {
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  std::string ask(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    std::string answer = "error";
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      answer = text == nullptr ? "" : text;
    }
    sqlite3_finalize(statement);
    return answer;
  }

 private:
  sqlite3* handle_ = nullptr;
  bool is_open_ = false;
};

struct Settings {
  const char* journal;
  const char* synchronous;
  const char* uri = "file:/raw.db?psow=0";

  // A small cache, so that a transaction spills; and checkpoints now and then.
  std::string sql() const {
    const std::string mode(journal);
    return std::string(mode == "WAL" ? "PRAGMA locking_mode=EXCLUSIVE;" : "") +
           "PRAGMA journal_mode=" + mode + ";PRAGMA synchronous=" + synchronous +
           ";PRAGMA cache_size=4;PRAGMA wal_autocheckpoint=12;PRAGMA temp_store=MEMORY";
  }
};

// Each adds a row over two pages and writes the sum of all into another.
std::string transaction(int k) {
  const std::string number = std::to_string(k);
  return "BEGIN IMMEDIATE;INSERT INTO t VALUES(" + number + ", zeroblob(" +
         std::to_string(3000 + 211 * k) + ") || " + number + ");UPDATE sum SET value = value + " +
         number + ";UPDATE t SET data = data || 'x' WHERE number = " + std::to_string(k / 2) +
         ";COMMIT";
}

// How many transactions were acknowledged.
int work(Disk& disk, const Settings& settings) {
  Raw raw(disk, settings.sql(), settings.uri);
  int acknowledged = 0;
  while (acknowledged < transactions && raw.run(transaction(acknowledged + 1))) ++acknowledged;
  disk.stop();  // a process that dies does not tidy up
  return acknowledged;
}

struct Tally {
  int runs = 0;
  int lost = 0;
  int corrupt = 0;
};

class Bench {
 public:
  explicit Bench(const Settings& settings) : settings_(settings) {
    begin_run(1);
    {
      Raw raw(disk_, settings.sql(), settings.uri);
      EXPECT_TRUE(
          raw.run("CREATE TABLE t(number INTEGER PRIMARY KEY, data TEXT);"
                  "CREATE TABLE sum(value INTEGER);INSERT INTO sum VALUES(0)"));
    }
    disk_.power_cut(Cut::keep);
    begin_ = disk_.snapshot();
    const std::uint64_t before = disk_.operations();
    EXPECT_EQ(work(disk_, settings), transactions);
    points_ = disk_.operations() - before;
  }

  Tally crash_everywhere(Cut cut, std::uint64_t stride = 1) {
    Tally tally;
    for (std::uint64_t point = 1; point <= points_; point += stride) {
      begin_run(1);
      disk_.restore(begin_);
      disk_.crash_at(disk_.operations() + point);
      const int acknowledged = work(disk_, settings_);
      disk_.power_cut(cut);
      judge(tally, acknowledged);
    }
    return tally;
  }
  Tally crash_everywhere(std::uint64_t stride = 1) {
    Tally sum;
    for (const Cut cut : all_cuts) {
      const Tally one = crash_everywhere(cut, stride);
      sum.runs += one.runs;
      sum.lost += one.lost;
      sum.corrupt += one.corrupt;
    }
    return sum;
  }
  Disk& disk() { return disk_; }
  std::uint64_t points() const { return points_; }

 private:
  void judge(Tally& tally, int acknowledged) {
    ++tally.runs;
    {
      Raw raw(disk_, settings_.sql(), settings_.uri);
      const std::string there = raw.ask("SELECT count(*) FROM t");
      const bool is_sound =
          there != "error" && raw.ask("PRAGMA integrity_check") == "ok" &&
          raw.ask("SELECT (SELECT value FROM sum) = (SELECT ifnull(sum(number), 0) FROM t)") == "1";
      if (!is_sound) {
        ++tally.corrupt;
      } else if (std::stoi(there) < acknowledged) {
        ++tally.lost;
      }
    }
    disk_.power_cut(Cut::keep);
  }

  Settings settings_;
  Disk disk_{"bench", 1};
  Disk::Snapshot begin_;
  std::uint64_t points_ = 0;
};

TEST(PowerCuts, WalWithFullSyncLosesNothingAtAnyPoint) {
  Bench bench({"WAL", "FULL"});
  EXPECT_GT(bench.points(), 200u);
  const Tally tally = bench.crash_everywhere();
  EXPECT_EQ(tally.lost, 0);
  EXPECT_EQ(tally.corrupt, 0);
  EXPECT_EQ(tally.runs, static_cast<int>(5 * bench.points()));
}

TEST(PowerCuts, WalWithNormalSyncLosesAndStaysSound) {
  const Tally tally = Bench({"WAL", "NORMAL"}).crash_everywhere(Cut::drop, 3);
  EXPECT_GT(tally.lost, 0);
  EXPECT_EQ(tally.corrupt, 0);
}

TEST(PowerCuts, RollbackJournalLosesByItsUnsyncedDeletion) {
  const Tally tally = Bench({"DELETE", "FULL"}).crash_everywhere(Cut::drop, 3);
  EXPECT_GT(tally.lost, 0);
  EXPECT_EQ(tally.corrupt, 0);
}

TEST(PowerCuts, RollbackJournalWhoseDeletionIsSyncedIsSafe) {
  const Tally tally = Bench({"DELETE", "EXTRA"}).crash_everywhere(5);
  EXPECT_EQ(tally.lost + tally.corrupt, 0);
}

TEST(PowerCuts, WithoutAnySyncNearlyAllIsLost) {
  const Tally tally = Bench({"WAL", "OFF"}).crash_everywhere(Cut::drop, 5);
  EXPECT_GT(2 * (tally.lost + tally.corrupt), tally.runs);
}

TEST(PowerCuts, ClaimedPowersafeOverwriteLosesWhereSectorsBreak) {
  const Tally tally = Bench({"WAL", "FULL", "file:/raw.db?psow=1"}).crash_everywhere(Cut::sector);
  EXPECT_GT(tally.lost + tally.corrupt, 0);
}

TEST(PowerCuts, DriveThatIgnoresFlushesDefeatsEverySetting) {
  Bench bench({"WAL", "FULL"});
  bench.disk().ignore_flushes(true);
  const Tally tally = bench.crash_everywhere(Cut::subset, 5);
  EXPECT_GT(2 * (tally.lost + tally.corrupt), tally.runs);
}

TEST(PowerCuts, KilledProcessLosesNothingUnderAnySetting) {
  const Tally tally = Bench({"WAL", "OFF"}).crash_everywhere(Cut::keep, 3);
  EXPECT_EQ(tally.lost + tally.corrupt, 0);
}

TEST(PowerCuts, ObserverSeesWhetherACommitIsSettled) {
  for (const bool is_full : {true, false}) {
    begin_run(1);
    Disk disk("bench", 1);
    Raw raw(disk, Settings{"WAL", is_full ? "FULL" : "NORMAL"}.sql());
    ASSERT_TRUE(
        raw.run("CREATE TABLE t(number INTEGER PRIMARY KEY, data TEXT);"
                "CREATE TABLE sum(value INTEGER)"));
    int settled = 0;
    for (int k = 1; k < 11; ++k) {
      ASSERT_TRUE(raw.run(transaction(k)));
      settled += disk.is_settled() ? 1 : 0;
    }
    // Without the sync of each commit, only those are that a checkpoint followed.
    EXPECT_EQ(settled == 10, is_full) << settled;
    disk.stop();
  }
}

TEST(PowerCuts, WalIsSilentlyRefusedWithoutExclusiveLocking) {
  begin_run(1);
  Disk disk("bench", 1);
  Raw raw(disk, "");
  EXPECT_EQ(raw.ask("PRAGMA journal_mode=WAL"), "delete");
}

// --- the node's own store

class StoreOnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    begin_run(1);
    open();
  }
  void open() {
    auto store = store::Store::open("/node.db", disk_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }
  void crash(Cut cut) {
    disk_.stop();
    store_.reset();
    disk_.power_cut(cut);
  }
  Status put(std::uint8_t value) {
    QUORATE_TRY(store::Transaction transaction, store_->begin());
    QUORATE_CHECK(store_->put_fact("value", Bytes{value}));
    return transaction.commit();
  }
  std::uint8_t value() { return store_->fact("value").value().value_or(Bytes{0}).at(0); }

  Disk disk_{"node", 1};
  std::unique_ptr<store::Store> store_;
};

TEST_F(StoreOnDisk, KeepsWhatWasCommittedThroughEveryKindOfCut) {
  std::uint8_t value = 0;
  for (const Cut cut : all_cuts) {
    ASSERT_TRUE(put(++value));
    crash(cut);
    open();
    EXPECT_EQ(this->value(), value) << name(cut);
  }
}

TEST_F(StoreOnDisk, SurvivesASyncThatFailsOnceAndACrashAtAnyPointAfterIt) {
  ASSERT_TRUE(put(1));
  const auto act = [&] {
    std::uint8_t acknowledged = 1;
    disk_.fail_syncs();
    for (std::uint8_t value = 2; value < 5; ++value) {
      if (put(value)) acknowledged = value;
    }
    return acknowledged;
  };
  crash(Cut::keep);
  const Disk::Snapshot begin = disk_.snapshot();
  open();
  const std::uint64_t before = disk_.operations();
  ASSERT_EQ(act(), 4);
  const std::uint64_t points = disk_.operations() - before;
  ASSERT_GT(points, 20u);
  crash(Cut::keep);
  for (std::uint64_t point = 1; point <= points; ++point) {
    for (const Cut cut : all_cuts) {
      disk_.restore(begin);
      open();
      disk_.crash_at(disk_.operations() + point);
      const std::uint8_t acknowledged = act();
      crash(cut);
      open();
      EXPECT_GE(value(), acknowledged) << "at " << point << ", " << name(cut);
      crash(Cut::keep);
    }
  }
}

TEST_F(StoreOnDisk, FullDiskFailsTheTransactionAndNothingElse) {
  ASSERT_TRUE(put(1));
  disk_.set_capacity(1);
  EXPECT_FALSE(put(2));
  disk_.set_capacity({});
  EXPECT_TRUE(put(3));
  crash(Cut::drop);
  open();
  EXPECT_EQ(value(), 3);
}

TEST_F(StoreOnDisk, SecondProcessOnTheSameDiskIsRefused) {
  EXPECT_FALSE(store::Store::open("/node.db", disk_).has_value());
}

TEST_F(StoreOnDisk, DurableCopyHoldsWhatWasCommittedAndNothingMore) {
  ASSERT_TRUE(put(7));
  EXPECT_TRUE(disk_.is_settled());
  auto transaction = store_->begin();
  ASSERT_TRUE(store_->put_fact("value", Bytes{8}));
  const std::unique_ptr<Disk> copy = disk_.durable_copy();
  {
    const auto seen = store::Store::open("/node.db", *copy);
    ASSERT_TRUE(seen.has_value()) << seen.error().message;
    EXPECT_EQ((*seen)->fact("value").value(), Bytes{7});
  }
}

TEST_F(StoreOnDisk, BackupThatIsRestoredBringsTheOldStateBack) {
  ASSERT_TRUE(put(1));
  const Disk::Snapshot backup = disk_.snapshot();
  ASSERT_TRUE(put(2));
  disk_.stop();
  store_.reset();
  disk_.restore(backup);
  open();
  EXPECT_EQ(value(), 1);
}

// SQLite's random numbers are the process's: without begin_run() the second file would differ.
TEST_F(StoreOnDisk, EqualSeedsWriteEqualFiles) {
  const auto run = [](Seed seed) {
    begin_run(seed);
    Disk disk("node", seed);
    {
      auto store = store::Store::open("/node.db", disk).value();
      for (std::uint8_t value = 0; value < 40; ++value) {
        auto transaction = store->begin().value();
        EXPECT_TRUE(store->put_fact("value" + std::to_string(value), Bytes(700, value)));
        EXPECT_TRUE(transaction.commit());
      }
      disk.stop();
    }
    disk.power_cut(Cut::torn);
    std::vector<std::pair<std::string, Bytes>> files;
    for (const std::string& name : disk.names()) files.emplace_back(name, disk.read(name).value());
    return files;
  };
  const auto first = run(5);
  EXPECT_EQ(first.size(), 2u);
  EXPECT_EQ(first, run(5));
  EXPECT_NE(first, run(6));
}

}  // namespace
}  // namespace quorate::sim
