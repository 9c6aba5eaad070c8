#include "node/ledger/erasure.h"

#include "tests/node/ledger/node_of_one.h"

namespace quorate::ledger {
namespace {

using testing::NodeOfOne;
using testing::TemporaryFolder;
using testing::verify_all;

class ErasureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(node_.open());
    node_.decide(1'000'000, 2'000, {"token of alice", "alice"});
    node_.decide(5'000'000, 6'000, {"token of bob", "bob"});
  }
  Erased erase(std::uint64_t before_ms, std::uint64_t now_ms) {
    return ledger::erase(node_.store(), node_.ledger(), before_ms, now_ms,
                         [](std::uint64_t, std::uint64_t) {})
        .value();
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    const History history = node_.ledger().history(0, 100, 0).value();
    for (const auto& text : history.texts) {
      out.emplace_back(text_of(text.text));
    }
    return out;
  }
  // Whether these bytes are anywhere in the database's files.
  bool is_on_disk(const std::string& what) {
    node_.close();
    std::string all;
    for (const char* name : {"node.db", "node.db-wal"}) {
      std::ifstream in(folder_ / name, std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all.find(what) != std::string::npos;
  }

  TemporaryFolder folder_;
  NodeOfOne node_{folder_ / "node.db"};
};

TEST_F(ErasureTest, ForgetsTheTextsOfOldRecordsAndKeepsTheTree) {
  const Tree before = node_.ledger().tree().value();
  const Erased erased = erase(2'000'000, 9'000'000);
  EXPECT_EQ(erased.records, 1u);
  EXPECT_EQ(erased.texts, 2u);
  EXPECT_EQ(erased.verdicts, 1u);
  EXPECT_EQ(texts(), (std::vector<std::string>{"token of bob", "bob"}));
  EXPECT_EQ(node_.ledger().tree().value(), before);
  EXPECT_TRUE(verify_all(node_));
  ASSERT_TRUE(node_.open());
  EXPECT_TRUE(verify_all(node_));
}

TEST_F(ErasureTest, LeavesNothingOfThemInTheFiles) {
  ASSERT_TRUE(is_on_disk("token of alice"));
  ASSERT_TRUE(node_.open());
  erase(2'000'000, 9'000'000);
  EXPECT_FALSE(is_on_disk("token of alice"));
  EXPECT_TRUE(is_on_disk("token of bob"));
}

TEST_F(ErasureTest, SparesWhatMayStillBeAskedForAgain) {
  EXPECT_EQ(erase(9'000'000, 5'999'000).records, 1u);
  EXPECT_EQ(texts(), (std::vector<std::string>{"token of bob", "bob"}));
  EXPECT_EQ(erase(9'000'000, 6'000'000).records, 2u);
  EXPECT_TRUE(texts().empty());
}

TEST_F(ErasureTest, TwiceErasesNothingMore) {
  erase(2'000'000, 9'000'000);
  EXPECT_EQ(erase(2'000'000, 9'000'000).texts, 0u);
}

}  // namespace
}  // namespace quorate::ledger
