#include "client/cli/validity.h"

#include <gtest/gtest.h>

namespace quorate::cli {
namespace {

constexpr std::uint64_t now = 1'800'000'000;  // 2027-01-15 08:00:00 UTC
constexpr std::uint64_t hour = 3600;

TEST(Validity, CountsAPeriodFromNowAndBeginsAMinuteEarlier) {
  EXPECT_EQ(parse_validity("+8h", now).value(), (Validity{now - 60, now + 8 * hour}));
  EXPECT_EQ(parse_validity("+1d12h", now).value(), (Validity{now - 60, now + 36 * hour}));
  EXPECT_EQ(parse_validity("+90", now).value(), (Validity{now - 60, now + 90}));
  EXPECT_EQ(parse_validity("+1w2d3h4m5s", now)->before, now + (9 * 24 + 3) * hour + 245);
}

TEST(Validity, TakesBothEnds) {
  EXPECT_EQ(parse_validity("-5m:+1h", now).value(), (Validity{now - 300, now + hour}));
  EXPECT_EQ(parse_validity("20270115Z:20270116Z", now).value(),
            (Validity{now - 8 * hour, now + 16 * hour}));
  EXPECT_EQ(parse_validity("202701150800Z:20270115080001Z", now).value(), (Validity{now, now + 1}));
}

// date -u -d '2028-02-29 23:59:58' +%s
TEST(Validity, KnowsLeapYears) {
  EXPECT_EQ(parse_validity("20280229235958Z", now)->before, 1'835'481'598u);
  EXPECT_FALSE(parse_validity("20270229Z", now).has_value());
}

TEST(Validity, RefusesWhatMeansNothingOrSomethingElseElsewhere) {
  for (const char* text : {"",
                           "8h",
                           "+",
                           "+h",
                           "+8x",
                           "+8h:",
                           ":+8h",
                           "+-8h",
                           "always:forever",
                           "+8h:forever",
                           "20271231",
                           "2027Z",
                           "20271301Z",
                           "202712312460Z",
                           "-8h",
                           "+1h:+1h",
                           "+2h:+1h",
                           "-2h:-1h",
                           "+99999999999999999999h",
                           "+9999999999w",
                           "+1.5h",
                           " +8h",
                           "+8H"}) {
    const Result<Validity> parsed = parse_validity(text, now);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Code::usage) << text;
  }
}

TEST(Validity, NamesTheZoneThatIsMissing) {
  const std::string message = parse_validity("202712312359", now).error().message;
  EXPECT_NE(message.find("no validity"), std::string::npos) << message;
  const std::string both = parse_validity("+0s:202712312359", now).error().message;
  EXPECT_NE(both.find("UTC with a Z"), std::string::npos) << both;
}

}  // namespace
}  // namespace quorate::cli
