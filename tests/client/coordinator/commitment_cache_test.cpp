#include "client/coordinator/commitment_cache.h"

#include <gtest/gtest.h>

#include "tests/support/dealer.h"

namespace quorate::coordinator {
namespace {

using testing::identifier;

class CommitmentCacheTest : public ::testing::Test {
 protected:
  CommitmentCacheTest() : root_(testing::deal(2, 2, entropy_)) {
    for (const frost::Identifier member : root_.quorum.members) {
      record_.members.members.push_back({member, root_.verification_shares.at(member)});
    }
  }

  Fresh fresh(std::size_t member, std::size_t count, std::uint8_t boot = 1) {
    Fresh made{};
    made.boot[0] = boot;
    for (std::size_t i = 0; i < count; ++i) {
      made.pairs.push_back(frost::NoncePair::generate(root_.shares[member], entropy_).commitment());
    }
    return made;
  }
  ed25519::Point node(std::size_t member) const { return record_.members.members[member].identity; }
  void put(std::uint64_t now, std::size_t member, const Fresh& made, std::uint64_t epoch = 1) {
    cache_.put(now, record_.root_id(), epoch, node(member), made);
  }
  std::size_t count(std::uint64_t now, std::size_t member) {
    return cache_.count(now, record_.root_id(), node(member));
  }

  testing::SeededEntropy entropy_{1};
  testing::DealtRoot root_;
  ceremony::EpochRecord record_{"files", "file", {1, 2, {}}, root_.commitments, {}};
  CommitmentCache cache_;
};

TEST_F(CommitmentCacheTest, GivesEachPairOnceOldestFirst) {
  const Fresh made = fresh(0, 2);
  put(1000, 0, made);
  EXPECT_EQ(cache_.take(1000, record_).at(identifier(1)).commitment, made.pairs[0]);
  EXPECT_EQ(cache_.take(1000, record_).at(identifier(1)).commitment, made.pairs[1]);
  EXPECT_TRUE(cache_.take(1000, record_).empty());
  put(1001, 0, made);  // the node repeats itself
  EXPECT_TRUE(cache_.take(1001, record_).empty());
}

TEST_F(CommitmentCacheTest, DropsPairsAfterEightMinutes) {
  put(1000, 0, fresh(0, 1));
  EXPECT_EQ(count(1000 + pair_life_ms, 0), 1u);
  EXPECT_EQ(count(1001 + pair_life_ms, 0), 0u);
}

TEST_F(CommitmentCacheTest, DropsPairsOfAnEarlierBoot) {
  put(1000, 0, fresh(0, 3, 1));
  put(1001, 0, fresh(0, 1, 2));
  EXPECT_EQ(count(1001, 0), 1u);
  EXPECT_EQ(cache_.take(1001, record_).at(identifier(1)).boot[0], 2);
}

TEST_F(CommitmentCacheTest, ServesOneEpochOnly) {
  put(1000, 0, fresh(0, 1), 2);
  EXPECT_TRUE(cache_.take(1000, record_).empty());
  put(1001, 0, fresh(0, 1), 1);  // late, of an epoch that is over
  EXPECT_TRUE(cache_.take(1001, record_).empty());
  record_.members.epoch = 2;
  EXPECT_EQ(cache_.take(1002, record_).size(), 1u);
}

TEST_F(CommitmentCacheTest, TakesBackWhatNoSessionUsed) {
  const Fresh made = fresh(0, 2);
  put(1000, 0, made);
  const Pair taken = cache_.take(1000, record_).at(identifier(1));
  cache_.give_back(record_, {{identifier(1), taken}});
  EXPECT_EQ(cache_.take(1001, record_).at(identifier(1)).commitment, taken.commitment);
}

TEST_F(CommitmentCacheTest, TakesNothingBackOfABootThatIsOver) {
  put(1000, 0, fresh(0, 1, 1));
  const Pair taken = cache_.take(1000, record_).at(identifier(1));
  put(2000, 0, fresh(0, 1, 2));
  cache_.give_back(record_, {{identifier(1), taken}});
  EXPECT_EQ(count(2000, 0), 1u);
  EXPECT_EQ(cache_.take(2000, record_).at(identifier(1)).boot[0], 2);
}

TEST_F(CommitmentCacheTest, NeverGivesOutAPairThatNamesAnotherMember) {
  put(1000, 0, fresh(1, 1));  // node 1 sends commitments of participant 2
  EXPECT_TRUE(cache_.take(1000, record_).empty());
}

TEST_F(CommitmentCacheTest, HoldsABoundedNumberPerNode) {
  for (int i = 0; i < 3; ++i) put(1000, 0, fresh(0, 40));
  EXPECT_EQ(count(1000, 0), pairs_per_node);
}

// A node forgets its oldest pairs for newer ones. A client that kept its own oldest would soon hold
// none that the node knows.
TEST_F(CommitmentCacheTest, KeepsTheNewestWhenItIsFull) {
  put(1000, 0, fresh(0, pairs_per_node));
  const Fresh newer = fresh(0, 2);
  put(2000, 0, newer);
  EXPECT_EQ(count(2000, 0), pairs_per_node);
  const Pair newest = {fresh(0, 1).pairs.front(), newer.boot, 3000};
  cache_.give_back(record_, {{identifier(1), newest}});
  EXPECT_EQ(count(3000, 0), pairs_per_node);
  std::vector<frost::Commitment> left;
  while (count(3000, 0) > 0) {
    left.push_back(cache_.take(3000, record_).at(identifier(1)).commitment);
  }
  ASSERT_EQ(left.size(), pairs_per_node);
  EXPECT_EQ(left.back(), newest.commitment);
  EXPECT_EQ(left[pairs_per_node - 2], newer.pairs[1]);
  EXPECT_EQ(left[pairs_per_node - 3], newer.pairs[0]);
}

}  // namespace
}  // namespace quorate::coordinator
