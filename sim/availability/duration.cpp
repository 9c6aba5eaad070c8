#include <array>
#include <charconv>
#include <optional>

#include "sim/availability/scenario.h"

namespace quorate::sim::availability {
namespace {

struct Unit {
  std::string_view name;
  Time length;
};
// The longer names first: the others end like them.
constexpr std::array<Unit, 9> units = {{{"ns", 1},
                                        {"us", microsecond},
                                        {"ms", millisecond},
                                        {"s", second},
                                        {"m", minute},
                                        {"h", hour},
                                        {"d", day},
                                        {"w", week},
                                        {"y", year}}};

std::optional<std::uint64_t> digits(std::string_view text) {
  constexpr std::size_t most = 9;
  if (text.empty() || text.size() > most) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Time> duration_of(std::string_view text) {
  constexpr Time longest = 500 * year;
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    const std::string_view number = text.substr(0, text.size() - unit.name.size());
    const std::size_t point = number.find('.');
    const auto whole = digits(number.substr(0, point));
    if (!whole || *whole > longest / unit.length) return std::nullopt;
    Time value = *whole * unit.length;
    if (point != std::string_view::npos) {
      const std::string_view decimals = number.substr(point + 1);
      const auto fraction = digits(decimals);
      if (!fraction || decimals.size() > 3) return std::nullopt;
      Time scale = 1;
      for (std::size_t i = 0; i < decimals.size(); ++i) scale *= 10;
      value += *fraction * (unit.length / scale);
    }
    return value;
  }
  return std::nullopt;
}

std::optional<Threshold> threshold_of(std::string_view text) {
  const std::size_t middle = text.find("of");
  if (middle == std::string_view::npos) return std::nullopt;
  const auto threshold = digits(text.substr(0, middle));
  const auto members = digits(text.substr(middle + 2));
  if (!threshold || !members || *threshold < 2 || *threshold > *members || *members > nodes_limit) {
    return std::nullopt;
  }
  return Threshold{static_cast<std::uint16_t>(*threshold), static_cast<std::uint16_t>(*members)};
}

}  // namespace quorate::sim::availability
