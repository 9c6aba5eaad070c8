// Every file of this folder is a run, in two roles: with the bug that it names its property fails,
// so that the simulator still sees it; without, all promises hold.

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/home/file.h"
#include "sim/run/shrink.h"

namespace quorate::sim {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr std::chrono::minutes most{1};

std::vector<std::string> files() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(QUORATE_REGRESSIONS)) {
    if (entry.path().extension() == ".toml") all.push_back(entry.path().stem().string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

Case read(const std::string& name) {
  const std::string path = std::string(QUORATE_REGRESSIONS "/") + name + ".toml";
  const Result<std::string> text = home::read_file(path, largest_file);
  if (!text) throw std::runtime_error(text.error().message);
  const Result<Case> found = read_case(*text, path);
  if (!found) throw std::runtime_error(found.error().message);
  return *found;
}

struct Regressions : testing::TestWithParam<std::string> {
  Case found = read(GetParam());
  RunPlan plan = draw_plan(found.seed, found.overrides);
};

TEST_P(Regressions, Hold) {
  const auto result = judge(plan, plant::Bug::none, found.property, most);
  ASSERT_TRUE(result) << "it does not end";
  for (const Violation& violation : result->violations) {
    ADD_FAILURE() << violation.property << ": " << violation.what;
  }
}

TEST_P(Regressions, AreSmall) {
  EXPECT_LE(plan.faults.size(), 15U);
  EXPECT_LE(plan.length, hour);
}

std::string title(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Regressions, testing::ValuesIn(files()), title);

#if QUORATE_PLANT
// Those that were ours name no bug: it is mended.
std::vector<std::string> files_with_a_bug() {
  std::vector<std::string> all = files();
  std::erase_if(all, [](const std::string& name) { return read(name).bug == plant::Bug::none; });
  return all;
}

struct PlantedRegressions : Regressions {};

TEST_P(PlantedRegressions, AreSeen) {
  const auto result = judge(plan, found.bug, found.property, most);
  ASSERT_TRUE(result) << "it does not end";
  EXPECT_TRUE(breaks(*result, found.property));
}

INSTANTIATE_TEST_SUITE_P(Files, PlantedRegressions, testing::ValuesIn(files_with_a_bug()), title);
#endif

}  // namespace
}  // namespace quorate::sim
