#include "client/home/seen_ledgers.h"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/base/secret_bytes.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

class SeenLedgersTest : public ::testing::Test {
 protected:
  Result<record::Checkpoint> see(std::uint64_t size, std::uint8_t root) const {
    return SeenLedgers(Home(folder.path()))
        .see(owner, record::sign_note({owner.origin, {size, {root}}}, key));
  }

  testing::TemporaryFolder folder;
  const ed25519::SigningKey key = [] {
    testing::SeededEntropy entropy(1);
    SecretBytes<32> seed;
    entropy.fill(seed.writable());
    return ed25519::SigningKey(seed);
  }();
  const LedgerOwner owner{"alpha", "test/alpha", key.public_key()};
};

TEST_F(SeenLedgersTest, AcceptALedgerThatGrowsOrStays) {
  EXPECT_EQ(see(5, 1)->tree.size, 5u);
  EXPECT_TRUE(see(5, 1).has_value());
  EXPECT_TRUE(see(9, 2).has_value());
}

TEST_F(SeenLedgersTest, NoticeALedgerThatShrankOrIsAnother) {
  ASSERT_TRUE(see(9, 2).has_value());
  EXPECT_EQ(see(8, 1).error().code, Code::ledger_rewritten);
  EXPECT_EQ(see(9, 3).error().code, Code::ledger_rewritten);
  // And again the next time: what was seen before stays.
  EXPECT_EQ(see(8, 1).error().code, Code::ledger_rewritten);
  EXPECT_TRUE(see(9, 2).has_value());
  EXPECT_EQ(SeenLedgers(Home(folder.path())).seen(owner).value(),
            record::sign_note({owner.origin, {9, {2}}}, key));
}

TEST_F(SeenLedgersTest, TakeNothingThatTheNodeDidNotSign) {
  const SeenLedgers seen{Home(folder.path())};
  const std::string others = record::sign_note({"test/bravo", {9, {2}}}, key);
  EXPECT_FALSE(seen.see(owner, others).has_value());
  EXPECT_TRUE(see(3, 1).has_value());
}

TEST_F(SeenLedgersTest, SayThatTheirFileIsDamaged) {
  ASSERT_TRUE(see(9, 2).has_value());
  std::ofstream(folder / "ledgers" / "alpha") << "nonsense";
  EXPECT_EQ(see(10, 2).error().code, Code::configuration);
}

}  // namespace
}  // namespace quorate::home
