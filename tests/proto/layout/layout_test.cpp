#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/base/hex.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::layout {
namespace {

template <typename T>
Code code_of(const Result<T>& result) {
  return result ? Code::internal : result.error().code;
}

TEST(Writer, WritesBigEndianAndLengthsInFront) {
  Writer writer;
  writer.u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f);
  EXPECT_EQ(to_hex(writer.bytes()), "0102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(to_hex(Writer().str("ab").bytes()), "026162");
  EXPECT_EQ(to_hex(Writer().text("ab").bytes()), "00026162");
  EXPECT_EQ(to_hex(Writer().blob(Bytes{0xff}).bytes()), "00000001ff");
  EXPECT_EQ(to_hex(Writer().count(258).raw(Bytes{9}).bytes()), "010209");
}

RC_GTEST_PROP(Layout, IsReadAsItWasWritten,
              (std::uint8_t a, std::uint16_t b, std::uint32_t c, std::uint64_t d,
               const Bytes& blob)) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f));
  const Bytes written =
      Writer().u8(a).u16(b).u32(c).u64(d).blob(blob).text(text).str("name-1").bytes();
  Reader reader(written);
  RC_ASSERT(reader.u8("a").value() == a);
  RC_ASSERT(reader.u16("b").value() == b);
  RC_ASSERT(reader.u32("c").value() == c);
  RC_ASSERT(reader.u64("d").value() == d);
  const ByteView read = reader.blob(blob.size(), "blob").value();
  RC_ASSERT(std::equal(read.begin(), read.end(), blob.begin(), blob.end()));
  RC_ASSERT(reader.text(text.size(), "text").value() == text);
  RC_ASSERT(reader.name("name").value() == "name-1");
  RC_ASSERT(reader.finish("all").has_value());
}

// Whatever bytes come: no field reaches past the end, and what is read was there.
RC_GTEST_PROP(Reader, NeverLooksPastTheEnd, (const Bytes& bytes)) {
  Reader reader(bytes);
  while (reader.left() > 0) {
    const std::size_t before = reader.left();
    switch (*rc::gen::inRange(0, 7)) {
      case 0: RC_ASSERT(reader.u16("f").has_value() == (before >= 2)); break;
      case 1: RC_ASSERT(reader.u32("f").has_value() == (before >= 4)); break;
      case 2: RC_ASSERT(reader.u64("f").has_value() == (before >= 8)); break;
      case 3: RC_ASSERT(reader.array<3>("f").has_value() == (before >= 3)); break;
      case 4: static_cast<void>(reader.text(10, "f").has_value()); break;
      case 5: static_cast<void>(reader.blob(10, "f").has_value()); break;
      default: static_cast<void>(reader.name("f").has_value()); break;
    }
    RC_ASSERT(reader.left() <= before);
    if (reader.left() == before) RC_ASSERT(reader.u8("f").has_value());
  }
  RC_ASSERT(code_of(reader.u8("f")) == Code::malformed);
}

TEST(Reader, NamesTheFieldThatEndsEarly) {
  Reader reader(Bytes{});
  const auto missing = reader.u64("not_before");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Code::malformed);
  EXPECT_NE(missing.error().message.find("not_before"), std::string::npos);
}

TEST(Reader, RefusesTrailingBytes) {
  const Bytes bytes = {1, 2};
  Reader reader(bytes);
  ASSERT_TRUE(reader.u8("first").has_value());
  EXPECT_EQ(code_of(reader.finish("it")), Code::malformed);
  ASSERT_TRUE(reader.u8("second").has_value());
  EXPECT_TRUE(reader.finish("it").has_value());
}

TEST(Reader, KnowsEveryLimitBeforeItReads) {
  const Bytes long_text = from_hex("ffff").value();
  EXPECT_EQ(code_of(Reader(long_text).text(16, "f")), Code::too_large);
  EXPECT_EQ(code_of(Reader(long_text).text(0xffff, "f")), Code::malformed);
  const Bytes long_blob = from_hex("ffffffff").value();
  EXPECT_EQ(code_of(Reader(long_blob).blob(16, "f")), Code::too_large);
  EXPECT_EQ(code_of(Reader(long_blob).blob(0xffffffff, "f")), Code::malformed);
  EXPECT_EQ(code_of(Reader(long_text).count(64, "f")), Code::too_large);
  EXPECT_EQ(Reader(long_text).count(0xffff, "f").value(), 0xffff);
}

TEST(Reader, TextIsPrintableAscii) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const Bytes written = {0, 1, static_cast<std::uint8_t>(byte)};
    EXPECT_EQ(Reader(written).text(1, "f").has_value(), byte >= 0x20 && byte <= 0x7e) << byte;
  }
}

TEST(Reader, NamesAreShortLowerCaseAndDoNotBeginWithADash) {
  for (const std::string& good : {std::string("a"), std::string("0"), std::string("ssh-users"),
                                  std::string("a--"), std::string(63, 'z')}) {
    EXPECT_TRUE(is_name(good));
    EXPECT_EQ(Reader(Writer().str(good).bytes()).name("f").value(), good);
  }
  for (const std::string& bad :
       {std::string("-a"), std::string("A"), std::string("a_b"), std::string("a b"),
        std::string("\xc3\xa4"), std::string("a\0", 2), std::string(64, 'z')}) {
    const Bytes written = Writer().str(bad).bytes();
    EXPECT_FALSE(is_name(bad));
    EXPECT_EQ(code_of(Reader(written).name("f")), Code::malformed) << bad;
    EXPECT_EQ(code_of(Reader(written).name_or_empty("f")), Code::malformed) << bad;
  }
  const Bytes empty = {0};
  EXPECT_FALSE(is_name(""));
  EXPECT_EQ(code_of(Reader(empty).name("f")), Code::malformed);
  EXPECT_EQ(Reader(empty).name_or_empty("f").value(), "");
}

TEST(WriterDeathTest, LengthsThatDoNotFitAreOurOwnMistake) {
  EXPECT_DEATH(Writer().str(std::string(256, 'a')), "invariant broken");
  EXPECT_DEATH(Writer().text(std::string(65536, 'a')), "invariant broken");
  EXPECT_DEATH(Writer().text("\n"), "invariant broken");
  EXPECT_DEATH(Writer().count(65536), "invariant broken");
}

}  // namespace
}  // namespace quorate::layout
