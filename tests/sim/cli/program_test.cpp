// quorate-sim as people and scripts use it: the program itself, by its command line.

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Ended {
  int exit = -1;
  std::string out;  // and errors
};

Ended sim(const std::string& words) {
  const std::string command = std::string(QUORATE_BIN) + "/quorate-sim " + words + " 2>&1";
  Ended ended;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    ended.out.append(part.data(), size);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ended.exit = WEXITSTATUS(status);
  return ended;
}

std::string scenario(const std::string& name) {
  return std::string(QUORATE_SCENARIOS) + "/" + name + ".toml";
}

class Written {
 public:
  explicit Written(const std::string& text)
      : path_(std::filesystem::path(testing::TempDir()) / "quorate-sim-case.toml") {
    std::ofstream(path_) << text;
  }
  ~Written() { std::filesystem::remove(path_); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(QuorateSim, HelpsWithEveryCommand) {
  const Ended help = sim("--help");
  EXPECT_EQ(help.exit, 0);
  for (const char* command : {"run", "swarm", "sweep", "mutants", "shrink", "replay", "hashes",
                              "list", "availability", "scenario"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    EXPECT_EQ(sim(std::string(command) + " --help").exit, 0) << command;
  }
}

TEST(QuorateSim, SaysWhatWasWrongWithTheWords) {
  EXPECT_EQ(sim("").exit, 2);
  EXPECT_EQ(sim("frobnicate").exit, 2);
  const Ended sweep = sim("sweep nothing");
  EXPECT_EQ(sweep.exit, 2);
  EXPECT_THAT(sweep.out, AllOf(HasSubstr("signing"), HasSubstr("--help")));
  const Ended bug = sim("run --plant B99");
  EXPECT_EQ(bug.exit, 2);
  EXPECT_THAT(bug.out, HasSubstr("list bugs"));
  const Ended choice = sim("availability " + scenario("hsm") + " --compare three");
  EXPECT_EQ(choice.exit, 2);
  EXPECT_THAT(choice.out, HasSubstr("3of5"));
}

TEST(QuorateSim, TellsOneSeedTheSameWayTwice) {
  const Ended once = sim("run --seed 7 --trace short");
  EXPECT_EQ(once.exit, 0) << once.out;
  EXPECT_THAT(once.out, AllOf(HasSubstr("all faults end"), HasSubstr("all promises hold")));
  EXPECT_EQ(sim("run --seed 7 --trace short").out, once.out);
  EXPECT_EQ(sim("run --seed 7 --twice").exit, 0);
}

TEST(QuorateSim, HashesOneByOneAndAllTogether) {
  const Ended three = sim("hashes --first 1 --seeds 3");
  const Ended two = sim("hashes --first 2 --seeds 2");
  EXPECT_EQ(three.exit, 0);
  EXPECT_THAT(three.out, AllOf(HasSubstr("1 "), HasSubstr("all ")));
  const std::string second = two.out.substr(0, two.out.find('\n'));
  EXPECT_THAT(three.out, HasSubstr(second));
  EXPECT_THAT(three.out, Not(HasSubstr(two.out.substr(two.out.find("all ")))));
}

TEST(QuorateSim, SweepsAndCounts) {
  const Ended table = sim("sweep signing --cut torn,drop --most 3 --json");
  ASSERT_EQ(table.exit, 0) << table.out;
  const auto rows = nlohmann::json::parse(table.out);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["cut"], "torn");
  EXPECT_EQ(rows[0]["lost"], 0);
  EXPECT_EQ(rows[0]["tried"], 3);
  EXPECT_GT(rows[0]["points"], 100);
}

TEST(QuorateSim, ListsWhatThereIs) {
  EXPECT_THAT(sim("list faults").out, HasSubstr("power-cut"));
  EXPECT_THAT(sim("list strategies").out, AllOf(HasSubstr("rogue-key"), HasSubstr("ros")));
  EXPECT_THAT(sim("list properties").out, AllOf(HasSubstr("P1a"), HasSubstr("P14")));
  EXPECT_THAT(sim("list probes").out, HasSubstr("coordinator"));
  EXPECT_THAT(sim("list bugs").out, AllOf(HasSubstr("B01"), HasSubstr("P4")));
  EXPECT_EQ(sim("list everything").exit, 2);
}

// What the page of scenarios promises to scripts.
TEST(QuorateSim, AnswersTheOperatorsQuestionAsJson) {
  const std::string page = testing::TempDir() + "quorate-sim-report.html";
  const Ended answer = sim("availability " + scenario("one-site-too-few") +
                           " --years 1 --seeds 2 --json --report " + page);
  ASSERT_EQ(answer.exit, 0) << answer.out;
  const auto report = nlohmann::json::parse(
      answer.out.substr(answer.out.find('{'), answer.out.rfind('}') + 1 - answer.out.find('{')));
  const auto& first = report["choices"][0];
  EXPECT_EQ(first["t"], 2);
  EXPECT_EQ(first["n"], 3);
  for (const char* key :
       {"availability", "analytic", "minutes_down_per_year", "outages_per_year"}) {
    EXPECT_TRUE(first[key].is_number()) << key;
  }
  EXPECT_EQ(first["ci95"].size(), 2u);
  for (const char* key : {"p50", "p95", "p99", "p999"}) {
    EXPECT_GT(first["latency_ms"][key], 0) << key;
  }
  EXPECT_TRUE(report["cuts"].is_array());
  EXPECT_GT(std::filesystem::file_size(page), 10'000u);
  std::filesystem::remove(page);
}

TEST(QuorateSim, NamesTheLineOfAScenarioThatIsWrong) {
  const Written broken("root = { threshold = 2 }\n[[node]]\nname = \"a\"\nmtbv = \"30d\"\n");
  const Ended answer = sim("availability " + broken.path());
  EXPECT_EQ(answer.exit, 2);
  EXPECT_THAT(answer.out, AllOf(HasSubstr(":4"), HasSubstr("mtbv")));
  EXPECT_EQ(sim("availability /nowhere.toml").exit, 2);
}

TEST(QuorateSim, TellsAStory) {
  const Ended story = sim("scenario " + scenario("maintenance") + " --days 30");
  EXPECT_EQ(story.exit, 0);
  EXPECT_THAT(story.out, AllOf(HasSubstr("day"), HasSubstr("maintenance")));
}

}  // namespace
