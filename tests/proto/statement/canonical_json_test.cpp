#include "proto/statement/canonical_json.h"

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/proto/statement/vectors.h"

namespace quorate::statement {
namespace {

using testing::code_of;

std::optional<Code> code_of_text(std::string_view text) {
  return code_of(parse_canonical(bytes_of(text)));
}

class NotCanonical : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NotCanonical, IsMalformed) { EXPECT_EQ(code_of_text(GetParam()), Code::malformed); }

INSTANTIATE_TEST_SUITE_P(
    Json, NotCanonical,
    ::testing::Values("", " ", "{", "[]", "1", "null", "\"a\"",                    // no object
                      "{} ", " {}", "{\n}", R"({"a": 1})",                         // blanks
                      R"({"b":1,"a":1})", R"({"a":1,"a":1})", R"({"a":1,"a":2})",  // keys
                      R"({"a":1.0})", R"({"a":1e3})", R"({"a":-0})", R"({"a":-0.0})", R"({"a":01})",
                      R"({"a":+1})", R"({"a":1e999})", R"({"a":NaN})", R"({"a":9007199254740992})",
                      R"({"a":-9007199254740992})",
                      R"({"a":18446744073709551616})",  // numbers
                      R"({"a":"\/"})", R"({"a":"\u0041"})", R"({"a":"\u000A"})",
                      R"({"a":"\u000a"})", R"({"a":"\u001F"})", R"({"a":"\ud83d\ude00"})",
                      R"({"a":"\ud83d"})", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}",
                      "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}",  // texts
                      "\xef\xbb\xbf{}", "{}\n", "{}{}", R"({"a":1,})", R"({"a":[1,]})",
                      R"({"a":1}//)", R"({/**/"a":1})", "{'a':1}", std::string_view("{}\0", 3)));

TEST(CanonicalJson, HasWhatOurStatementsNeed) {
  for (const std::string_view text :
       {"{}", R"({"a":1,"b":-1,"c":[],"d":{},"e":[1,"x",true,false,null]})",
        R"({"a":9007199254740991,"b":-9007199254740991,"c":0})", R"({"":"","A":1,"a":1,"é":"Ω"})",
        R"({"a":"\"\\\b\t\n\f\r\u0000\u001f/"})", "{\"a\":\"\x7f\xf0\x9f\x98\x80\"}"}) {
    const auto value = parse_canonical(bytes_of(text));
    ASSERT_TRUE(value.has_value()) << text << ": " << value.error().message;
    EXPECT_EQ(canonical(*value), text);
  }
}

TEST(CanonicalJson, SortsKeysByByte) {
  EXPECT_FALSE(code_of_text("{\"z\":1,\"\xc3\xa9\":1}"));
  EXPECT_EQ(code_of_text("{\"\xc3\xa9\":1,\"z\":1}"), Code::malformed);
  EXPECT_EQ(code_of_text(R"({"ab":1,"a":1})"), Code::malformed);
}

TEST(CanonicalJson, NestedTooDeeplyIsTooLargeAndDoesNotEndTheStack) {
  const auto nested = [](std::size_t arrays) {
    return "{\"a\":" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
  };
  EXPECT_FALSE(code_of_text(nested(json_depth_limit - 1)));
  EXPECT_EQ(code_of_text(nested(json_depth_limit)), Code::too_large);
  EXPECT_EQ(code_of_text("{\"a\":" + std::string(768 * 1024, '[')), Code::too_large);
}

RC_GTEST_PROP(CanonicalJson, IsReadAsItWasWritten, ()) {
  const auto numbers = *rc::gen::container<std::map<std::string, std::int32_t>>(
      rc::gen::container<std::string>(rc::gen::inRange<char>(0, 0x7f)),
      rc::gen::arbitrary<std::int32_t>());
  const nlohmann::json value(numbers);
  if (!value.is_object()) return;
  const std::string text = canonical(value);
  const auto read = parse_canonical(bytes_of(text));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == value);
}

}  // namespace
}  // namespace quorate::statement
