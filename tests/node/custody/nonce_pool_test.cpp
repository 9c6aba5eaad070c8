#include "node/custody/nonce_pool.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/dealer.h"

namespace quorate::custody {

// Looks into the slab, as an attacker with a memory dump would.
class NoncePoolProbe {
 public:
  static Bytes slab(NoncePool& pool) {
    const ByteView bytes = pool.slab_.expose();
    return Bytes(bytes.begin(), bytes.end());
  }
};

namespace {

using quorate::testing::identifier;
using quorate::testing::SeededEntropy;

constexpr std::int64_t minute = 60'000;

NonceOwner owner(std::uint8_t root, std::uint64_t epoch, std::uint8_t peer) {
  return {{root}, frost::Epoch{epoch}, {peer}};
}

frost::Share any_share(Entropy& entropy) {
  return {identifier(1), frost::Epoch{1}, ed25519::SecretScalar::draw(entropy)};
}

struct Pool {
  SeededEntropy entropy{1};
  frost::Share share = any_share(entropy);
  NoncePool pool;
  Clocks now{1000, 0};

  explicit Pool(const NonceLimits& limits = {}) : pool(limits, entropy) {}

  Result<std::vector<frost::Commitment>> fill(const NonceOwner& whose, std::size_t count) {
    return pool.fill(whose, count, now, [&] { return frost::NoncePair::generate(share, entropy); });
  }
  Code take_failure(const NonceOwner& whose, const frost::Commitment& commitment) {
    const auto taken = pool.take(whose, commitment, now);
    return taken ? Code::internal : taken.error().code;
  }
};

TEST(NoncePool, GivesAPairOnceAndNeverAgain) {
  Pool test;
  const auto made = test.fill(owner(1, 1, 1), 2).value();
  const auto pair = test.pool.take(owner(1, 1, 1), made[0], test.now);
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->commitment(), made[0]);
  EXPECT_EQ(test.take_failure(owner(1, 1, 1), made[0]), Code::nonce_spent);
  EXPECT_EQ(test.pool.size(), 1);
}

TEST(NoncePool, KnowsAPairOnlyForItsRootEpochAndPeer) {
  Pool test;
  const auto made = test.fill(owner(1, 1, 1), 1).value();
  for (const NonceOwner& other : {owner(2, 1, 1), owner(1, 2, 1), owner(1, 1, 2)}) {
    EXPECT_EQ(test.take_failure(other, made[0]), Code::nonce_spent);
  }
  EXPECT_TRUE(test.pool.take(owner(1, 1, 1), made[0], test.now));
}

TEST(NoncePool, RefusesAnotherBindingCommitmentAndKeepsThePair) {
  Pool test;
  const auto made = test.fill(owner(1, 1, 1), 2).value();
  frost::Commitment mixed = made[0];
  mixed.binding = made[1].binding;
  EXPECT_EQ(test.take_failure(owner(1, 1, 1), mixed), Code::commitment_mismatch);
  EXPECT_EQ(test.pool.check(owner(1, 1, 1), mixed, test.now).error().code,
            Code::commitment_mismatch);
  EXPECT_TRUE(test.pool.take(owner(1, 1, 1), made[0], test.now));
}

TEST(NoncePool, LeavesNothingInItsMemory) {
  Pool test(NonceLimits{.whole_pool = 8, .per_peer = 8});
  const auto is_wiped = [&] {
    const Bytes slab = NoncePoolProbe::slab(test.pool);
    return std::all_of(slab.begin(), slab.end(), [](std::uint8_t byte) { return byte == 0; });
  };
  const auto made = test.fill(owner(1, 1, 1), 3).value();
  EXPECT_FALSE(is_wiped());
  for (const auto& commitment : made) {
    EXPECT_TRUE(test.pool.take(owner(1, 1, 1), commitment, test.now));
  }
  EXPECT_TRUE(is_wiped());
  ASSERT_TRUE(test.fill(owner(1, 1, 1), 8));
  EXPECT_FALSE(is_wiped());
  test.pool.drop_all();
  EXPECT_TRUE(is_wiped());
}

TEST(NoncePool, ForgetsPairsAfterTenMinutes) {
  Pool test;
  const auto made = test.fill(owner(1, 1, 1), 1).value();
  test.now.monotonic_ms += 10 * minute - 1;
  EXPECT_TRUE(test.pool.check(owner(1, 1, 1), made[0], test.now));
  test.now.monotonic_ms += 1;
  EXPECT_EQ(test.take_failure(owner(1, 1, 1), made[0]), Code::nonce_spent);
  EXPECT_EQ(test.pool.size(), 0);
}

TEST(NoncePool, EvictsThePeersOwnOldestButNoneYoungerThanHalfAMinute) {
  Pool test(NonceLimits{.whole_pool = 100, .per_peer = 4});
  const NonceOwner peer = owner(1, 1, 1);
  const auto old = test.fill(peer, 2).value();
  test.now.monotonic_ms += 20'000;
  const auto young = test.fill(peer, 2).value();
  EXPECT_EQ(test.fill(peer, 1).error().code, Code::busy);

  test.now.monotonic_ms += 10'000;  // now the first two are old
  EXPECT_EQ(test.pool.room(peer, 4, test.now).value(), 2);
  EXPECT_EQ(test.fill(peer, 4).value().size(), 2);
  EXPECT_EQ(test.take_failure(peer, old[0]), Code::nonce_spent);
  EXPECT_TRUE(test.pool.take(peer, young[0], test.now));
}

TEST(NoncePool, NeverEvictsAnotherPeersPairs) {
  Pool test(NonceLimits{.whole_pool = 4, .per_peer = 4});
  const auto made = test.fill(owner(1, 1, 1), 4).value();
  test.now.monotonic_ms += minute;
  EXPECT_EQ(test.fill(owner(1, 1, 2), 1).error().code, Code::busy);
  for (const auto& commitment : made) {
    EXPECT_TRUE(test.pool.check(owner(1, 1, 1), commitment, test.now));
  }
}

TEST(NoncePool, IsDroppedWhenTheWallClockJumpsAgainstTheTimeSinceBoot) {
  for (const std::int64_t jump : {2001, -2001}) {
    Pool test;
    const auto boot = test.pool.boot_id();
    const auto made = test.fill(owner(1, 1, 1), 1).value();
    test.now.wall_minus_boot_ms = jump > 0 ? 2000 : -2000;
    EXPECT_TRUE(test.pool.check(owner(1, 1, 1), made[0], test.now));
    test.now.wall_minus_boot_ms = jump;
    EXPECT_EQ(test.take_failure(owner(1, 1, 1), made[0]), Code::nonce_spent);
    EXPECT_NE(test.pool.boot_id(), boot);
  }
}

TEST(NoncePool, DropsARootOrItsOtherEpochs) {
  Pool test;
  ASSERT_TRUE(test.fill(owner(1, 1, 1), 1));
  ASSERT_TRUE(test.fill(owner(1, 2, 1), 2));
  ASSERT_TRUE(test.fill(owner(2, 1, 1), 4));
  test.pool.drop_other_epochs({1}, frost::Epoch{2});
  EXPECT_EQ(test.pool.size(), 6);
  test.pool.drop({1});
  EXPECT_EQ(test.pool.size(), 4);
}

TEST(NoncePool, StopsWhenTheGeneratorRepeatsItself) {
  Pool test;
  const auto repeat = [&] {
    SeededEntropy same(7);
    return frost::NoncePair::generate(test.share, same);
  };
  EXPECT_DEATH((void)test.pool.fill(owner(1, 1, 1), 2, test.now, repeat), "by_hiding_");
}

// Any run of requests keeps every limit, and no pair comes out twice or to the wrong peer.
RC_GTEST_PROP(NoncePool, KeepsItsLimitsWhateverPeersAsk, ()) {
  const NonceLimits limits{.whole_pool = 12, .per_peer = 5};
  Pool test(limits);
  std::map<std::uint8_t, std::vector<frost::Commitment>> given;
  std::map<ByteArray<32>, std::int64_t> made_at;
  std::set<ByteArray<32>> taken;
  for (int step = 0; step < 60; ++step) {
    const auto peer = *rc::gen::inRange<std::uint8_t>(0, 4);
    test.now.monotonic_ms += *rc::gen::inRange(0, 20'000);
    if (*rc::gen::inRange(0, 3) > 0) {
      const auto made = test.fill(owner(1, 1, peer), *rc::gen::inRange<std::size_t>(1, 8));
      if (!made) RC_ASSERT(made.error().code == Code::busy);
      if (made) RC_ASSERT(!made->empty() && made->size() <= limits.per_peer);
      for (const auto& commitment : made ? *made : std::vector<frost::Commitment>{}) {
        given[peer].push_back(commitment);
        made_at[commitment.hiding.bytes()] = test.now.monotonic_ms;
      }
    } else if (!given[peer].empty()) {
      const auto commitment = *rc::gen::elementOf(given[peer]);
      const auto pair = test.pool.take(owner(1, 1, peer), commitment, test.now);
      const std::int64_t age = test.now.monotonic_ms - made_at[commitment.hiding.bytes()];
      if (pair) RC_ASSERT(taken.insert(commitment.hiding.bytes()).second);
      if (pair) RC_ASSERT(pair->commitment() == commitment && age < limits.lifetime_ms);
      if (!pair) {  // only because it was used, or is old enough to have been evicted
        RC_ASSERT(taken.count(commitment.hiding.bytes()) == 1 || age >= limits.youth_ms);
      }
    }
    RC_ASSERT(test.pool.size() <= limits.whole_pool);
  }
}

static_assert(!std::is_copy_constructible_v<NoncePool>);

}  // namespace
}  // namespace quorate::custody
