#include "node/oidc/cache_control.h"

#include <algorithm>
#include <string>

namespace quorate::oidc {
namespace {

constexpr std::size_t longest_number = 9;  // thirty years

std::string lower_case_without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::optional<std::uint64_t> max_age_of(std::string_view cache_control) {
  constexpr std::string_view name = "max-age=";
  std::optional<std::uint64_t> found;
  std::string_view rest = cache_control;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string directive = lower_case_without_blanks(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (directive == "no-store" || directive == "no-cache") return 0;
    if (!directive.starts_with(name)) continue;
    const std::string digits = directive.substr(name.size());
    const bool is_number = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
      return c >= '0' && c <= '9';
    });
    if (!is_number) continue;
    const std::uint64_t seconds =
        std::stoull(digits.size() > longest_number ? std::string(longest_number, '9') : digits);
    found = std::min(found.value_or(seconds), seconds);
  }
  return found;
}

}  // namespace quorate::oidc
