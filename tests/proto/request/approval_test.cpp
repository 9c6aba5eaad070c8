#include "proto/request/approval.h"

#include <gtest/gtest.h>

#include "tests/proto/request/people.h"

namespace quorate::request {
namespace {

using testing::code_of;

Approval an_approval() { return testing::approval_of(testing::statement_of("ssh-user")); }

Approval from_until(std::uint64_t time, std::uint64_t expires) {
  Approval approval = an_approval();
  approval.time = time;
  approval.expires = expires;
  return approval;
}

TEST(Approval, DecodesToWhatWasEncoded) {
  EXPECT_EQ(decode_approval(encode(an_approval())).value(), an_approval());
}

TEST(Approval, OfAnotherSizeIsNoEvidence) {
  const auto bytes = encode(an_approval());
  EXPECT_EQ(code_of(decode_approval(ByteView(bytes).first(111))), Code::evidence_malformed);
  EXPECT_EQ(code_of(decode_approval(testing::joined({bytes, ByteArray<1>{}}))),
            Code::evidence_malformed);
}

TEST(Approval, AfterTheYear9999IsMalformed) {
  constexpr std::uint64_t last = statement::last_second;
  EXPECT_FALSE(code_of(decode_approval(encode(from_until(last, last)))));
  EXPECT_EQ(code_of(decode_approval(encode(from_until(last + 1, last)))), Code::malformed);
  EXPECT_EQ(code_of(decode_approval(encode(from_until(last, last + 1)))), Code::malformed);
}

TEST(Approval, CountsFromTwoMinutesBeforeItsTimeUntilItExpires) {
  const Approval approval = from_until(1'000, 2'000);
  EXPECT_EQ(code_of(check_time(approval, 879)), Code::approval_expired);
  EXPECT_FALSE(code_of(check_time(approval, 880)));
  EXPECT_FALSE(code_of(check_time(approval, 1'999)));
  EXPECT_EQ(code_of(check_time(approval, 2'000)), Code::approval_expired);
}

TEST(Approval, CountsForAtMostSevenDays) {
  EXPECT_FALSE(code_of(check_time(from_until(1'000, 1'000 + longest_approval_s), 1'000)));
  EXPECT_EQ(code_of(check_time(from_until(1'000, 1'001 + longest_approval_s), 1'000)),
            Code::approval_expired);
}

TEST(Approval, ThatExpiresBeforeItsTimeNeverWraps) {
  EXPECT_FALSE(code_of(check_time(from_until(1'000, 950), 900)));
  EXPECT_EQ(code_of(check_time(from_until(1'000, 0), 900)), Code::approval_expired);
}

}  // namespace
}  // namespace quorate::request
