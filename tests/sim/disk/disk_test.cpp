// The disk without SQLite: plain files, what a cut does to them, and each fault by itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/disk/disk.h"

namespace quorate::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PlainFiles : public ::testing::Test {
 protected:
  void put(const std::string& file, const Bytes& bytes) {
    ASSERT_TRUE(disk_.put_durably(file, bytes));
  }
  Disk disk_{"plain", 3};
};

TEST_F(PlainFiles, FileThatWasSyncedWithoutItsNameIsGone) {
  ASSERT_TRUE(disk_.write("/a", Bytes{1, 2}));
  ASSERT_TRUE(disk_.sync("/a"));
  disk_.power_cut(Cut::drop);
  EXPECT_THAT(disk_.names(), IsEmpty());
}

TEST_F(PlainFiles, NameThatWasSyncedWithoutItsFileIsEmpty) {
  ASSERT_TRUE(disk_.write("/a", Bytes{1, 2}));
  ASSERT_TRUE(disk_.sync_folder());
  disk_.power_cut(Cut::drop);
  EXPECT_EQ(disk_.read("/a").value(), Bytes{});
}

TEST_F(PlainFiles, ReplacementIsTheOldOrTheNewAtEveryStepInEveryMode) {
  const Bytes before(2000, 1);
  const Bytes after(3000, 2);
  put("/a", before);
  const Disk::Snapshot begin = disk_.snapshot();
  for (const Cut cut : {Cut::drop, Cut::keep, Cut::subset, Cut::torn, Cut::sector}) {
    for (std::uint64_t step = 1; step <= 6; ++step) {
      disk_.restore(begin);
      disk_.crash_at(disk_.operations() + step);
      const bool is_acknowledged = disk_.put_durably("/a", after).has_value();
      EXPECT_EQ(is_acknowledged, step == 6);  // create, write, sync, rename, sync of the folder
      disk_.power_cut(cut);
      const Bytes found = disk_.read("/a").value();
      EXPECT_TRUE(found == after || (found == before && !is_acknowledged))
          << name(cut) << ", step " << step;
    }
  }
}

TEST_F(PlainFiles, CutDealsWithEachPieceOnItsOwn) {
  put("/a", Bytes(64 * 512, 1));
  ASSERT_TRUE(disk_.write("/a", Bytes(64 * 512, 2)));
  const Disk::Snapshot torn = disk_.snapshot();
  const auto pieces = [&](Cut cut) {
    disk_.restore(torn);
    disk_.power_cut(cut);
    const Bytes bytes = disk_.read("/a").value();
    std::map<std::string, int> seen;
    for (std::size_t at = 0; at + 512 <= bytes.size(); at += 512) {
      const ByteView piece = ByteView(bytes).subspan(at, 512);
      const bool is_even = std::all_of(piece.begin(), piece.end(),
                                       [&](std::uint8_t byte) { return byte == piece[0]; });
      ++seen[is_even ? std::to_string(piece[0]) : "garbage"];
    }
    return seen;
  };
  EXPECT_EQ(pieces(Cut::drop), (std::map<std::string, int>{{"1", 64}}));
  EXPECT_EQ(pieces(Cut::keep), (std::map<std::string, int>{{"2", 64}}));
  const auto subset = pieces(Cut::subset);
  EXPECT_GT(subset.at("2"), 10);
  EXPECT_EQ(subset.count("garbage"), 0u);
  EXPECT_GT(pieces(Cut::torn).at("garbage"), 5);
  EXPECT_GT(pieces(Cut::sector).at("garbage"), pieces(Cut::torn).at("garbage"));
  EXPECT_EQ(pieces(Cut::torn), pieces(Cut::torn));
}

TEST_F(PlainFiles, FailedSyncIsReportedOnceAndTheBytesAreShownOn) {
  put("/a", Bytes{1});
  ASSERT_TRUE(disk_.write("/a", Bytes(5000, 2)));
  disk_.fail_syncs();
  EXPECT_FALSE(disk_.sync("/a"));
  EXPECT_TRUE(disk_.sync("/a"));
  EXPECT_EQ(disk_.read("/a").value(), Bytes(5000, 2));
  EXPECT_FALSE(disk_.is_settled());
  disk_.power_cut(Cut::drop);
  EXPECT_NE(disk_.read("/a").value(), Bytes(5000, 2));
}

TEST_F(PlainFiles, DrawsDependOnTheOperationAndNotOnWhatWasDrawnBefore) {
  put("/a", Bytes(4096, 1));
  ASSERT_TRUE(disk_.write("/a", Bytes(4096, 2)));
  const Disk::Snapshot begin = disk_.snapshot();
  disk_.power_cut(Cut::torn);
  const Bytes first = disk_.read("/a").value();
  disk_.restore(begin);
  (void)disk_.flip_bit("/a");
  disk_.restore(begin);
  disk_.power_cut(Cut::torn);
  EXPECT_EQ(disk_.read("/a").value(), first);
}

TEST_F(PlainFiles, OneFaultEach) {
  put("/a", Bytes(100, 1));
  disk_.fail_reads(1);
  EXPECT_FALSE(disk_.read("/a"));
  EXPECT_TRUE(disk_.read("/a"));

  const auto flipped = disk_.flip_bit("/a");
  ASSERT_TRUE(flipped.has_value());
  Bytes expected(100, 1);
  expected[flipped->offset] = static_cast<std::uint8_t>(1U ^ (1U << flipped->bit));
  disk_.power_cut(Cut::drop);
  EXPECT_EQ(disk_.read("/a").value(), expected);

  disk_.set_capacity(150);
  EXPECT_FALSE(disk_.write("/b", Bytes(60, 1)));
  EXPECT_TRUE(disk_.write("/b", Bytes(50, 1)));
  disk_.set_capacity({});

  disk_.lose("/a");
  EXPECT_THAT(disk_.names(), ElementsAre("/b"));

  disk_.set_sync_time(3 * second);
  ASSERT_TRUE(disk_.sync("/b"));
  EXPECT_EQ(disk_.take_latency(), 3 * second);
  EXPECT_EQ(disk_.take_latency(), 0u);

  disk_.ignore_flushes(true);
  put("/c", Bytes{1});
  disk_.power_cut(Cut::drop);
  EXPECT_THAT(disk_.names(), IsEmpty());
}

TEST_F(PlainFiles, SnapshotDoesNotSeeWhatIsWrittenLater) {
  put("/a", Bytes(10'000, 1));
  const Disk::Snapshot before = disk_.snapshot();
  put("/a", Bytes(9'000, 2));
  put("/b", Bytes{3});
  disk_.restore(before);
  EXPECT_EQ(disk_.read("/a").value(), Bytes(10'000, 1));
  EXPECT_THAT(disk_.names(), ElementsAre("/a"));
}

TEST_F(PlainFiles, WitnessSeesEveryWrite) {
  Bytes seen;
  disk_.set_witness([&](std::string_view file, ByteView bytes) {
    EXPECT_EQ(file, "/a");
    append(seen, bytes);
  });
  ASSERT_TRUE(disk_.write("/a", Bytes{1, 2, 3}));
  EXPECT_EQ(seen, (Bytes{1, 2, 3}));
}

}  // namespace
}  // namespace quorate::sim
