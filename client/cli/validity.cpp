#include "client/cli/validity.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

namespace quorate::cli {
namespace {

// Far beyond every certificate, and far from where sums would wrap.
constexpr std::uint64_t longest_period_s = 100ULL * 366 * 24 * 60 * 60;

std::uint64_t seconds_of_unit(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return std::uint64_t{60} * 60;
    case 'd': return std::uint64_t{24} * 60 * 60;
    case 'w': return std::uint64_t{7} * 24 * 60 * 60;
    default: return 0;
  }
}

tl::unexpected<Error> not_understood(std::string_view text) {
  return fail(Code::usage,
              "\"" + std::string(text) +
                  "\" is no validity: write +8h, +1d, +30m, or FROM:TO with times like "
                  "-5m and 202612312359Z");
}

std::uint64_t number_at(std::string_view digits, std::size_t from, std::size_t count) {
  std::uint64_t value = 0;
  for (const char digit : digits.substr(from, count)) {
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

// 20261231Z, 202612312359Z, 20261231235959Z.
Result<std::uint64_t> parse_date(std::string_view text) {
  if (!text.ends_with('Z')) {
    return fail(Code::usage,
                "the time \"" + std::string(text) +
                    "\" does not say in which zone: write UTC with a Z, 202612312359Z");
  }
  const std::string_view digits = text.substr(0, text.size() - 1);
  const bool is_sized = digits.size() == 8 || digits.size() == 12 || digits.size() == 14;
  if (!is_sized || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return not_understood(text);
  }
  const std::chrono::year_month_day day(
      std::chrono::year(static_cast<int>(number_at(digits, 0, 4))),
      std::chrono::month(static_cast<unsigned>(number_at(digits, 4, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(digits, 6, 2))));
  const std::uint64_t hour = digits.size() > 8 ? number_at(digits, 8, 2) : 0;
  const std::uint64_t minute = digits.size() > 8 ? number_at(digits, 10, 2) : 0;
  const std::uint64_t second = digits.size() > 12 ? number_at(digits, 12, 2) : 0;
  if (!day.ok() || int(day.year()) < 1970 || hour > 23 || minute > 59 || second > 59) {
    return fail(Code::usage, "there is no time \"" + std::string(text) + "\"");
  }
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  return static_cast<std::uint64_t>(days) * 24 * 60 * 60 + (hour * 60 + minute) * 60 + second;
}

Result<std::uint64_t> parse_time(std::string_view text, std::uint64_t now_s) {
  if (text.starts_with('+') || text.starts_with('-')) {
    QUORATE_TRY(const std::uint64_t period, parse_period(text.substr(1)));
    if (text.front() == '+') return now_s + period;
    if (period > now_s) return not_understood(text);
    return now_s - period;
  }
  if (text == "always" || text == "forever") {
    return fail(Code::usage,
                "a quorum's certificates have a beginning and an end: write +8h, or "
                "FROM:TO, instead of \"" +
                    std::string(text) + "\"");
  }
  return parse_date(text);
}

}  // namespace

Result<std::uint64_t> parse_period(std::string_view text) {
  std::uint64_t total = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end) return not_understood(text);
  while (at != end) {
    std::uint64_t count = 0;
    const auto [parsed_to, error] = std::from_chars(at, end, count);
    if (error != std::errc() || count > longest_period_s) return not_understood(text);
    const bool has_unit = parsed_to != end;
    const std::uint64_t unit = has_unit ? seconds_of_unit(*parsed_to) : 1;
    if (unit == 0 || count > longest_period_s / unit) return not_understood(text);
    total += count * unit;
    if (total > longest_period_s) return not_understood(text);
    at = has_unit ? parsed_to + 1 : parsed_to;
  }
  return total;
}

Result<Validity> parse_validity(std::string_view text, std::uint64_t now_s) {
  Validity validity{};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    if (!text.starts_with('+') && !text.ends_with('Z')) return not_understood(text);
    QUORATE_TRY(validity.before, parse_time(text, now_s));
    validity.after = now_s - std::min(now_s, backdate_s);
  } else {
    QUORATE_TRY(validity.after, parse_time(text.substr(0, colon), now_s));
    QUORATE_TRY(validity.before, parse_time(text.substr(colon + 1), now_s));
  }
  if (validity.after >= validity.before || validity.before <= now_s) {
    return fail(Code::usage, "a certificate with the validity \"" + std::string(text) +
                                 "\" would end before it begins, or has ended already");
  }
  return validity;
}

}  // namespace quorate::cli
