// Weekly windows in local time, also on the days when the clocks change. The expected instants are
// those of `date -d 'TZ="Europe/Berlin" …'`.

#include "node/policy/hours.h"

#include <gtest/gtest.h>

namespace quorate::policy {
namespace {

bool inside(const std::string& hours, std::uint64_t now_s) {
  const Result<WeeklyHours> window = WeeklyHours::parse(hours);
  EXPECT_TRUE(window.has_value()) << hours;
  return window && window->contains(now_s).value();
}

TEST(WeeklyHours, BeginIsInsideAndEndIsNot) {
  const std::string hours = "Mon-Fri 07:00-19:00 Europe/Berlin";
  EXPECT_FALSE(inside(hours, 1'794'981'599));  // Wed 2026-11-18 06:59:59
  EXPECT_TRUE(inside(hours, 1'794'981'600));   // 07:00:00
  EXPECT_TRUE(inside(hours, 1'795'024'799));   // 18:59:59
  EXPECT_FALSE(inside(hours, 1'795'024'800));  // 19:00:00
  EXPECT_FALSE(inside(hours, 1'795'258'800));  // Sat 2026-11-21 12:00
}

TEST(WeeklyHours, FollowTheZoneThroughTheYear) {
  const std::string hours = "Mon-Sun 07:00-08:00 Europe/Berlin";
  EXPECT_TRUE(inside(hours, 1'783'400'400));   // 2026-07-07 05:00 UTC is 07:00 CEST
  EXPECT_FALSE(inside(hours, 1'783'404'000));  // 06:00 UTC is 08:00
  EXPECT_FALSE(inside(hours, 1'794'978'000));  // 2026-11-18 05:00 UTC is 06:00 CET
  EXPECT_TRUE(inside(hours, 1'794'981'600));   // 06:00 UTC is 07:00
}

TEST(WeeklyHours, AnHourThatDoesNotExistIsNeverInside) {
  // On Sunday 2026-03-29 the clocks go from 01:59:59 to 03:00:00, at 01:00 UTC.
  const std::string hours = "Sun 02:00-03:00 Europe/Berlin";
  for (std::uint64_t now = 1'774'742'400; now < 1'774'749'600; now += 60) {
    EXPECT_FALSE(inside(hours, now)) << now;
  }
}

TEST(WeeklyHours, AnHourThatComesTwiceIsInsideTwice) {
  // On Sunday 2026-10-25 02:00 to 03:00 is lived through twice, from 00:00 to 02:00 UTC.
  const std::string hours = "Sun 02:00-03:00 Europe/Berlin";
  EXPECT_FALSE(inside(hours, 1'792'886'399));
  EXPECT_TRUE(inside(hours, 1'792'886'400));
  EXPECT_TRUE(inside(hours, 1'792'890'000));
  EXPECT_TRUE(inside(hours, 1'792'893'599));
  EXPECT_FALSE(inside(hours, 1'792'893'600));
}

TEST(WeeklyHours, DaysAreThoseOfTheZone) {
  // 2026-11-20 is a Friday; in Auckland its Saturday has begun at 11:00 UTC.
  EXPECT_TRUE(inside("Sat 00:00-24:00 Pacific/Auckland", 1'795'172'400));
  EXPECT_FALSE(inside("Fri 00:00-24:00 Pacific/Auckland", 1'795'172'400));
  EXPECT_TRUE(inside("Fri 00:00-24:00 UTC", 1'795'172'400));
}

TEST(WeeklyHours, DaysMayBeListedAndGoRoundTheWeek) {
  EXPECT_TRUE(inside("Sat-Mon 00:00-24:00 UTC", 1'795'305'600));      // Sunday
  EXPECT_FALSE(inside("Sat-Mon 00:00-24:00 UTC", 1'795'132'800));     // Friday
  EXPECT_TRUE(inside("Tue,Fri-Sat 00:00-24:00 UTC", 1'795'132'800));  // Friday
}

TEST(WeeklyHours, AnythingElseIsRefused) {
  for (const char* wrong :
       {"", "Mon", "Mon 07:00-19:00", "Mon-Fri 7:00-19:00 UTC", "Mon-Fri 07:00-19:00 ",
        "Mon-Fri 07:00 19:00 UTC", "Mon-Fri  07:00-19:00 UTC", "mon-fri 07:00-19:00 UTC",
        "Mon-Fri- 07:00-19:00 UTC", "Mon,, 07:00-19:00 UTC", "Mon-Fri 07:00-19:60 UTC",
        "Mon-Fri 07:00-24:01 UTC", "Mon-Fri 07:00-25:00 UTC", "Mon-Fri 07:00-07:00 UTC",
        "Mon-Fri 19:00-07:00 UTC", "Mon-Fri 07:00-19:00 UTC ", "Mon-Fri 07:00-19:00 Mars/Olympus",
        "Mon-Fri 07:00-19:00 ../etc/passwd", "Mon-Fri +7:00-19:00 UTC"}) {
    EXPECT_FALSE(WeeklyHours::parse(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace quorate::policy
