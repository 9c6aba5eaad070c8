// Whatever a line holds, the answer is one line, and the program goes on with the next.

#include <gtest/gtest.h>

#include "tests/tool/program_in_a_pipe.h"

namespace quorate::primitives {
namespace {

using nlohmann::json;

const std::string base = "5866666666666666666666666666666666666666666666666666666666666666";
const std::string good = R"({"op":"point.parse","point":")" + base + R"("})";

class HostileLines : public ::testing::Test {
 protected:
  ProgramInAPipe program_;

  void expect_usage(const std::string& line) {
    const json answer = program_.ask_line(line);
    ASSERT_TRUE(answer.contains("error")) << line.substr(0, 200);
    EXPECT_EQ(answer["error"]["code"], "usage") << line.substr(0, 200) << answer;
    EXPECT_EQ(program_.ask_line(good), json({{"point", base}})) << "and goes on";
  }
  // In place of the member list of an operation.
  void expect_usage_for_set(const std::string& set) {
    expect_usage(R"({"op":"frost.lagrange","identifier":1,"set":)" + set + "}");
  }
};

TEST_F(HostileLines, ThatAreNoObject) {
  for (const char* line : {"", " ", "\t", "nonsense", "[]", "1", "\"op\"", "null", "{", "}", "{}",
                           "{}{}", R"({"op":"point.parse",})", R"({'op':'point.parse'})",
                           "// point", R"([{"op":"point.parse"}])"}) {
    expect_usage(line);
  }
  expect_usage("\xef\xbb\xbf" + good);  // a byte order mark
  expect_usage(good + " " + good);
  expect_usage(good + std::string(1, '\0'));
  expect_usage(good + std::string(1, '\0') + "more");
}

TEST_F(HostileLines, WithUnknownOrMissingNames) {
  expect_usage(R"({"op":"point.forge","point":")" + base + R"("})");
  expect_usage(R"({"op":7,"point":")" + base + R"("})");
  expect_usage(R"({"point":")" + base + R"("})");
  expect_usage(R"({"op":"point.parse"})");
  expect_usage(R"({"op":"point.parse","point":")" + base + R"(","more":1})");
  expect_usage(R"({"op":"point.parse","Point":")" + base + R"("})");
  expect_usage(R"({"op":"frost.lagrange","identifier":1,"set":[1],"x":0,"y":0})");
}

TEST_F(HostileLines, WithTheSameKeyTwice) {
  expect_usage(R"({"op":"point.parse","point":")" + base + R"(","point":")" + base + R"("})");
  expect_usage(R"({"op":"point.parse","op":"point.parse","point":")" + base + R"("})");
  expect_usage(R"({"op":"point.parse","point":")" + base + R"(","\u0070oint":")" + base + R"("})");
  const std::string commitment =
      R"({"identifier":1,"identifier":1,"hiding":")" + base + R"(","binding":")" + base + R"("})";
  expect_usage(R"({"op":"frost.check","identifier":1,"partial":"00","verification_share":")" +
               base + R"(","group_key":")" + base + R"(","message":"","commitments":[)" +
               commitment + "]}");
}

TEST_F(HostileLines, WithStrangersInListEntries) {
  const auto check = [](const std::string& entry) {
    return R"({"op":"frost.check","identifier":1,"partial":")" + std::string(64, '0') +
           R"(","verification_share":")" + base + R"(","group_key":")" + base +
           R"(","message":"","commitments":[)" + entry + "]}";
  };
  const std::string points = R"("hiding":")" + base + R"(","binding":")" + base + R"(")";
  expect_usage(check(R"({"identifier":1,"more":0,)" + points + "}"));
  expect_usage(check(R"({"hiding":")" + base + R"("})"));
  expect_usage(check("7"));
  expect_usage(check("null"));
}

TEST_F(HostileLines, WithHexThatIsNotOurs) {
  for (const std::string& hex : {base.substr(1), "X" + base.substr(1), "5866E6" + base.substr(6),
                                 base + " ", "0x" + base.substr(2)}) {
    expect_usage(R"({"op":"point.parse","point":")" + hex + R"("})");
  }
  expect_usage(R"({"op":"point.parse","point":7})");
  expect_usage(R"({"op":"point.parse","point":null})");
  expect_usage(R"({"op":"point.parse","point":[")" + base + R"("]})");
}

TEST_F(HostileLines, WithNumbersThatAreNoIntegersInRange) {
  for (const char* set : {"[1.0]", "[1e0]", "[-1]", "[4294967296]", "[99999999999999999999]",
                          "[\"1\"]", "[true]", "[null]", "[01]", "[+1]", "[NaN]", "{}", "1"}) {
    expect_usage_for_set(set);
  }
  expect_usage(R"({"op":"frost.lagrange","identifier":1,"set":[1],"x":65536})");
  expect_usage(R"({"op":"frost.lagrange","identifier":1,"set":[1],"x":-1})");
}

TEST_F(HostileLines, ThatAreNoUtf8) {
  for (const char* text : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
                           R"(\ud800)", R"(\udc00\ud800)"}) {
    expect_usage(R"({"op":"ceremony.hash","label":")" + std::string(text) + R"(","data":""})");
    expect_usage(R"({"op":"ceremony.hash","label":"a","data":"",")" + std::string(text) +
                 R"(":""})");
  }
}

TEST_F(HostileLines, NestedDeeperThanSixteen) {
  const auto nested = [](std::size_t depth) {  // in all: the object, and lists inside it
    return R"({"op":"frost.lagrange","identifier":1,"set":)" + std::string(depth - 1, '[') +
           std::string(depth - 1, ']') + "}";
  };
  const json within = program_.ask_line(nested(16));
  EXPECT_EQ(within["error"]["message"].get<std::string>().find("nested"), std::string::npos);
  const json beyond = program_.ask_line(nested(17));
  EXPECT_NE(beyond["error"]["message"].get<std::string>().find("nested"), std::string::npos);
  expect_usage(nested(17));
  expect_usage(std::string(100'000, '['));
}

TEST_F(HostileLines, OfMoreThanSixtyFourMebibytes) {
  constexpr std::size_t limit = std::size_t{64} * 1024 * 1024;
  std::string line = good;
  line.resize(limit, ' ');
  EXPECT_EQ(program_.ask_line(line), json({{"point", base}}));
  line.push_back(' ');
  expect_usage(line);
}

TEST_F(HostileLines, SpaceAroundAnObjectIsFine) {
  EXPECT_EQ(program_.ask_line("  " + good + " \t\r"), json({{"point", base}}));
}

TEST_F(HostileLines, TheLastLineNeedsNoEnd) {
  EXPECT_EQ(program_.end_with(good), R"({"point":")" + base + "\"}\n");
  EXPECT_EQ(program_.exit_status(), 0);
}

TEST_F(HostileLines, NothingIsAnsweredWithNothing) {
  EXPECT_EQ(program_.end_with(""), "");
  EXPECT_EQ(program_.exit_status(), 0);
}

}  // namespace
}  // namespace quorate::primitives
