#include "node/policy/hours.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>

#include <date/tz.h>

namespace quorate::policy {
namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr std::string_view form = "hours like \"Mon-Fri 07:00-19:00 Europe/Berlin\"";
constexpr std::uint32_t whole_day = 24 * 60;

tl::unexpected<Error> wrong(std::string what) { return fail(Code::configuration, std::move(what)); }

std::optional<std::size_t> day_of(std::string_view name) {
  const auto* found = std::find(day_names.begin(), day_names.end(), name);
  if (found == day_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - day_names.begin());
}

// "Mon", "Mon-Fri", "Sat-Mon".
bool mark_days(std::string_view range, std::array<bool, 7>& days) {
  const std::size_t dash = range.find('-');
  const auto first = day_of(range.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : day_of(range.substr(dash + 1));
  if (!first || !last) return false;
  for (std::size_t day = *first;; day = (day + 1) % 7) {
    days.at(day) = true;
    if (day == *last) return true;
  }
}

bool parse_days(std::string_view list, std::array<bool, 7>& days) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (!mark_days(list.substr(0, comma), days)) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

// "07:00", in minutes; up to 24:00.
std::optional<std::uint32_t> parse_time(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) || !is_digit(text[4])) {
    return std::nullopt;
  }
  const auto digit = [&](std::size_t at) { return static_cast<std::uint32_t>(text[at] - '0'); };
  const std::uint32_t minute = digit(3) * 10 + digit(4);
  const std::uint32_t minutes = (digit(0) * 10 + digit(1)) * 60 + minute;
  if (minute > 59 || minutes > whole_day) return std::nullopt;
  return minutes;
}

}  // namespace

Result<WeeklyHours> WeeklyHours::parse(std::string_view text) {
  WeeklyHours out;
  out.text_ = text;
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return wrong(std::string(form));
  const std::string_view times = text.substr(first + 1, second - first - 1);
  const std::string zone(text.substr(second + 1));
  const std::size_t dash = times.find('-');
  if (dash == std::string_view::npos) return wrong(std::string(form));
  const auto begin = parse_time(times.substr(0, dash));
  const auto end = parse_time(times.substr(dash + 1));
  if (!parse_days(text.substr(0, first), out.days_) || !begin || !end) {
    return wrong(std::string(form));
  }
  if (*begin >= *end) {
    return wrong("an end after the beginning; what goes over midnight takes two windows");
  }
  out.begin_ = *begin;
  out.end_ = *end;
  try {
    out.zone_ = date::locate_zone(zone);
    static_cast<void>(out.zone_->get_info(date::sys_seconds{}));  // reads the zone's file
  } catch (const std::exception&) {
    return wrong("a time zone that this system knows, not `" + zone + "`");
  }
  return out;
}

Result<bool> WeeklyHours::contains(std::uint64_t now_s) const {
  try {
    const date::sys_seconds now{std::chrono::seconds(static_cast<std::int64_t>(now_s))};
    const auto local = zone_->to_local(now);
    const auto day = date::floor<date::days>(local);
    const auto minute = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
    return days_.at(date::weekday(day).c_encoding()) && minute >= begin_ && minute < end_;
  } catch (const std::exception& error) {
    return wrong("the time zone of \"" + text_ + "\" can't be read: " + error.what());
  }
}

}  // namespace quorate::policy
