#include "sim/availability/incidents.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace quorate::sim::availability {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end || text.front() == '-') return std::nullopt;
  return value;
}

// Days since 1970-01-01 of a date of the Gregorian calendar, from March on so that the leap day
// comes last.
std::int64_t days_of(std::int64_t year_number, std::int64_t month, std::int64_t day_of_month) {
  const std::int64_t y = month <= 2 ? year_number - 1 : year_number;
  const std::int64_t shifted = month <= 2 ? month + 9 : month - 3;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day_of_month - 1 - 719468;
}

// 2025-01-14T02:10Z, in minutes.
std::optional<std::int64_t> minutes_of(std::string_view text) {
  if (text.size() != 17 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != 'Z') {
    return std::nullopt;
  }
  const auto y = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto of_month = number(text.substr(8, 2));
  const auto hours = number(text.substr(11, 2));
  const auto minutes = number(text.substr(14, 2));
  if (!y || !month || !of_month || !hours || !minutes || *y < 1970 || *month < 1 || *month > 12 ||
      *of_month < 1 || *of_month > 31 || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  return (days_of(*y, *month, *of_month) * 24 + *hours) * 60 + *minutes;
}

Time mean(const std::vector<Time>& lengths) {
  Time sum = 0;
  for (const Time length : lengths) sum += length / lengths.size();
  return sum;
}

}  // namespace

Result<Breaking> incidents_of(std::string_view text, const std::string& file) {
  const auto wrong = [&](std::size_t line, const std::string& what) {
    return fail(Code::configuration, file + ":" + std::to_string(line) + ": expected " + what);
  };
  Breaking made;
  made.up.shape = made.down.shape = Spread::Shape::incidents;
  std::optional<std::int64_t> last;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#') || (!last && line == "began,ended")) {
      continue;
    }
    const std::size_t comma = std::min(line.find(','), line.size());
    const auto began = minutes_of(line.substr(0, comma));
    const auto ended = minutes_of(line.substr(std::min(comma + 1, line.size())));
    if (!began || !ended) return wrong(line_number, "\"2025-01-14T02:10Z,2025-01-14T06:45Z\"");
    if (*ended <= *began || (last && *began <= *last)) {
      return wrong(line_number, "an incident that ends after it began, and begins after the last");
    }
    if (last) made.up.seen.push_back(static_cast<Time>(*began - *last) * minute);
    made.down.seen.push_back(static_cast<Time>(*ended - *began) * minute);
    if (made.down.seen.size() > 10'000) return wrong(line_number, "at most 10,000 incidents");
    last = ended;
  }
  if (made.down.seen.size() < 3) return wrong(line_number, "at least three incidents");
  made.up.mean = mean(made.up.seen);
  made.down.mean = mean(made.down.seen);
  return made;
}

}  // namespace quorate::sim::availability
