#include "proto/record/record.h"

#include <rapidcheck/gtest.h>

#include "tests/proto/record/records.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using testing::a_pending;
using testing::a_refusal;
using testing::an_approval;
using testing::any_record;
using testing::code_of;
using testing::filled;

Bytes record_of(const Body& body) { return encode(Record{filled(7), 1, body}); }

// Where the parts of a verdict's record begin.
constexpr std::size_t body_at = 1 + 1 + 32 + 8;
constexpr std::size_t kind_at = body_at + 32 + 32 + 8;
constexpr std::size_t decision_at = kind_at + 1;
constexpr std::size_t code_at = decision_at + 1;
constexpr std::size_t document_at = code_at + 2;
constexpr std::size_t reason_at = document_at + 32 + 32 + 8 + 8;
constexpr std::size_t evidence_at = reason_at + 32;

std::optional<Code> code_with(Bytes record, std::size_t position, std::uint8_t byte) {
  record.at(position) = byte;
  return code_of(decode(record));
}

RC_GTEST_PROP(Record, DecodesToWhatWasEncoded, ()) {
  const Record record = any_record();
  const auto decoded = decode(encode(record));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == record);
}

RC_GTEST_PROP(Record, HasOneEncoding, ()) {
  Bytes bytes = encode(any_record());
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[position] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const auto decoded = decode(bytes);
  if (decoded) RC_ASSERT(encode(*decoded) == bytes);
}

RC_GTEST_PROP(Record, IsRefusedWithOneByteMoreOrLess, ()) {
  const Bytes bytes = encode(any_record());
  RC_ASSERT(code_of(decode(ByteView(bytes).first(bytes.size() - 1))) == Code::malformed);
  const Bytes more = testing::joined({bytes, ByteArray<1>{}});
  RC_ASSERT(code_of(decode(more)) == Code::malformed);
}

TEST(Record, OfAnotherVersionOrTypeIsMalformed) {
  const Bytes stop = record_of(Stop{});
  EXPECT_EQ(code_with(stop, 0, 2), Code::malformed);
  EXPECT_EQ(code_with(stop, 1, 0), Code::malformed);
  EXPECT_EQ(code_with(stop, 1, 8), Code::malformed);
  EXPECT_EQ(code_of(decode({})), Code::malformed);
}

TEST(Record, ThatIsLargerThanItsLimitIsTooLarge) {
  EXPECT_EQ(code_of(decode(Bytes(record_limit + 1))), Code::too_large);
  EXPECT_EQ(code_of(decode_leaf(Bytes(16 + record_limit + 1))), Code::too_large);
}

TEST(Record, OfAStartRefusesAVersionThatIsTooLongOrNotPrintable) {
  const Bytes start = record_of(Start{"0.1.0", filled(1), 0, filled(2)});
  EXPECT_EQ(code_with(start, body_at + 1, version_limit + 1), Code::too_large);
  EXPECT_EQ(code_with(start, body_at + 2, 0x1b), Code::malformed);
}

TEST(Record, OfACeremonyRefusesUnknownEvents) {
  const Bytes ceremony = record_of(Ceremony{filled(1), CeremonyEvent::opened, 1, filled(1)});
  EXPECT_EQ(code_with(ceremony, body_at + 32, 0), Code::malformed);
  EXPECT_EQ(code_with(ceremony, body_at + 32, 11), Code::malformed);
}

TEST(Verdict, RefusesUnknownDecisionsAndKinds) {
  const Bytes approval = record_of(an_approval());
  EXPECT_EQ(code_with(approval, decision_at, 0), Code::malformed);
  EXPECT_EQ(code_with(approval, decision_at, 4), Code::malformed);
  EXPECT_EQ(code_with(approval, kind_at, 0), Code::malformed);
  EXPECT_EQ(code_with(approval, kind_at, 8), Code::malformed);
}

TEST(Verdict, ThatApprovesHasNoCodeAndNoReasonButADocument) {
  const Bytes approval = record_of(an_approval());
  EXPECT_EQ(code_with(approval, code_at + 1, 100), Code::malformed);
  EXPECT_EQ(code_with(approval, reason_at, 1), Code::malformed);
  Bytes without_document = approval;
  std::fill_n(without_document.begin() + document_at, 32, std::uint8_t{0});
  EXPECT_EQ(code_of(decode(without_document)), Code::malformed);
}

TEST(Verdict, ThatRefusesHasACodeAboutTheRequestAndNoDocument) {
  const Bytes refusal = record_of(a_refusal());
  EXPECT_EQ(code_with(refusal, code_at, 0), Code::malformed);         // 46
  EXPECT_EQ(code_with(refusal, code_at + 1, 0x90), Code::malformed);  // 400
  EXPECT_EQ(code_with(refusal, document_at, 1), Code::malformed);
}

TEST(Verdict, ThatIsPendingWaitsForApprovals) {
  const Bytes pending = record_of(a_pending());
  EXPECT_EQ(code_with(pending, code_at + 1, 221), Code::malformed);
}

TEST(Verdict, ListsAtMost16PiecesOfKnownEvidenceInTheRequestsOrder) {
  const Bytes approval = record_of(an_approval());
  EXPECT_EQ(code_with(approval, evidence_at + 1, 17), Code::too_large);
  EXPECT_EQ(code_with(approval, evidence_at + 2, 0), Code::malformed);
  EXPECT_EQ(code_with(approval, evidence_at + 2, 4), Code::malformed);
  EXPECT_EQ(code_with(approval, evidence_at + 2, 3), Code::malformed);  // before one of type 2
}

TEST(Verdict, WithSixteenPiecesOfEvidenceIsARecord) {
  Verdict verdict = an_approval();
  verdict.evidence.assign(16, {2, filled(1), filled(2)});
  EXPECT_TRUE(decode(record_of(verdict)).has_value());
}

TEST(VerdictDeathTest, IsNotWrittenWhenItContradictsItself) {
  Verdict verdict = an_approval();
  verdict.code = 302;
  EXPECT_DEATH(record_of(verdict), "is_consistent");
}

}  // namespace
}  // namespace quorate::record
