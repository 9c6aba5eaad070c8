#include "client/audit/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "client/audit/receipts.h"
#include "client/audit/texts.h"
#include "crypto/base/hex.h"
#include "proto/record/receipt.h"
#include "tests/client/audit/ledger.h"
#include "tests/support/temporary_folder.h"

namespace quorate::audit {
namespace {

using testing::hash_of;
using testing::Ledger;
using testing::noon_ms;
using testing::pull_all;

constexpr std::uint64_t now_s = 1'800'000'123;

class ReplicaTest : public ::testing::Test {
 protected:
  ReplicaTest() {
    for (std::uint8_t i = 0; i < 6; ++i) alpha.approve(hash_of(i), hash_of(3), noon_ms);
    alpha.texts = {{{7}, {'a', 'l', 'i', 'c', 'e'}}};
  }
  Replica open() const { return Replica::open(folder.path(), "alpha").value(); }
  void pull(Replica replica) const {
    const auto pulled = pull_all(alpha, replica.mark().held);
    ASSERT_TRUE(replica.append({pulled.leaves, pulled.texts}).has_value());
    ASSERT_TRUE(replica.keep(pulled.pull.held(), now_s).has_value());
  }
  static std::vector<Bytes> leaves_of(const Replica& replica) {
    std::vector<Bytes> out;
    Leaves leaves = replica.leaves().value();
    while (const auto leaf = leaves.next().value()) out.push_back(*leaf);
    return out;
  }

  testing::TemporaryFolder folder;
  Ledger alpha{"alpha", 1};
};

TEST_F(ReplicaTest, KeepsWhatWasPulledAndGrowsWithIt) {
  EXPECT_FALSE(open().is_pulled());
  pull(open());
  EXPECT_EQ(leaves_of(open()), alpha.leaves);
  EXPECT_EQ(open().mark().pulled_at_s, now_s);
  EXPECT_EQ(open().texts().value(), alpha.texts);
  alpha.approve(hash_of(100), hash_of(3), noon_ms);
  pull(open());
  EXPECT_EQ(leaves_of(open()), alpha.leaves);
  EXPECT_EQ(open().mark().held.note, alpha.note());
}

TEST_F(ReplicaTest, CutsOffWhatAPullLeftThatBrokeOff) {
  pull(open());
  const std::vector<Bytes> before = alpha.leaves;
  alpha.approve(hash_of(100), hash_of(3), noon_ms);
  Replica broken = open();
  ASSERT_TRUE(broken.append({{Bytes(100, 'x'), alpha.leaves.back()}, alpha.texts}).has_value());
  EXPECT_EQ(leaves_of(open()), before);  // without keep() it never happened
  EXPECT_EQ(open().texts()->size(), 1u);
  pull(open());
  EXPECT_EQ(leaves_of(open()), alpha.leaves);
  EXPECT_EQ(open().texts()->size(), 2u);
}

TEST_F(ReplicaTest, NoticesLeavesThatAreGone) {
  pull(open());
  std::filesystem::resize_file(folder / "alpha.leaves", 300);
  Leaves leaves = open().leaves().value();
  while (true) {
    const auto leaf = leaves.next();
    if (!leaf) break;
    ASSERT_TRUE(leaf->has_value()) << "it ends as if that were all";
  }
  Replica replica = open();
  EXPECT_EQ(replica.append({}).error().code, Code::io);
}

TEST_F(ReplicaTest, LetsTheTextsBeErased) {
  pull(open());
  std::filesystem::remove(folder / "alpha.texts");
  EXPECT_TRUE(open().texts()->empty());
  EXPECT_EQ(leaves_of(open()), alpha.leaves);
  alpha.approve(hash_of(100), hash_of(3), noon_ms);
  pull(open());
  EXPECT_EQ(open().texts().value(), alpha.texts);
}

TEST_F(ReplicaTest, RefusesAMarkThatIsDamaged) {
  pull(open());
  const std::string good = format(open().mark());
  EXPECT_EQ(parse_mark(good).value(), open().mark());
  for (const std::string& bad :
       {std::string(), good.substr(0, 40), "x" + good, good.substr(0, good.find("\n\n") + 2)}) {
    EXPECT_EQ(parse_mark(bad).error().code, Code::malformed) << bad;
  }
  std::ofstream(folder / "alpha.checkpoint") << "quorate audit 2\n";
  EXPECT_EQ(Replica::open(folder.path(), "alpha").error().code, Code::configuration);
}

TEST_F(ReplicaTest, KeepsEachContradictionOnce) {
  const Finding first{Kind::shrunk, {"alpha"}, "it shrank", {}, {{"checkpoint now", "a\nb\n"}}};
  const Finding second{Kind::split, {"alpha"}, "it split", {}, {{"checkpoint now", "c\n"}}};
  const Replica replica = open();
  for (const Finding& finding : {first, second, first}) {
    ASSERT_TRUE(replica.keep_contradiction(finding).has_value());
  }
  EXPECT_THAT(replica.contradictions().value(), ::testing::ElementsAre(first, second));
}

TEST_F(ReplicaTest, DoesNotFillTheDiskWithContradictions) {
  const Replica replica = open();
  for (std::size_t i = 0; i < contradictions_limit + 3; ++i) {
    const Finding finding{
        Kind::shrunk, {"alpha"}, "it shrank", {}, {{"checkpoint now", std::to_string(i)}}};
    ASSERT_TRUE(replica.keep_contradiction(finding).has_value());
  }
  EXPECT_EQ(replica.contradictions()->size(), contradictions_limit);
}

TEST_F(ReplicaTest, ProvesTheRecordsOfAFinding) {
  pull(open());
  std::vector<Finding> findings{{Kind::two_documents, {}, "", {{"alpha", 4}, {"bravo", 1}}, {}}};
  ASSERT_TRUE(add_receipts(open(), findings).has_value());
  ASSERT_EQ(findings[0].proofs.size(), 2u);
  EXPECT_EQ(findings[0].proofs[0].name, "record alpha 4");
  const Bytes record = from_hex(findings[0].proofs[0].text).value();
  const auto receipt = record::decode_receipt(from_hex(findings[0].proofs[1].text).value()).value();
  EXPECT_TRUE(
      record::check(receipt, record, alpha.node().origin, alpha.node().identity).has_value());
}

TEST(Texts, AreFoundByTheirVeilAndErasedWhereGone) {
  Texts texts;
  const Text alice{{7}, {'a', 'l', 'i', 'c', 'e', 0x1b}};
  texts.add({alice});
  EXPECT_EQ(name_behind(texts, record::veil(alice.salt, alice.text)), "alice?");
  EXPECT_EQ(name_behind(texts, hash_of(1)), "erased");
}

}  // namespace
}  // namespace quorate::audit
