#include "crypto/base/hex.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace quorate {
namespace {

RC_GTEST_PROP(Hex, ReadsBackWhatItWrote, (const Bytes& bytes)) {
  const std::string text = to_hex(bytes);
  RC_ASSERT(text.size() == 2 * bytes.size());
  RC_ASSERT(from_hex(text).value() == bytes);
}

RC_GTEST_PROP(Hex, AcceptsNoTextButItsOwn, (const std::string& text)) {
  const Result<Bytes> bytes = from_hex(text);
  if (bytes) RC_ASSERT(to_hex(*bytes) == text);
  if (!bytes) RC_ASSERT(bytes.error().code == Code::malformed);
}

TEST(Hex, WritesLowerCase) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9f, 0xaB}), "009fab");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, RefusesEveryOtherForm) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"0"sv, "abc"sv, "AB"sv, "aB"sv, "0x00"sv, "g0"sv, " 00"sv,
                                      "00 "sv, "00\n"sv, "00:00"sv, "\0\0"sv, "00\0\0"sv}) {
    const Result<Bytes> bytes = from_hex(text);
    ASSERT_FALSE(bytes.has_value()) << text;
    EXPECT_EQ(bytes.error().code, Code::malformed);
  }
}

TEST(Hex, OfOneSizeRefusesEveryOtherSize) {
  EXPECT_EQ(from_hex_exactly<2>("beef").value(), (ByteArray<2>{0xbe, 0xef}));
  for (const std::string_view text : {"", "be", "beefbe", "bee", "BEEF"}) {
    const auto bytes = from_hex_exactly<2>(text);
    ASSERT_FALSE(bytes.has_value()) << text;
    EXPECT_EQ(bytes.error().code, Code::malformed);
  }
}

}  // namespace
}  // namespace quorate
