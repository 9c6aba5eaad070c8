// Who must vouch: `2 of (eu, us, corp-idp) and 1 of (oncall-1, oncall-2)`.
//
//   rule = term { "and" term }
//   term = NAME | N "of" "(" rule { "," rule } ")"
//
// NAME is in the form of a root's name and neither `of` nor `and`; N is decimal without leading
// zeros; blanks between tokens are free. A name stands in a rule once: else `1 of (a, b) and
// 1 of (a, c)` would be met by `a` alone.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::statement {

inline constexpr std::size_t rule_depth_limit = 8;  // of parentheses within each other
inline constexpr std::size_t rule_length_limit = 8192;

class Rule {
 public:
  // `malformed` says at which byte, and what was expected: an N of 0 or above the count of its
  // members too, and a name that stands there twice. `too_large` beyond the limits.
  [[nodiscard]] static Result<Rule> parse(std::string_view text);

  // Whether these roots are enough. Names that the rule does not know count for nothing.
  bool is_met(const std::set<std::string>& vouched) const;

  const std::set<std::string>& names() const { return names_; }

 private:
  // A name, or `needed` of the parts.
  struct Term {
    std::string name;
    std::size_t needed = 0;
    std::vector<Term> parts;
  };
  class Parser;
  static bool is_met(const Term& term, const std::set<std::string>& vouched);

  Term whole_;
  std::set<std::string> names_;
};

}  // namespace quorate::statement
