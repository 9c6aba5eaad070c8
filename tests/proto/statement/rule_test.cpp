// The language in which bundles and access policies say who must vouch.

#include "proto/statement/rule.h"

#include <optional>

#include <gtest/gtest.h>

#include "tests/proto/statement/vectors.h"

namespace quorate::statement {
namespace {

std::optional<Code> code_of(std::string_view text) {
  const auto rule = Rule::parse(text);
  return rule ? std::nullopt : std::optional(rule.error().code);
}

bool is_met(std::string_view text, const std::set<std::string>& vouched) {
  return Rule::parse(text).value().is_met(vouched);
}

TEST(Rule, CountsWhoVouched) {
  const std::string rule = "2 of (eu, us, corp-idp) and 1 of (oncall-1, oncall-2)";
  EXPECT_TRUE(is_met(rule, {"eu", "us", "oncall-1"}));
  EXPECT_TRUE(is_met(rule, {"corp-idp", "us", "oncall-1", "oncall-2"}));
  EXPECT_FALSE(is_met(rule, {"eu", "oncall-1", "oncall-2"}));
  EXPECT_FALSE(is_met(rule, {"eu", "us", "corp-idp"}));
  EXPECT_FALSE(is_met(rule, {}));
  EXPECT_FALSE(is_met(rule, {"somebody", "else", "eu"}));
  EXPECT_EQ(Rule::parse(rule).value().names(),
            (std::set<std::string>{"corp-idp", "eu", "oncall-1", "oncall-2", "us"}));
}

TEST(Rule, RulesStandWithinRules) {
  const std::string rule = "2 of (a, 2 of (b, c), d and e)";
  EXPECT_TRUE(is_met(rule, {"a", "b", "c"}));
  EXPECT_TRUE(is_met(rule, {"b", "c", "d", "e"}));
  EXPECT_FALSE(is_met(rule, {"a", "b", "d"}));
  EXPECT_TRUE(is_met("a", {"a"}));
  EXPECT_FALSE(is_met("a and b", {"a"}));
}

TEST(Rule, BlanksAreFreeAndNamesMayBeNumbers) {
  EXPECT_TRUE(is_met(" 1 of(a ,b)and c ", {"b", "c"}));
  EXPECT_TRUE(is_met("1 of (2, 3)", {"3"}));
  EXPECT_TRUE(is_met("2", {"2"}));
  EXPECT_TRUE(is_met("2 and off", {"2", "off"}));
}

TEST(Rule, WhatIsNoneIsRefused) {
  for (const char* text : {"",
                           " ",
                           "and",
                           "of",
                           "a and",
                           "and a",
                           "a b",
                           "a,b",
                           "a or b",
                           "1 of a",
                           "1 of (a",
                           "1 of ()",
                           "1 of (a,)",
                           "1 of (a) b",
                           "of (a)",
                           "x of (a)",
                           "0 of (a)",
                           "2 of (a)",
                           "3 of (a, b)",
                           "01 of (a)",
                           "1 of (of)",
                           "1 of (a, and)",
                           "A",
                           "-a",
                           "a_b",
                           "a)",
                           "99999 of (a)",
                           "1 of 1 of (a)",
                           "a and\nb",
                           "a, ",
                           "((a))",
                           "1 of (2 of (a))"}) {
    EXPECT_EQ(code_of(text), Code::malformed) << text;
  }
}

TEST(Rule, NameStandsThereOnce) {
  EXPECT_EQ(code_of("a and a"), Code::malformed);
  EXPECT_EQ(code_of("2 of (a, a)"), Code::malformed);
  EXPECT_EQ(code_of("1 of (a, b) and 1 of (a, c)"), Code::malformed);
}

TEST(Rule, DepthAndLengthAreLimited) {
  const auto nested = [](std::size_t depth) {
    std::string out = "a";
    for (std::size_t i = 0; i < depth; ++i) out = "1 of (" + out + ")";
    return out;
  };
  EXPECT_EQ(code_of(nested(8)), std::nullopt);
  EXPECT_EQ(code_of(nested(9)), Code::too_large);
  EXPECT_EQ(code_of(nested(1000)), Code::too_large);
  EXPECT_EQ(code_of(std::string(8193, 'a')), Code::too_large);
}

TEST(Rule, ErrorsSayWhere) {
  EXPECT_EQ(Rule::parse("1 of (a, 3 of (b, c))").error().message,
            "the rule, byte 10: 3 of 2 can't be met");
}

}  // namespace
}  // namespace quorate::statement
