// Runs as files, and how a failing one is made small.

#include "sim/run/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sim/adversary/liar.h"

namespace quorate::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// --- a run as a file

template <typename T>
std::optional<T> maybe(rc::Gen<T> gen) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

rc::Gen<std::size_t> count(std::size_t least, std::size_t most) {
  return rc::gen::inRange(least, most + 1);
}

std::optional<std::set<std::string>> some_ids(const std::string& kind) {
  const auto numbers = maybe(rc::gen::container<std::set<int>>(rc::gen::inRange(0, 1000)));
  if (!numbers) return std::nullopt;
  std::set<std::string> ids;
  for (const int number : *numbers) ids.insert(kind + "#" + std::to_string(number));
  return ids;
}

Overrides some_overrides() {
  Overrides out;
  out.nodes = maybe(count(2, 64));
  out.threshold = maybe(count(2, out.nodes.value_or(64)));
  out.clients = maybe(count(1, 64));
  out.liars = maybe(count(0, 64));
  out.requests = maybe(count(0, 1000));
  out.length = maybe(rc::gen::inRange<Time>(Time{1} << 20, 400 * day));
  out.keep_faults = some_ids((*rc::gen::elementOf(fault_kinds())).name);
  out.keep_asks = some_ids("request");
  out.keep_attacks = some_ids("attack");
  for (const FaultKind& kind : fault_kinds()) {
    if (*rc::gen::inRange(0, 8) == 0) out.without_kinds.insert(kind.name);
  }
  if (*rc::gen::arbitrary<bool>()) {
    out.strategies.emplace();
    for (std::size_t n = *count(0, 6); n > 0; --n) {
      out.strategies->emplace_back((*rc::gen::elementOf(node_strategies())).name);
    }
  }
  out.ceremonies = maybe(rc::gen::arbitrary<bool>());
  out.interior_chaos = maybe(rc::gen::arbitrary<bool>());
  return out;
}

RC_GTEST_PROP(ACase, IsReadAsItWasWritten, ()) {
  Case written;
  written.seed = *rc::gen::arbitrary<Seed>();
  written.release = "0.1.0";
  written.bug = *rc::gen::element(plant::Bug::none, plant::Bug::B04, plant::Bug::canary);
  written.property = *rc::gen::element<std::string>("P3", "crash", "none");
  written.note = *rc::gen::string<std::string>();
  written.overrides = some_overrides();

  const std::string text = write_case(written);
  const Result<Case> read = read_case(text, "it.toml");

  if (!read) RC_FAIL(read.error().message + "\n" + text);
  RC_ASSERT(read->seed == written.seed);
  RC_ASSERT(read->release == written.release);
  RC_ASSERT(read->bug == written.bug);
  RC_ASSERT(read->property == written.property);
  RC_ASSERT(read->overrides == written.overrides);
}

TEST(ACase, MayBeNoMoreThanASeed) {
  const Result<Case> read =
      read_case("seed = \"18446744073709551615\"\nrelease = \"0.1.0\"\nproperty = \"none\"\n", "f");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->seed, 18446744073709551615U);
  EXPECT_EQ(read->bug, plant::Bug::none);
  EXPECT_TRUE(read->overrides.is_empty());
}

struct Wrong {
  const char* text;  // from line 4 on
  const char* where;
};

class AWrongCase : public ::testing::TestWithParam<Wrong> {};

TEST_P(AWrongCase, IsRefusedWithItsLine) {
  const std::string text =
      std::string("seed = \"1\"\nrelease = \"0.1.0\"\nproperty = \"P3\"\n") + GetParam().text;
  const Result<Case> read = read_case(text, "it.toml");
  ASSERT_FALSE(read) << text;
  EXPECT_EQ(read.error().code, Code::configuration);
  EXPECT_THAT(read.error().message, StartsWith(GetParam().where));
}

INSTANTIATE_TEST_SUITE_P(
    All, AWrongCase,
    ::testing::Values(Wrong{"sed = 1\n", "it.toml:4: "}, Wrong{"bug = \"B99\"\n", "it.toml:4: "},
                      Wrong{"bug = \"none\n", "it.toml:4: "}, Wrong{"[overides]\n", "it.toml:4: "},
                      Wrong{"[overrides]\nnodes = 1\n", "it.toml:5: "},
                      Wrong{"[overrides]\nnodes = 65\n", "it.toml:5: "},
                      Wrong{"[overrides]\nnodes = 3\nthreshold = 4\n", "it.toml:6: "},
                      Wrong{"[overrides]\nclients = 0\n", "it.toml:5: "},
                      Wrong{"[overrides]\nliars = -1\n", "it.toml:5: "},
                      Wrong{"[overrides]\nlength_ns = 0\n", "it.toml:5: "},
                      Wrong{"[overrides]\nceremonies = 1\n", "it.toml:5: "},
                      Wrong{"[overrides]\nkeep_fault = []\n", "it.toml:5: "},
                      Wrong{"[overrides]\nwithout_kinds = [\"powercut\"]\n", "it.toml:5: "},
                      Wrong{"[overrides]\nkeep_faults = [\n  \"kill#0\",\n  \"kil#1\",\n]\n",
                            "it.toml:7: "},
                      Wrong{"[overrides]\nkeep_faults = [\"kill\"]\n", "it.toml:5: "},
                      Wrong{"[overrides]\nkeep_faults = [\"kill#\"]\n", "it.toml:5: "},
                      Wrong{"[overrides]\nkeep_asks = [\"kill#1\"]\n", "it.toml:5: "},
                      Wrong{"[overrides]\nkeep_attacks = [\"request#1\"]\n", "it.toml:5: "},
                      Wrong{"[overrides]\nstrategies = [\"kind\"]\n", "it.toml:5: "}));

TEST(AWrongCase, LacksItsSeed) {
  for (const char* text :
       {"release = \"1\"\nproperty = \"P3\"\n",
        "seed = \"-1\"\nrelease = \"1\"\nproperty = \"P3\"\n",
        "seed = \"18446744073709551616\"\nrelease = \"1\"\nproperty = \"P3\"\n"}) {
    const Result<Case> read = read_case(text, "it.toml");
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("seed"));
  }
}

// --- delta debugging

RC_GTEST_PROP(TheSmallestPart, IsWhatMatters, ()) {
  const std::size_t most = *count(0, 60);
  Names all;
  for (std::size_t i = 0; i < most; ++i) all.push_back(std::to_string(i));
  Names needed;
  for (const std::string& name : all) {
    if (*rc::gen::inRange(0, 10) == 0) needed.push_back(name);
  }
  std::size_t asked = 0;
  const Names part = smallest_part(all, [&](const Names& kept) {
    ++asked;
    return std::all_of(needed.begin(), needed.end(),
                       [&](const std::string& name) { return contains(kept, name); });
  });
  RC_ASSERT(part == needed);
  RC_ASSERT(asked <= all.size() * (needed.size() + 3) + 1);
}

// "Either two of these, or that one": nothing that is left can go, whichever it found.
RC_GTEST_PROP(TheSmallestPart, HasNothingThatCouldGo, ()) {
  Names all;
  for (int i = 0; i < 40; ++i) all.push_back(std::to_string(i));
  const auto triples = *rc::gen::container<std::vector<std::set<int>>>(
      3, rc::gen::container<std::set<int>>(rc::gen::inRange(0, 40)));
  const auto still = [&](const Names& kept) {
    return std::any_of(triples.begin(), triples.end(), [&](const std::set<int>& wanted) {
      return std::all_of(wanted.begin(), wanted.end(),
                         [&](int name) { return contains(kept, std::to_string(name)); });
    });
  };
  const Names part = smallest_part(all, still);
  RC_ASSERT(still(part));
  for (std::size_t i = 0; i < part.size(); ++i) {
    Names fewer = part;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    RC_ASSERT(!still(fewer));
  }
}

TEST(TheSmallestPart, KeepsTheOrder) {
  EXPECT_THAT(
      smallest_part({"e", "d", "c", "b", "a"},
                    [](const Names& kept) { return contains(kept, "a") && contains(kept, "d"); }),
      ElementsAre("d", "a"));
}

// --- whole runs

#if QUORATE_PLANT
TEST(Shrinking, LeavesNothingButTheCanary) {
  Seed seed = 1;
  while (draw_plan(seed).length < 2 * hour) ++seed;
  std::size_t told = 0;
  const Result<Shrunk> shrunk =
      shrink({.seed = seed, .bug = plant::Bug::canary, .property = "canary", .overrides = {}},
             [&](const ShrinkProgress&) { ++told; });
  ASSERT_TRUE(shrunk) << shrunk.error().message;
  EXPECT_GT(shrunk->before.faults.size(), 0U);
  EXPECT_TRUE(shrunk->after.faults.empty());
  EXPECT_TRUE(shrunk->after.asks.empty());
  EXPECT_TRUE(shrunk->after.attacks.empty());
  EXPECT_EQ(shrunk->after.nodes, 2U);
  EXPECT_LT(shrunk->after.length, 2 * hour);  // it sings after one
  EXPECT_GE(shrunk->after.length, hour - minute);
  EXPECT_EQ(told + 1, shrunk->runs);

  // And the file says just that.
  const Result<Case> read = read_case(write_case(shrunk->result), "it.toml");
  ASSERT_TRUE(read) << read.error().message;
  const RunPlan plan = draw_plan(read->seed, read->overrides);
  const auto with = judge(plan, read->bug, read->property, std::chrono::minutes(1));
  ASSERT_TRUE(with);
  EXPECT_TRUE(breaks(*with, "canary"));
  const auto without = judge(plan, plant::Bug::none, read->property, std::chrono::minutes(1));
  ASSERT_TRUE(without);
  EXPECT_THAT(without->violations, ::testing::IsEmpty());
}

TEST(Shrinking, RefusesARunThatIsWell) {
  ShrinkOptions options;
  options.overrides.requests = 1;
  const Result<Shrunk> shrunk = shrink(options, {});
  ASSERT_FALSE(shrunk);
  EXPECT_EQ(shrunk.error().code, Code::usage);
}
#endif

TEST(AChild, DiesAlone) {
  const auto result =
      run_in_child(draw_plan(1), plant::Bug::none, std::chrono::minutes(1),
                   {.reader = [](Time, std::string_view, std::string_view) { std::abort(); }});
  ASSERT_TRUE(result);
  EXPECT_TRUE(breaks(*result, "crash"));
  EXPECT_THAT(result->violations.front().what, HasSubstr("Aborted"));
}

TEST(AChild, IsNotWaitedForForever) {
  const auto result =
      run_in_child(draw_plan(1), plant::Bug::none, std::chrono::milliseconds(50),
                   {.reader = [](Time, std::string_view, std::string_view) { ::pause(); }});
  EXPECT_FALSE(result);
}

}  // namespace
}  // namespace quorate::sim
