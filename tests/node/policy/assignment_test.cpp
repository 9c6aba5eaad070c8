#include "node/policy/assignment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace quorate::policy {
namespace {

// Every way of giving each person a rule or none: the referee for small numbers.
std::uint64_t most_places(const std::vector<std::vector<std::size_t>>& fits,
                          std::vector<std::uint64_t> counts, std::size_t person = 0) {
  if (person == fits.size()) return 0;
  std::uint64_t best = most_places(fits, counts, person + 1);
  for (const std::size_t rule : fits[person]) {
    if (counts[rule] == 0) continue;
    --counts[rule];
    best = std::max(best, 1 + most_places(fits, counts, person + 1));
    ++counts[rule];
  }
  return best;
}

TEST(Assignment, SomebodyMovesWhereOnlyHeCanServe) {
  const Assignment assignment = assign({{0, 1}, {0}}, {1, 1});
  EXPECT_TRUE(assignment.is_complete());
  EXPECT_EQ(assignment.rule_of[0], 1u);
  EXPECT_EQ(assignment.rule_of[1], 0u);
}

RC_GTEST_PROP(Assignment, FillsAsManyPlacesAsCanBeAndNobodyTwice, ()) {
  const auto rules = *rc::gen::inRange<std::size_t>(1, 4);
  const auto people = *rc::gen::inRange<std::size_t>(0, 6);
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < rules; ++i) {
    counts.push_back(*rc::gen::inRange<std::uint64_t>(1, 4));
  }
  std::vector<std::vector<std::size_t>> fits(people);
  for (auto& person : fits) {
    for (std::size_t rule = 0; rule < rules; ++rule) {
      if (*rc::gen::arbitrary<bool>()) person.push_back(rule);
    }
  }
  const Assignment assignment = assign(fits, counts);
  std::uint64_t filled = 0;
  for (std::size_t rule = 0; rule < rules; ++rule) {
    std::uint64_t here = 0;
    for (std::size_t person = 0; person < people; ++person) {
      if (assignment.rule_of[person] != rule) continue;
      ++here;
      RC_ASSERT(std::count(fits[person].begin(), fits[person].end(), rule) == 1);
    }
    RC_ASSERT(here + assignment.lacking[rule] == counts[rule]);
    filled += here;
  }
  RC_ASSERT(filled == most_places(fits, counts));
}

}  // namespace
}  // namespace quorate::policy
