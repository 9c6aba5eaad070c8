#include "proto/request/request.h"

#include <rapidcheck/gtest.h>

#include "proto/layout/writer.h"
#include "proto/statement/statement.h"
#include "tests/proto/request/people.h"

namespace quorate::request {
namespace {

using testing::code_of;
using testing::request_with;
using testing::statement_bytes;

Evidence any_evidence() {
  const auto size = *rc::gen::inRange<std::size_t>(0, 40);
  return {*rc::gen::element<std::uint8_t>(1, 2, 3, 9),
          *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>())};
}

Request any_request() {
  Request request{statement_bytes("file"), {}};
  const auto count = *rc::gen::inRange<int>(0, 17);
  for (int i = 0; i < count; ++i) {
    RC_ASSERT(add(request, any_evidence()).has_value());
  }
  return request;
}

// The layout, without any of encode()'s guards.
Bytes raw(ByteView statement, const std::vector<Evidence>& evidence) {
  layout::Writer out;
  out.u8(1).blob(statement).count(evidence.size());
  for (const Evidence& one : evidence) out.u8(one.type).blob(one.data);
  return std::move(out).bytes();
}

std::optional<Code> code_of_raw(const std::vector<Evidence>& evidence) {
  return code_of(decode(raw(statement_bytes("file"), evidence)));
}

RC_GTEST_PROP(Request, DecodesToWhatWasEncoded, ()) {
  const Request request = any_request();
  RC_ASSERT(decode(encode(request)).value() == request);
  RC_ASSERT(decode_armour(armour(request)).value() == request);
}

RC_GTEST_PROP(Request, HasOneEncoding, ()) {
  Bytes bytes = encode(any_request());
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[position] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const auto decoded = decode(bytes);
  if (decoded) RC_ASSERT(encode(*decoded) == bytes);
}

RC_GTEST_PROP(Request, IsTheSameInWhateverOrderEvidenceCame, ()) {
  const Request request = any_request();
  Request other{request.statement, {}};
  std::vector<Evidence> backwards(request.evidence.rbegin(), request.evidence.rend());
  for (const Evidence& evidence : backwards) RC_ASSERT(add(other, evidence).has_value());
  for (const Evidence& evidence : request.evidence) RC_ASSERT(add(other, evidence).has_value());
  RC_ASSERT(other == request);
}

TEST(Request, ThatACoordinatorReordersOrRepeatsIsMalformed) {
  const Evidence a{1, {1}};
  const Evidence b{1, {2}};
  const Evidence c{2, {0}};
  EXPECT_FALSE(code_of_raw({a, b, c}));
  EXPECT_EQ(code_of_raw({b, a, c}), Code::malformed);
  EXPECT_EQ(code_of_raw({c, a, b}), Code::malformed);
  EXPECT_EQ(code_of_raw({a, a, b}), Code::malformed);
}

TEST(Request, OrdersDataAsBytesAndNotByLength) {
  EXPECT_FALSE(code_of_raw({{1, {1, 2}}, {1, {2}}}));
  EXPECT_EQ(code_of_raw({{1, {2}}, {1, {1, 2}}}), Code::malformed);
  EXPECT_FALSE(code_of_raw({{1, {1}}, {1, {1, 0}}}));
  EXPECT_FALSE(code_of_raw({{1, {0x7f}}, {1, {0x80}}}));
}

TEST(Request, LimitsEachTypeOfEvidence) {
  const std::map<std::uint8_t, std::size_t> limits{{1, 4096}, {2, 4208}, {3, 8192}, {9, 8192}};
  for (const auto& [type, limit] : limits) {
    EXPECT_FALSE(code_of_raw({{type, Bytes(limit)}}));
    EXPECT_EQ(code_of_raw({{type, Bytes(limit + 1)}}), Code::too_large);
    Request request{statement_bytes("file"), {}};
    EXPECT_EQ(code_of(add(request, {type, Bytes(limit + 1)})), Code::too_large);
    EXPECT_TRUE(request.evidence.empty());
  }
}

TEST(Request, HoldsAtMostSixteenPiecesOfEvidence) {
  std::vector<Evidence> evidence;
  for (std::uint8_t i = 0; i < 16; ++i) evidence.push_back({3, {i}});
  Request request = request_with(statement_bytes("file"), evidence);
  EXPECT_EQ(decode(encode(request)).value(), request);
  EXPECT_EQ(code_of(add(request, {3, {16}})), Code::too_large);
  EXPECT_TRUE(add(request, {3, {15}}).has_value());  // there already
  evidence.push_back({3, {16}});
  EXPECT_EQ(code_of_raw(evidence), Code::too_large);
}

TEST(Request, IsAtMost64KiBLargerThanItsStatementMayBe) {
  // A statement of 64 KiB and tokens of 64 KiB together are just too much.
  Bytes statement(64 * 1024);
  statement[1] = 3;
  std::vector<Evidence> evidence;
  for (std::uint8_t i = 0; i < 8; ++i) {
    Bytes data(8192);
    data[0] = i;
    evidence.push_back({3, data});
  }
  EXPECT_EQ(code_of(decode(raw(statement, evidence))), Code::too_large);
  Request request{statement, {}};
  for (std::size_t i = 0; i < 7; ++i) EXPECT_TRUE(add(request, evidence[i]).has_value());
  EXPECT_EQ(code_of(add(request, evidence[7])), Code::too_large);
  statement[1] = 6;  // a revocation list may be larger
  EXPECT_FALSE(code_of(decode(raw(statement, evidence))));
  EXPECT_EQ(code_of(decode(Bytes(832 * 1024 + 1))), Code::too_large);
}

TEST(Request, WithAnApprovalAfterTheYear9999IsMalformed) {
  Approval approval = testing::approval_of(testing::statement_of("file"));
  approval.expires = ~std::uint64_t{0};
  Bytes data;
  append(data, encode(approval));
  EXPECT_EQ(code_of_raw({{2, data}}), Code::malformed);
}

TEST(Request, OutsideItsLayoutIsMalformed) {
  const Bytes good = raw(statement_bytes("file"), {{1, {1}}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(code_of(decode(ByteView(good).first(size))), Code::malformed) << size;
  }
  EXPECT_EQ(code_of(decode(testing::joined({good, ByteArray<1>{}}))), Code::malformed);
}

TEST(RequestFile, TakesNothingAroundItsArmour) {
  const std::string file = armour(request_with(statement_bytes("file"), {{1, {1}}}));
  EXPECT_FALSE(code_of(decode_armour(file)));
  EXPECT_EQ(code_of(decode_armour(file + "x")), Code::malformed);
  EXPECT_EQ(code_of(decode_armour("\n" + file)), Code::malformed);
  EXPECT_EQ(code_of(decode_armour(file.substr(0, file.size() - 1))), Code::malformed);
  EXPECT_EQ(code_of(decode_armour("")), Code::malformed);
}

}  // namespace
}  // namespace quorate::request
