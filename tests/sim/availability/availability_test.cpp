// What a quorum survives: the formulas against known values, the simulation against the formulas,
// and the real coordinator against arithmetic on waiting times.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/availability/analytic.h"
#include "sim/availability/availability.h"
#include "sim/availability/requests.h"
#include "sim/availability/study.h"
#include "sim/report/report.h"

namespace quorate::sim::availability {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Nodes that fail every 720 h for 4 h, as in the table of docs/simulation.md.
std::string plain(unsigned threshold, unsigned nodes, const std::string& more = "",
                  const std::string& of_each = "") {
  std::string text = "root = { threshold = " + std::to_string(threshold) + " }\nnode = [\n";
  for (unsigned i = 0; i < nodes; ++i) {
    text += std::string("  { name=\"") + static_cast<char>('a' + i) +
            "\", site=\"here\", mtbf=\"720h\", mttr=\"4h\"" + of_each + " },\n";
  }
  return text + "]\n" + more;
}

Scenario scenario_of(const std::string& text) {
  Result<Scenario> loaded = load(text, "test.toml");
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  return loaded ? *loaded : Scenario{};
}

Quorum quorum_of_text(const std::string& text) {
  const Scenario scenario = scenario_of(text);
  return quorum_of(scenario,
                   {scenario.threshold, static_cast<std::uint16_t>(scenario.nodes.size())});
}

struct Known {
  unsigned t, n;
  double availability, minutes, outages, mean_hours, all, exactly;
};
const std::vector<Known> known_values = {
    {2, 3, 0.999908765, 47.99, 0.3991, 2.00, 0.8333, 1.5},
    {3, 5, 0.999998328, 0.880, 0.01097, 1.34, 0.7833, 1.8333},
    {4, 5, 0.999698118, 158.8, 1.3158, 2.01, 1.2833, 2.0833},
    {4, 7, 0.999999968, 0.017, 0.00028, 1.00, 0.7595, 2.0833},
    {3, 3, 0.983516818, 8669, 35.92, 4.02, 1.8333, 1.8333},
};
const std::string common_hour = "shared = [ { name=\"here\", mtbf=\"1y\", mttr=\"1h\" } ]\n";
// By the table's own words: an hour a year of common outage.
constexpr double with_common_hour = 0.999794711;

TEST(Analytic, MeetsTheKnownValues) {
  for (const Known& known : known_values) {
    SCOPED_TRACE(std::to_string(known.t) + " of " + std::to_string(known.n));
    const Analytic made = analytic(quorum_of_text(plain(known.t, known.n)));
    EXPECT_NEAR(made.availability, known.availability, 0.5e-9);
    const auto near = [](double value, double wanted, double half_a_digit) {
      EXPECT_NEAR(value, wanted, half_a_digit);
    };
    const double minutes = (1 - made.availability) * 8766 * 60;
    near(minutes, known.minutes,
         known.minutes > 1000  ? 0.5
         : known.minutes > 100 ? 0.05
         : known.minutes > 1   ? 0.005
                               : 0.0005);
    near(made.outages_per_hour * 8766, known.outages,
         known.outages > 10    ? 0.005
         : known.outages > 0.1 ? 0.00005
                               : 0.000005);
    near(made.mean_outage_hours, known.mean_hours, 0.005);
    const Threshold choice{static_cast<std::uint16_t>(known.t),
                           static_cast<std::uint16_t>(known.n)};
    near(all_asked(choice), known.all, 0.00005);
    near(exactly_asked(choice), known.exactly, 0.00005);
    EXPECT_TRUE(made.is_exact);
  }
  EXPECT_NEAR(analytic(quorum_of_text(plain(2, 3, common_hour))).availability, with_common_hour,
              0.5e-9);
  EXPECT_NEAR(without_shared(quorum_of_text(plain(2, 3, common_hour))).availability, 0.999908765,
              0.5e-9);
}

TEST(Analytic, UnequalNodesAndLiarsAreCountedOneByOne) {
  const std::string text = R"(root = { threshold = 2 }
node = [ { name="a", mtbf="9h", mttr="1h" }, { name="b", mtbf="8h", mttr="2h" },
         { name="c", mtbf="6h", mttr="4h" }, { name="d", byzantine=true } ])";
  // a, b, c up with 0.9, 0.8, 0.6; two of them must be.
  EXPECT_NEAR(analytic(quorum_of_text(text)).availability,
              0.9 * 0.8 * 0.6 + 0.9 * 0.8 * 0.4 + 0.9 * 0.2 * 0.6 + 0.1 * 0.8 * 0.6, 1e-12);
}

// Years of failures for the same table. Few requests: what the protocol says of each state is the
// same in a thousand years.
AvailabilityReport years_of(const std::string& text, std::uint64_t years, std::uint64_t seeds) {
  AvailabilityOptions options;
  options.years = years;
  options.seeds = seeds;
  options.requests = 60;
  Result<AvailabilityReport> made = availability(scenario_of(text), options);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return made ? *made : AvailabilityReport{};
}

TEST(Availability, SimulationMeetsTheKnownValuesWithinItsError) {
  const auto check = [](const std::string& text, double wanted, std::uint64_t years) {
    const AvailabilityReport report = years_of(text, years, 10);
    ASSERT_FALSE(report.choices.empty());
    const ChoiceReport& own = report.choices.front();
    EXPECT_TRUE(report.holds());
    EXPECT_NEAR(own.availability, wanted, 4 * own.standard_error);
    EXPECT_LT(own.standard_error, (1 - wanted) * 1.2 + 1e-7);  // or it would say nothing
    return;
  };
  check(plain(2, 3), 0.999908765, 100);
  check(plain(3, 5), 0.999998328, 100);
  check(plain(4, 5), 0.999698118, 20);
  check(plain(4, 7), 0.999999968, 100);
  check(plain(3, 3), 0.983516818, 20);
  check(plain(2, 3, common_hour), with_common_hour, 100);
}

TEST(Availability, FailsWhereTheSimulationDiffersFromTheFormula) {
  AvailabilityReport report = years_of(plain(3, 3), 2, 4);
  ASSERT_TRUE(report.holds());
  EXPECT_THAT(report::text(report), Not(HasSubstr("DIFFERS")));
  report.choices.front().agrees = false;
  EXPECT_FALSE(report.holds());
  EXPECT_THAT(report::text(report), HasSubstr("DIFFERS"));
  EXPECT_THAT(report::html(report), HasSubstr("differ by more than four standard errors"));
}

std::vector<Answered> run(Requests& requests, const Plan& plan) {
  Result<std::vector<Answered>> answered = requests.run(plan);
  EXPECT_TRUE(answered.has_value()) << answered.error().message;
  return answered ? *answered : std::vector<Answered>{};
}

// In one thread, with answers that take exponential times, the coordinator must wait as long as
// the order of such times says: a command asks all n for commitments and goes on with the first t,
// which it then needs all.
TEST(Requests, ACommandWaitsAsLongAsOrderStatisticsSay) {
  const Quorum quorum =
      quorum_of_text(plain(3, 5, "load = { client=\"command\", deadline=\"60s\" }",
                           ", rtt=\"0ms\", jitter=\"20ms\", sign=\"0ms\", fsync=\"0ms\""));
  Requests requests = *Requests::make(quorum, 5);
  Plan plan{Conditions(5), {}, {}};
  constexpr std::size_t count = 400;
  for (std::size_t i = 0; i < count; ++i) plan.arrivals.push_back(i * 5 * second);
  const std::vector<Answered> answered = run(requests, plan);
  double sum = 0;
  double squares = 0;
  for (const Answered& one : answered) {
    ASSERT_TRUE(one.is_signed) << one.why;
    const double took = static_cast<double>(one.took) / static_cast<double>(20 * millisecond);
    sum += took;
    squares += took * took;
  }
  const double mean = sum / count;
  const double error = std::sqrt((squares / count - mean * mean) / count);
  EXPECT_NEAR(mean, all_asked({3, 5}) + exactly_asked({3, 5}), 4 * error);
}

TEST(Requests, OneRoundTripWhenAllIsWellAndNobodyWaitsForWhoIsGone) {
  const Quorum quorum = quorum_of_text(plain(2, 3, "",
                                             ", rtt=\"10ms\", sign=\"2ms\", fsync=\"3ms\", slow={ "
                                             "factor=100, mtbf=\"1d\", mttr=\"1h\" }"));
  Requests requests = *Requests::make(quorum, 5);
  const auto each_second = [](Conditions before, std::vector<Turn> turns) {
    Plan plan{std::move(before), std::move(turns), {}};
    for (Time i = 0; i < 20; ++i) plan.arrivals.push_back(i * second);
    return plan;
  };
  Conditions well(3);
  for (const Answered& one : run(requests, each_second(well, {}))) {
    EXPECT_TRUE(one.is_signed);
    EXPECT_EQ(one.took, 15 * millisecond);
    EXPECT_EQ(one.sessions, 1U);
  }
  Conditions one_gone = well;
  one_gone[1].reach = Reach::silent;
  for (const Answered& one : run(requests, each_second(one_gone, {}))) {
    EXPECT_EQ(one.took, 15 * millisecond);  // the client knows
  }
  for (const Answered& one : run(requests, each_second(well, {{5500 * millisecond, one_gone}}))) {
    EXPECT_TRUE(one.is_signed);
    EXPECT_LT(one.took, 200 * millisecond);  // the hedge, and a second session
  }
  Conditions slow = well;
  slow[0].is_slow = true;
  const std::vector<Answered> with_slow = run(requests, each_second(slow, {}));
  EXPECT_EQ(with_slow.back().took, 15 * millisecond);  // by then it is asked last
  Conditions two_gone = one_gone;
  two_gone[0].reach = Reach::no_token;
  for (const Answered& one : run(requests, each_second(two_gone, {}))) {
    EXPECT_FALSE(one.is_signed);
    EXPECT_EQ(one.took, 5 * second);  // until then the one that is gone might come back
    EXPECT_THAT(one.why, HasSubstr("1 refused, 1 unreachable"));
  }
}

TEST(Requests, AGatewayThatRunsForLongStillNeedsOneRoundTrip) {
  const Quorum quorum = quorum_of_text(plain(2, 3));
  Requests requests = *Requests::make(quorum, 5);
  Plan plan{Conditions(3), {}, {}};
  for (Time i = 0; i < 200; ++i) plan.arrivals.push_back(i * second);  // more than pools hold
  for (const Answered& one : run(requests, plan)) {
    ASSERT_TRUE(one.is_signed) << one.why;
    EXPECT_EQ(one.sessions, 1U);
    EXPECT_EQ(one.took, 13 * millisecond);
  }
}

TEST(Availability, ALiarCostsAnotherSessionAndNeverASignature) {
  const std::string text = R"(root = { threshold = 2 }
node = [ { name="a", mtbf="720h", mttr="4h" }, { name="b", like="a" }, { name="c", like="a" },
         { name="eve", like="a", rtt="1ms", byzantine=true } ]
load = { client="command" })";
  const AvailabilityReport report = years_of(text, 10, 4);
  ASSERT_FALSE(report.choices.empty());
  EXPECT_TRUE(report.holds());                            // as 2 of 3
  EXPECT_GT(report.choices.front().second_session, 0.9);  // it is the quickest to be chosen
  EXPECT_THAT(report::text(report), HasSubstr("eve sends wrong partial signatures"));
}

TEST(Cuts, NameTheSmallestFailuresFirst) {
  const std::string text = R"(title = "two in ams"
root = { threshold = 2 }
node = [ { name="a", site="ams", mtbf="30d", mttr="4h" }, { name="b", like="a" },
         { name="c", like="a", site="fra" } ]
shared = [ { name="ams", mtbf="1y", mttr="8h" } ])";
  const AvailabilityReport report = years_of(text, 50, 4);
  const std::vector<Cut>& cuts = report.choices.front().cuts;
  ASSERT_EQ(cuts.size(), 4U);
  EXPECT_EQ(cuts[0].names, std::vector<std::string>{"ams"});
  EXPECT_EQ(cuts[0].text, "ams (site)");
  EXPECT_NEAR(cuts[0].minutes_per_year, 480, 150);
  double sum = 0;
  std::string texts;
  for (const Cut& cut : cuts) {
    sum += cut.minutes_per_year;
    texts += cut.text + "; ";
  }
  EXPECT_NEAR(sum, report.choices.front().minutes_down_per_year, 0.01);
  EXPECT_THAT(texts, HasSubstr("both nodes in ams (a and b)"));
  EXPECT_THAT(texts, HasSubstr("a and c; "));
  const std::string said = report::text(report);
  EXPECT_THAT(said, HasSubstr("One failure alone stops signing: ams (site)."));
  EXPECT_THAT(said, HasSubstr("What the nodes share costs more than all their own failures"));
  EXPECT_THAT(said, HasSubstr("One more node"));
}

TEST(Report, JsonHasTheKeysThatProgramsReadAndTheSameSeedsGiveTheSameBytes) {
  const std::string text =
      plain(2, 3, "run = { compare=[\"2of3\",\"3of5\"] }\nload = { burst=10, rate=\"2/s\" }\n");
  const AvailabilityReport report = years_of(text, 2, 3);
  const auto json = nlohmann::json::parse(report::json(report));
  ASSERT_EQ(json["choices"].size(), 2U);
  const auto& own = json["choices"][0];
  EXPECT_EQ(own["t"], 2);
  EXPECT_EQ(own["n"], 3);
  EXPECT_NEAR(own["analytic"].get<double>(), 0.999908765, 1e-9);
  EXPECT_GE(own["availability"].get<double>(), own["ci95"][0].get<double>());
  EXPECT_LE(own["availability"].get<double>(), own["ci95"][1].get<double>());
  EXPECT_TRUE(own["minutes_down_per_year"].is_number());
  EXPECT_TRUE(own["outages_per_year"].is_number());
  for (const char* key : {"p50", "p95", "p99", "p999"}) {
    EXPECT_GT(own["latency_ms"][key].get<double>(), 0) << key;
  }
  auto cuts = json["cuts"].get<std::vector<std::vector<std::string>>>();
  std::sort(cuts.begin(), cuts.end());  // their minutes are chance
  EXPECT_EQ(cuts, (std::vector<std::vector<std::string>>{{"a", "b"}, {"a", "c"}, {"b", "c"}}));
  EXPECT_EQ(report::json(years_of(text, 2, 3)), report::json(report));
}

TEST(Report, ThePageNeedsNothingElseAndEscapesWhatAnOperatorWrote) {
  const std::string text = "title = \"<script>alert(1)</script> & co\"\n" + plain(2, 3);
  const std::string page = report::html(years_of(text, 2, 3));
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; co"));
  for (const char* outside : {"http:", "https:", "url(", "@import", "<link", "src="}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  for (const char* part : {"prefers-color-scheme: dark", "@media print", "<svg", "<title>",
                           "<th scope=\"col\">", "width=device-width"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Story, TellsWhatFailedAndWhenSigningStoppedByName) {
  const Result<std::string> told = story(scenario_of(plain(3, 3)), {1, 120 * day, 100});
  ASSERT_TRUE(told.has_value()) << told.error().message;
  EXPECT_THAT(*told, HasSubstr("all begins; a request is signed in"));
  EXPECT_THAT(*told, HasSubstr("fails; 2 of 3 can sign; a request then fails: too few nodes"));
  EXPECT_THAT(*told, HasSubstr("** signing stops: "));
  EXPECT_THAT(*told, HasSubstr("** signing again, after "));
  EXPECT_EQ(*told, *story(scenario_of(plain(3, 3)), {1, 120 * day, 100}));
}

TEST(Availability, EveryRequestOfSomeDaysConfirmsTheSample) {
  const std::string text = R"(root = { threshold = 2 }
node = [ { name="a", mtbf="10h", mttr="2h", rtt="10ms" }, { name="b", like="a" },
         { name="c", like="a" } ]
load = { rate="6/1h" })";
  AvailabilityOptions options;
  options.years = 2;
  options.seeds = 4;
  options.requests = 400;
  const ChoiceReport sampled = availability(scenario_of(text), options)->choices.front();
  options.every_request = true;
  options.every_request_days = 8;
  const ChoiceReport every = availability(scenario_of(text), options)->choices.front();
  EXPECT_NEAR(every.every_request_signed, sampled.availability, 0.1);
  EXPECT_NEAR(every.latency_ms.p50, sampled.latency_ms.p50, 1);
  EXPECT_GT(every.requests, 1000U);
}

}  // namespace
}  // namespace quorate::sim::availability
