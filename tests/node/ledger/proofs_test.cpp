// Proofs made from stored hashes, against the plain tree of proto/record.

#include <rapidcheck/gtest.h>

#include "node/ledger/rows.h"
#include "tests/node/ledger/node_of_one.h"

namespace quorate::ledger {
namespace {

using testing::NodeOfOne;
using testing::TemporaryFolder;

// A ledger of many leaves, grown once, with what an independent tree says of it.
struct Grown {
  static constexpr std::uint64_t most = 300;

  Grown() {
    QUORATE_INVARIANT(node.open().has_value());
    auto transaction = node.store().begin();
    for (std::uint64_t i = 0; i < most; ++i) {
      trees.push_back(node.ledger().tree().value());
      node.append(record::Refusals{i, i}, i);
      leaves.push_back(record::leaf_hash(
          record::leaf(node.ledger().leaf(i)->salt, node.ledger().leaf(i)->record_bytes)));
    }
    trees.push_back(node.ledger().tree().value());
    QUORATE_INVARIANT(node.ledger().seal(node.key).has_value());
    QUORATE_INVARIANT(transaction->commit().has_value());
  }

  TemporaryFolder folder;
  NodeOfOne node{folder / "node.db"};
  std::vector<Hash> leaves;
  std::vector<Tree> trees;  // at each size
};

Grown& grown() {
  static Grown one;
  return one;
}

TEST(Rows, AreInTheOrderInWhichSubtreesAreCompleted) {
  std::uint64_t row = 0;
  for (std::uint64_t leaf = 0; leaf < 5000; ++leaf) {
    ASSERT_EQ(subtrees_of(leaf), row);
    for (unsigned level = 1; ((leaf + 1) >> (level - 1)) % 2 == 0; ++level) {
      ASSERT_EQ(row_of(level, leaf >> level), row);
      ++row;
    }
  }
}

TEST(Proofs, RootIsThePlainTreesAtEverySize) {
  for (std::uint64_t size = 0; size <= Grown::most; ++size) {
    const Tree expected{size, record::tree_root(std::span(grown().leaves).first(size))};
    ASSERT_EQ(grown().trees[size], expected) << size;
  }
}

TEST(Proofs, InclusionIsThePlainTreesOfEachLeafInSmallTrees) {
  for (std::uint64_t size = 1; size <= 70; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      ASSERT_EQ(grown().node.ledger().inclusion_path(index, size).value(),
                record::inclusion_path(std::span(grown().leaves).first(size), index))
          << index << " of " << size;
    }
  }
}

TEST(Proofs, ConsistencyIsThePlainTreesOfAnyTwoSmallTrees) {
  for (std::uint64_t size = 1; size <= 70; ++size) {
    for (std::uint64_t earlier = 1; earlier <= size; ++earlier) {
      ASSERT_EQ(grown().node.ledger().consistency_path(earlier, size).value(),
                record::consistency_path(std::span(grown().leaves).first(size), earlier))
          << earlier << " of " << size;
    }
  }
}

TEST(Proofs, InclusionHoldsForEachLeafAtEverySize) {
  for (std::uint64_t size = 1; size <= Grown::most; ++size) {
    for (std::uint64_t index = size % 3; index < size; index += 3) {
      const auto path = grown().node.ledger().inclusion_path(index, size).value();
      ASSERT_TRUE(record::includes(grown().trees[size], index, grown().leaves[index], path))
          << index << " of " << size;
    }
  }
}

TEST(Proofs, ConsistencyHoldsBetweenAnyTwoSizes) {
  for (std::uint64_t size = 1; size <= Grown::most; ++size) {
    for (std::uint64_t earlier = 1; earlier <= size; ++earlier) {
      const auto path = grown().node.ledger().consistency_path(earlier, size).value();
      ASSERT_TRUE(record::extends(grown().trees[size], grown().trees[earlier], path))
          << earlier << " to " << size;
    }
  }
}

// Any batches, some rolled back, some followed by a restart: what was committed is what is there.
RC_GTEST_PROP(Ledger, HoldsExactlyWhatWasCommitted, ()) {
  const TemporaryFolder folder;
  NodeOfOne node(folder / "node.db");
  RC_ASSERT(node.open().has_value());
  std::vector<Hash> leaves;
  const auto batches =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
  for (const std::uint8_t batch : batches) {
    const std::size_t before = leaves.size();
    {
      auto transaction = node.store().begin();
      RC_ASSERT(transaction.has_value());
      for (int i = 0; i < batch % 9; ++i) {
        const Bytes bytes = node.append(record::Stop{}, batch);
        const record::Leaf leaf = node.ledger().leaf(leaves.size()).value();
        RC_ASSERT(leaf.record_bytes == bytes);
        leaves.push_back(record::leaf_hash(record::leaf(leaf.salt, bytes)));
      }
      RC_ASSERT(node.ledger().seal(node.key).has_value());
      if (batch % 4 == 0) {
        leaves.resize(before);
      } else {
        RC_ASSERT(transaction->commit().has_value());
      }
    }
    if (batch % 5 == 0) RC_ASSERT(node.open().has_value());
    RC_ASSERT(node.ledger().tree().value() == (Tree{leaves.size(), record::tree_root(leaves)}));
  }
  RC_ASSERT(testing::verify_all(node).has_value());
}

}  // namespace
}  // namespace quorate::ledger
