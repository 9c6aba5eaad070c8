#include "crypto/base/code.h"

#include <set>

#include <gtest/gtest.h>

namespace quorate {
namespace {

TEST(Code, FromOneHundredOnEveryNumberIsReadBackAndBelowNoneIs) {
  std::set<std::string_view> names;
  for (std::uint32_t wire = 0; wire < 1000; ++wire) {
    const std::optional<Code> code = code_of_number(wire);
    if (!code) continue;
    EXPECT_GE(wire, 100U);
    EXPECT_EQ(number(*code), wire);
    EXPECT_TRUE(names.insert(name(*code)).second) << name(*code);
  }
  EXPECT_EQ(names.size(), 64U);  // as many as code.h has from 100 on: none is forgotten
}

// Other implementations rely on these pairs: docs/protocol.md lists them.
TEST(Code, NumbersAndNamesAreTheProtocols) {
  EXPECT_EQ(code_of_number(100), Code::malformed);
  EXPECT_EQ(code_of_number(202), Code::signature_invalid);
  EXPECT_EQ(code_of_number(307), Code::rate_limited);
  EXPECT_EQ(code_of_number(410), Code::commitments_malformed);
  EXPECT_EQ(code_of_number(511), Code::limits);
  EXPECT_EQ(code_of_number(65536 + 100), std::nullopt);  // not truncated on the way in
  EXPECT_EQ(name(Code::nonce_unknown), "nonce_unknown");
  EXPECT_EQ(name(Code::share_invalid), "share_invalid");
}

TEST(Code, WhatStaysOnThisMachineIsNotReadFromTheWire) {
  for (const Code local : {Code::wrong_participants, Code::threshold_invalid, Code::usage,
                           Code::equivocation, Code::token_absent, Code::nonce_spent}) {
    EXPECT_LT(number(local), 100);
    EXPECT_EQ(code_of_number(number(local)), std::nullopt);
  }
}

}  // namespace
}  // namespace quorate
