#include "proto/document/ssh_buffer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::bytes_of_hex;
using testing::code_of;

Code mpint_error(std::string_view hex, std::size_t limit = 100) {
  const Bytes bytes = bytes_of_hex(hex);
  return code_of(Reader(bytes).mpint(limit, "n"));
}

// RFC 4251 section 5 prints these.
TEST(SshBuffer, WritesTheMpintsOfTheRfc) {
  EXPECT_EQ(Writer().mpint({}).bytes(), bytes_of_hex("00000000"));
  EXPECT_EQ(Writer().mpint(bytes_of_hex("09a378f9b2e332a7")).bytes(),
            bytes_of_hex("0000000809a378f9b2e332a7"));
  EXPECT_EQ(Writer().mpint(bytes_of_hex("80")).bytes(), bytes_of_hex("000000020080"));
}

TEST(SshBuffer, DropsLeadingZerosOfAMagnitude) {
  EXPECT_EQ(Writer().mpint(bytes_of_hex("000000")).bytes(), bytes_of_hex("00000000"));
  EXPECT_EQ(Writer().mpint(bytes_of_hex("000001")).bytes(), bytes_of_hex("0000000101"));
}

TEST(SshBuffer, RefusesMpintsThatHaveAShorterFormOrAreNegative) {
  EXPECT_EQ(mpint_error("0000000180"), Code::malformed);
  EXPECT_EQ(mpint_error("00000002ff02"), Code::malformed);
  EXPECT_EQ(mpint_error("0000000100"), Code::malformed);
  EXPECT_EQ(mpint_error("00000002007f"), Code::malformed);
  EXPECT_EQ(mpint_error("000000030000ff"), Code::malformed);
}

TEST(SshBuffer, LimitsTheMagnitudeAndNotItsLeadingZero) {
  const Bytes fits = bytes_of_hex("00000003008001");
  EXPECT_TRUE(Reader(fits).mpint(2, "n").has_value());
  EXPECT_EQ(mpint_error("00000003010203", 2), Code::too_large);
  EXPECT_EQ(mpint_error("0000000401020304", 2), Code::too_large);
}

TEST(SshBuffer, ReadsIntegersBigEndian) {
  const Bytes bytes = bytes_of_hex("01020304050607080910111213");
  Reader reader(bytes);
  EXPECT_EQ(reader.u8("a").value(), 0x01);
  EXPECT_EQ(reader.u32("b").value(), 0x02030405u);
  EXPECT_EQ(reader.u64("c").value(), 0x0607080910111213u);
  EXPECT_TRUE(reader.finish("all").has_value());
}

TEST(SshBuffer, NeverReadsPastTheEnd) {
  const Bytes three = bytes_of_hex("000000");
  EXPECT_EQ(code_of(Reader(three).u32("a")), Code::malformed);
  EXPECT_EQ(code_of(Reader(three).u64("a")), Code::malformed);
  EXPECT_EQ(code_of(Reader({}).u8("a")), Code::malformed);
  const Bytes one_short = bytes_of_hex("000000036162");
  EXPECT_EQ(code_of(Reader(one_short).string(100, "a")), Code::malformed);
}

TEST(SshBuffer, ChecksTheLimitBeforeTheBytes) {
  const Bytes four_gigabytes = bytes_of_hex("ffffffff");
  EXPECT_EQ(code_of(Reader(four_gigabytes).string(100, "a")), Code::too_large);
}

TEST(SshBuffer, RefusesTextThatCouldMoveTheCursor) {
  for (const std::string_view hex :
       {"0000000100", "000000010a", "000000011b", "000000017f", "00000002c3a4"}) {
    const Bytes bytes = bytes_of_hex(hex);
    EXPECT_EQ(code_of(Reader(bytes).text(100, "a")), Code::malformed) << hex;
  }
}

TEST(SshBuffer, RefusesTrailingBytes) {
  const Bytes bytes = bytes_of_hex("0000000000");
  Reader reader(bytes);
  ASSERT_TRUE(reader.string(100, "a").has_value());
  EXPECT_EQ(code_of(reader.finish("all")), Code::malformed);
}

RC_GTEST_PROP(SshBufferProperty, WhatIsWrittenIsRead,
              (std::uint8_t a, std::uint32_t b, std::uint64_t c, Bytes d, Bytes e)) {
  const Bytes bytes = Writer().u8(a).string(d).u32(b).mpint(e).u64(c).bytes();
  Reader reader(bytes);
  RC_ASSERT(reader.u8("a").value() == a);
  const ByteView read_d = reader.string(d.size(), "d").value();
  RC_ASSERT(Bytes(read_d.begin(), read_d.end()) == d);
  RC_ASSERT(reader.u32("b").value() == b);
  const ByteView read_e = reader.mpint(e.size(), "e").value();
  RC_ASSERT((read_e.empty() || read_e.front() != 0));
  RC_ASSERT(Writer().mpint(read_e).bytes() == Writer().mpint(e).bytes());
  RC_ASSERT(reader.u64("c").value() == c);
  RC_ASSERT(reader.finish("all").has_value());
}

}  // namespace
}  // namespace quorate::ssh
