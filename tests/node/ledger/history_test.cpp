// What auditors get.

#include "tests/node/ledger/node_of_one.h"

namespace quorate::ledger {
namespace {

using testing::NodeOfOne;
using testing::TemporaryFolder;

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(node_.open()); }
  Tree tree_in(const std::string& note) {
    return record::open_note(note, "demo/alpha", node_.key.public_key()).value().tree;
  }

  TemporaryFolder folder_;
  NodeOfOne node_{folder_ / "node.db"};
};

TEST_F(HistoryTest, PiecesMakeTheTreeThatTheCheckpointSigns) {
  node_.grow(2500);
  std::vector<Hash> leaves;
  while (leaves.size() < 2500) {
    const History piece = node_.ledger().history(leaves.size(), 700, 0).value();
    ASSERT_FALSE(piece.leaves.empty());
    ASSERT_LE(piece.leaves.size(), 700u);
    EXPECT_EQ(tree_in(piece.note), (node_.ledger().tree().value()));
    for (const Bytes& leaf : piece.leaves) leaves.push_back(record::leaf_hash(leaf));
  }
  EXPECT_EQ(node_.ledger().tree().value(), (Tree{2500, record::tree_root(leaves)}));
}

TEST_F(HistoryTest, GivesAThousandLeavesAtMostAndNoneBeyondTheEnd) {
  node_.grow(1200);
  EXPECT_EQ(node_.ledger().history(0, UINT64_MAX, 0)->leaves.size(), 1000u);
  EXPECT_EQ(node_.ledger().history(1100, 1000, 0)->leaves.size(), 100u);
  EXPECT_TRUE(node_.ledger().history(1200, 1000, 0)->leaves.empty());
  EXPECT_TRUE(node_.ledger().history(UINT64_MAX, UINT64_MAX, 0)->leaves.empty());
}

TEST_F(HistoryTest, ProvesThatItExtendsWhatTheAuditorHas) {
  node_.grow(37);
  const Tree earlier = node_.ledger().tree().value();
  node_.grow(100);
  const History history = node_.ledger().history(37, 10, 37).value();
  EXPECT_TRUE(record::extends(tree_in(history.note), earlier, history.consistency));
}

TEST_F(HistoryTest, SaysBySignatureThatItIsShorterThanTheAuditorsCopy) {
  node_.grow(37);
  const History history = node_.ledger().history(50, 10, 50).value();
  EXPECT_TRUE(history.consistency.empty());
  EXPECT_EQ(tree_in(history.note).size, 37u);
}

TEST_F(HistoryTest, BringsTheTextsBehindTheVeilsOfItsLeaves) {
  node_.decide(1, 1, {"token of alice", "alice"});
  node_.decide(2, 1, {"token of bob", "bob"});
  const History history = node_.ledger().history(1, 1, 0).value();
  ASSERT_EQ(history.texts.size(), 2u);
  EXPECT_EQ(text_of(history.texts[0].text), "token of bob");
  EXPECT_EQ(text_of(history.texts[1].text), "bob");
  const auto leaf = record::decode_leaf(history.leaves[0]).value();
  const auto& verdict = std::get<record::Verdict>(leaf.record.body);
  EXPECT_EQ(record::veil(history.texts[0].salt, history.texts[0].text), verdict.evidence[0].data);
}

TEST_F(HistoryTest, FitsAFrameHoweverLongTheTexts) {
  const std::string token(8192, 't');
  for (int i = 0; i < 40; ++i) {
    node_.decide(1, 1, {token, "a", token, "b", token, "c", token, "d", token, "e"});
  }
  std::size_t leaves = 0;
  while (leaves < 40) {
    const History piece = node_.ledger().history(leaves, 1000, 0).value();
    ASSERT_FALSE(piece.leaves.empty());
    ASSERT_EQ(piece.texts.size(), 10 * piece.leaves.size());
    std::size_t bytes = piece.note.size();
    for (const Bytes& leaf : piece.leaves) bytes += leaf.size();
    for (const auto& text : piece.texts) bytes += text.text.size() + text.salt.size();
    EXPECT_LT(bytes, Ledger::history_bytes);
    leaves += piece.leaves.size();
  }
  EXPECT_EQ(leaves, 40u);
}

TEST_F(HistoryTest, HasNoMoreFieldsThanAFrameMayHave) {
  for (int i = 0; i < 800; ++i) {
    node_.decide(1, 1, {"t", "a", "u", "b", "v", "c"});
  }
  const History piece = node_.ledger().history(0, 1000, 0).value();
  EXPECT_GT(piece.leaves.size(), 300u);
  EXPECT_LE(piece.leaves.size() + 3 * piece.texts.size(), Ledger::history_fields);
}

TEST_F(HistoryTest, LeavesATextThatFitsNoFrameBehindItsVeil) {
  node_.decide(1, 1, {std::string(2'000'000, 'p'), "alice"});
  const History piece = node_.ledger().history(0, 1000, 0).value();
  ASSERT_EQ(piece.leaves.size(), 1u);
  ASSERT_EQ(piece.texts.size(), 1u);
  EXPECT_EQ(text_of(piece.texts[0].text), "alice");
}

}  // namespace
}  // namespace quorate::ledger
