#include "sim/field/residue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace quorate::sim {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t p = 2305843009213693951;

std::uint64_t any() { return *rc::gen::arbitrary<std::uint64_t>() % p; }

ByteArray<32> little_endian(std::uint64_t number) {
  ByteArray<32> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return bytes;
}

TEST(Residue, WrapsAroundAtTheModulus) {
  EXPECT_EQ(Residue(p).value(), 0u);
  EXPECT_EQ(Residue(p + 1).value(), 1u);
  EXPECT_EQ(Residue(~std::uint64_t{0}).value(), 7u);  // 2^64 - 1 = 8 (2^61 - 1) + 7
  EXPECT_EQ((Residue(p - 1) + Residue(p - 1)).value(), p - 2);
  EXPECT_EQ((Residue(0) - Residue(1)).value(), p - 1);
  EXPECT_EQ((Residue(p - 1) * Residue(p - 1)).value(), 1u);
}

RC_GTEST_PROP(Residue, CalculatesAsDivisionWithRemainderDoes, ()) {
  const std::uint64_t a = any();
  const std::uint64_t b = any();
  RC_ASSERT((Residue(a) + Residue(b)).value() == static_cast<std::uint64_t>((Wide{a} + b) % p));
  RC_ASSERT((Residue(a) - Residue(b)).value() == static_cast<std::uint64_t>((Wide{a} + p - b) % p));
  RC_ASSERT((Residue(a) * Residue(b)).value() == static_cast<std::uint64_t>((Wide{a} * b) % p));
  if (a != 0) RC_ASSERT(Residue(a) * Residue(a).inverted() == Residue(1));
}

RC_GTEST_PROP(Residue, ReducesSixtyFourBytesDigitByDigit, ()) {
  ByteArray<64> wide;
  for (std::uint8_t& byte : wide) byte = *rc::gen::arbitrary<std::uint8_t>();
  std::uint64_t expected = 0;
  for (std::size_t at = wide.size(); at-- > 0;) {
    expected = static_cast<std::uint64_t>((Wide{expected} * 256 + wide[at]) % p);
  }
  RC_ASSERT(Residue::reduce(wide).value() == expected);
}

TEST(Residue, HasOneEncoding) {
  EXPECT_EQ(Residue(0x0102030405060708).bytes(), little_endian(0x0102030405060708));
  EXPECT_EQ(Residue::parse(little_endian(p - 1)), Residue(p - 1));
  EXPECT_EQ(Residue::parse(little_endian(p)), std::nullopt);
  EXPECT_EQ(Residue::parse(little_endian(~std::uint64_t{0})), std::nullopt);
  for (std::size_t at = 8; at < 32; ++at) {
    ByteArray<32> longer = little_endian(5);
    longer[at] = 1;
    EXPECT_EQ(Residue::parse(longer), std::nullopt) << at;
  }
}

}  // namespace
}  // namespace quorate::sim
