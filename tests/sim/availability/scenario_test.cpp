// Scenario files: what is read, and what is refused, with its line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/availability/quorum.h"
#include "sim/availability/scenario.h"
#include "sim/availability/timeline.h"

namespace quorate::sim::availability {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view example = R"(root   = { threshold = 3, algorithm = "ed25519" }
node   = [
  { name="a", site="ams", operator="x", mtbf="30d", mttr="4h", rtt="12ms", jitter="3ms", sign="2ms", fsync="4ms", hsm_mtbf="180d", hsm_mttr="1d" },
  { name="b", like="a", site="fra", rtt="25ms", maintenance={ every="7d", lasts="30m", at="Sun 03:00" } },
  { name="c", like="a" },
]
shared = [ { name="ams", kind="site", mtbf="1y", mttr="1h" } ]
load   = { rate="5/s", burst=50, deadline="5s" }
run    = { years=20, seeds=32, compare=["2of3","3of5","4of7"] }
)";

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(example);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text, const Files& files = {}) {
  const Result<Scenario> loaded = load(text, "q.toml", files);
  EXPECT_FALSE(loaded.has_value());
  if (loaded) return {};
  EXPECT_EQ(loaded.error().code, Code::configuration);
  return loaded.error().message;
}

TEST(Scenario, ReadsWhatAnOperatorWrites) {
  const Result<Scenario> loaded = load(example, "q.toml");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->threshold, 3);
  ASSERT_EQ(loaded->nodes.size(), 3U);
  const Node& b = loaded->nodes[1];
  EXPECT_EQ(b.name, "b");
  EXPECT_EQ(b.site, "fra");
  EXPECT_EQ(b.operator_name, "x");  // like a
  EXPECT_EQ(b.rtt, 25 * millisecond);
  EXPECT_EQ(b.fsync, 4 * millisecond);
  EXPECT_EQ(b.host->up.mean, 30 * day);
  EXPECT_EQ(b.hsm->down.mean, day);
  EXPECT_EQ(*b.maintenance->at, 6 * day + 3 * hour);
  EXPECT_THAT(loaded->shared.front().nodes, ElementsAre(0, 2));  // those in ams
  EXPECT_EQ(loaded->shared.front().breaking.up.mean, 8766 * hour);
  EXPECT_EQ(loaded->load.spacing(), 200 * millisecond);
  EXPECT_THAT(loaded->compare, ElementsAre(Threshold{2, 3}, Threshold{3, 5}, Threshold{4, 7}));
}

TEST(Scenario, RefusesWhatItDoesNotKnowAndSaysWhere) {
  EXPECT_THAT(refusal(replaced("mttr=\"4h\"", "mttrs=\"4h\"")),
              AllOf(StartsWith("q.toml:3: `mttr` is missing"), HasSubstr("is it `mttrs`")));
  EXPECT_THAT(refusal(replaced("hsm_mttr=\"1d\"", "hsm_mttr=\"1d\", colour=\"red\"")),
              StartsWith("q.toml:3: nothing is called `colour` here"));
  EXPECT_THAT(refusal(replaced("30m", "30 minutes")),
              AllOf(StartsWith("q.toml:4: `lasts`: expected a duration"), HasSubstr("12ms")));
  EXPECT_THAT(refusal(replaced("Sun 03:00", "Sunday 3am")), StartsWith("q.toml:4: `at`: expected"));
  EXPECT_THAT(refusal(replaced("every=\"7d\"", "every=\"10d\"")), StartsWith("q.toml:4: `at`"));
  EXPECT_THAT(refusal(replaced("lasts=\"30m\"", "lasts=\"8d\"")), StartsWith("q.toml:4: `lasts`"));
  EXPECT_THAT(refusal(replaced("like=\"a\", site", "like=\"z\", site")),
              StartsWith("q.toml:4: `like`: expected the name of a node that stands above"));
  EXPECT_THAT(refusal(replaced("name=\"c\"", "name=\"a\"")), StartsWith("q.toml:5: `name`"));
  EXPECT_THAT(refusal(replaced("name=\"ams\", kind", "name=\"lon\", kind")),
              StartsWith("q.toml:7: no node has that site"));
  EXPECT_THAT(refusal(replaced("5/s", "often")), StartsWith("q.toml:8: `rate`: expected a rate"));
  EXPECT_THAT(refusal(replaced("deadline=\"5s\"", "deadline=\"1ms\"")),
              StartsWith("q.toml:8: `deadline`"));
  EXPECT_THAT(refusal(replaced("4of7", "7of4")), StartsWith("q.toml:9: `compare`"));
  EXPECT_THAT(refusal(replaced("years=20", "years=0")), StartsWith("q.toml:9: `years`"));
  EXPECT_THAT(refusal(replaced("threshold = 3", "threshold = 4")),
              StartsWith("q.toml:1: `threshold`: expected a number from 2 to 3"));
  EXPECT_THAT(refusal(replaced("\"ed25519\"", "\"rsa\"")), StartsWith("q.toml:1: `algorithm`"));
  EXPECT_THAT(refusal("root = {"), HasSubstr("not TOML"));
}

TEST(Scenario, DurationsAreExactAndBounded) {
  EXPECT_EQ(duration_of("12ms"), 12 * millisecond);
  EXPECT_EQ(duration_of("2.5ms"), 2500 * microsecond);
  EXPECT_EQ(duration_of("1y"), 8766 * hour);
  EXPECT_EQ(duration_of("3us"), 3 * microsecond);
  EXPECT_EQ(duration_of("2w"), 14 * day);
  for (const char* wrong :
       {"", "ms", "12", "-1s", "1.5", "1.2345s", "501y", "99999999999s", "1 h"}) {
    EXPECT_EQ(duration_of(wrong), std::nullopt) << wrong;
  }
}

TEST(Scenario, RealIncidentsAreDrawnFrom) {
  const std::string text = replaced("mtbf=\"30d\", mttr=\"4h\"", "incidents=\"a.csv\"");
  const std::string list =
      "began,ended\n2024-02-28T23:00Z,2024-02-29T01:00Z\n2024-03-01T01:00Z,2024-03-01T02:00Z\n"
      "2024-12-31T00:00Z,2025-01-01T00:00Z\n";
  const auto loaded = load(text, "q.toml", [&](const std::string&) { return list; });
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const Breaking& host = *loaded->nodes.front().host;
  EXPECT_THAT(host.down.seen, ElementsAre(2 * hour, hour, day));
  EXPECT_THAT(host.up.seen, ElementsAre(day, 304 * day + 22 * hour));
  Stream stream(1, "x");
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(host.down.seen, ::testing::Contains(draw(host.down, stream)));
  }
  EXPECT_THAT(refusal(text), HasSubstr("q.toml:3: `incidents`"));
  const auto broken = [&](const std::string& wrong) {
    return refusal(text, [&](const std::string&) { return wrong; });
  };
  EXPECT_THAT(broken("began,ended\nyesterday,today\n"), StartsWith("a.csv:2: expected"));
  EXPECT_THAT(broken(list + "2024-12-31T12:00Z,2025-01-02T00:00Z\n"), StartsWith("a.csv:5: "));
  EXPECT_THAT(broken(list.substr(0, 80)), HasSubstr("expected"));
}

double mean_of(Spread spread) {
  Stream stream(7, "mean");
  double sum = 0;
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    sum += static_cast<double>(draw(spread, stream)) / static_cast<double>(hour);
  }
  return sum / draws;
}

TEST(Timeline, DrawsHaveTheMeanThatWasAskedFor) {
  EXPECT_NEAR(mean_of({Spread::Shape::exponential, 4 * hour}), 4, 0.05);
  EXPECT_NEAR(mean_of({Spread::Shape::log_normal, 4 * hour}), 4, 0.08);
  EXPECT_EQ(mean_of({Spread::Shape::fixed, 4 * hour}), 4);
}

// The causes that are there at each time, as text.
std::string history(const Quorum& quorum, Time length) {
  Timeline timeline(quorum, 3);
  std::string text;
  while (timeline.next() < length) {
    timeline.advance();
    text += std::to_string(timeline.now()) + " " + quorum.causes[timeline.latest()].name + "\n";
  }
  return text;
}

TEST(Timeline, ANodeFailsAtTheSameTimesWhateverElseThereIs) {
  const Scenario scenario = *load(example, "q.toml");
  const std::string three = history(quorum_of(scenario, {2, 3}), year);
  const std::string five = history(quorum_of(scenario, {3, 5}), year);
  std::istringstream lines(three);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_THAT(five, HasSubstr(line + "\n"));
  }
  EXPECT_GT(count, 60U);
}

TEST(Timeline, CarefulMaintenanceWaitsWhileAnotherNodeIsAway) {
  std::string text = replaced("at=\"Sun 03:00\"", "careful=true");
  const Scenario scenario = *load(text, "q.toml");
  const Quorum quorum = quorum_of(scenario, {3, 3});
  Timeline timeline(quorum, 1);
  std::size_t kept = 0;
  std::size_t put_off = 0;
  while (timeline.now() < 50 * year) {
    timeline.advance();
    const Cause& cause = quorum.causes[timeline.latest()];
    if (cause.kind != Ailment::maintenance) continue;
    const Conditions& now = timeline.conditions();
    const bool other_away = now[0].reach != Reach::up || now[2].reach != Reach::up;
    if (timeline.was_put_off()) {
      ++put_off;
      EXPECT_TRUE(other_away);
    } else if (timeline.is_there(timeline.latest())) {
      ++kept;
      EXPECT_FALSE(other_away);
    }
  }
  EXPECT_GT(put_off, 20U);
  EXPECT_GT(kept, 2000U);
}

TEST(Timeline, ABotchedReleaseTakesOnlyThoseWhomItReachesBeforeItIsNoticed) {
  const std::string text(example);
  const Scenario scenario =
      *load(text +
                "upgrade = { every=\"90d\", step=\"1h\", lasts=\"5m\", noticed=\"90m\", "
                "botched_percent=100 }\n",
            "q.toml");
  const Quorum quorum = quorum_of(scenario, {2, 3});
  Timeline timeline(quorum, 1);
  std::vector<Time> away(3, 0);
  while (timeline.now() < 10 * year) {
    timeline.advance();
    const Cause& cause = quorum.causes[timeline.latest()];
    if (cause.kind != Ailment::upgrade) continue;
    const std::size_t node = cause.nodes.front();
    away[node] += timeline.is_there(timeline.latest()) ? Time{0} - timeline.now() : timeline.now();
  }
  const Time releases = 10 * year / (90 * day);
  EXPECT_EQ(away[0], releases * 90 * minute);
  EXPECT_EQ(away[1], releases * 30 * minute);
  EXPECT_EQ(away[2], 0U);  // noticed before its turn
}

// The examples that the documentation shows are read by what reads an operator's.
TEST(Scenario, TheExamplesAreRight) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(QUORATE_SCENARIOS)) {
    if (entry.path().extension() != ".toml") continue;
    ++count;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    const auto files = [&](const std::string& name) -> Result<std::string> {
      std::ifstream other(entry.path().parent_path() / name);
      std::stringstream content;
      content << other.rdbuf();
      return content.str();
    };
    const Result<Scenario> loaded = load(text.str(), entry.path().filename(), files);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  }
  EXPECT_GE(count, 6U);
}

}  // namespace
}  // namespace quorate::sim::availability
