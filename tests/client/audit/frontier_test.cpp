#include "client/audit/frontier.h"

#include <gtest/gtest.h>

namespace quorate::audit {
namespace {

Hash leaf(std::size_t number) {
  const std::string text = "leaf " + std::to_string(number);
  return record::leaf_hash(bytes_of(text));
}

TEST(Frontier, HasTheRootOfTheWholeTreeAtEverySize) {
  Frontier frontier;
  std::vector<Hash> leaves;
  EXPECT_EQ(frontier.root(), record::tree_root({}));
  for (std::size_t i = 0; i < 130; ++i) {
    leaves.push_back(leaf(i));
    frontier.add(leaves.back());
    ASSERT_EQ(frontier.root(), record::tree_root(leaves)) << i;
    ASSERT_EQ(frontier.size(), leaves.size());
  }
}

TEST(Frontier, GoesOnFromWhatWasKept) {
  Frontier whole;
  for (std::size_t i = 0; i < 11; ++i) whole.add(leaf(i));
  Frontier kept = Frontier::make(whole.size(), whole.subtrees()).value();
  kept.add(leaf(11));
  whole.add(leaf(11));
  EXPECT_EQ(kept, whole);
}

TEST(Frontier, RefusesSubtreesThatNoTreeOfTheSizeHas) {
  EXPECT_EQ(Frontier::make(11, {leaf(0), leaf(1)}).error().code, Code::malformed);
  EXPECT_TRUE(Frontier::make(0, {}).has_value());
}

}  // namespace
}  // namespace quorate::audit
