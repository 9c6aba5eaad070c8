#include "proto/wire/decode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>

#include "proto/wire/frame.h"
#include "proto/wire/shape.h"
#include "tests/proto/wire/raw.h"

namespace quorate::wire {
namespace {

using raw::join;
using raw::number;
using raw::piece;

constexpr std::uint64_t describe = 2, commit = 3, sign = 4, ceremony = 5;  // of Ask

std::optional<Code> refusal_of_ask(const Bytes& message) {
  const Result<v1::Ask> ask = decode_ask(message);
  if (ask) return std::nullopt;
  return ask.error().code;
}

v1::Ask sign_ask() {
  v1::Ask ask;
  ask.set_id(7);
  v1::SignRequest& request = *ask.mutable_sign();
  request.set_request("request");
  request.set_root(std::string(32, 'r'));
  request.set_epoch(3);
  for (std::uint32_t signer : {1U, 300U}) {
    v1::Commitment& commitment = *request.add_commitments();
    commitment.set_participant(signer);
    commitment.set_hiding(std::string(32, 'D'));
    commitment.set_binding(std::string(32, 'E'));
  }
  return ask;
}

TEST(Decode, TakesWhatEncodeMade) {
  const Result<v1::Ask> ask = decode_ask(encode(sign_ask()));
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->id(), 7U);
  EXPECT_EQ(ask->sign().commitments(1).participant(), 300U);

  v1::Answer answer;
  answer.mutable_refused()->set_code(100);
  answer.mutable_refused()->set_reason("a frame of length zero");
  const Result<v1::Answer> decoded = decode_answer(encode(answer));
  ASSERT_TRUE(decoded.has_value());  // with id 0: the node could not read the frame
  EXPECT_EQ(decoded->refused().code(), 100U);
}

TEST(Decode, WritesFieldsAscendingAndLeavesDefaultsOut) {
  v1::Ask ask;
  ask.set_id(300);
  ask.mutable_commit()->set_count(2);
  ask.mutable_commit()->set_epoch(0);
  ask.mutable_commit()->set_root("R");
  EXPECT_EQ(encode(ask),
            join({number(1, 300), piece(commit, join({piece(1, {'R'}), number(3, 2)}))}));
}

TEST(Decode, KeepsAnEmptyMemberOfAOneofThatIsSet) {
  const Bytes fetch_nothing = join({number(1, 7), piece(ceremony, piece(6, {}))});
  const Result<v1::Ask> ask = decode_ask(fetch_nothing);
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->ceremony().step_case(), v1::CeremonyAsk::kFetch);
}

TEST(Decode, RefusesAnAskWithoutId) {
  EXPECT_EQ(refusal_of_ask(piece(describe, {})), Code::malformed);
  EXPECT_EQ(refusal_of_ask(join({number(1, 1), piece(describe, {})})), std::nullopt);
}

TEST(Decode, RefusesUnknownFieldsAtAnyDepth) {
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(describe, {}), number(99, 1)})),
            Code::malformed);
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(describe, number(1, 1))})), Code::malformed);
  // Ask.ceremony.deals.messages[0] with a field 3 that no Signed has.
  const Bytes deal = join({piece(1, {1}), piece(2, {2})});
  const auto ask_with = [](const Bytes& signed_body) {
    return join(
        {number(1, 7), piece(ceremony, piece(3, join({piece(1, {9}), piece(2, signed_body)})))});
  };
  EXPECT_EQ(refusal_of_ask(ask_with(deal)), std::nullopt);
  EXPECT_EQ(refusal_of_ask(ask_with(join({deal, piece(3, {})}))), Code::malformed);
}

TEST(Decode, RefusesUnsetOneofsAtAnyDepth) {
  EXPECT_EQ(refusal_of_ask(number(1, 7)), Code::malformed);
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(ceremony, {})})), Code::malformed);
  EXPECT_FALSE(decode_answer(number(1, 7)).has_value());
  EXPECT_FALSE(decode_answer(join({number(1, 7), piece(5, {})})).has_value());
}

TEST(Decode, RefusesTwoMembersOfOneOneof) {
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(describe, {}), piece(commit, number(3, 1))})),
            Code::malformed);
}

TEST(Decode, RefusesWhatIsNotInItsOneForm) {
  const Bytes ask = join({number(1, 7), piece(commit, number(3, 1))});
  ASSERT_EQ(refusal_of_ask(ask), std::nullopt);
  const struct {
    const char* what;
    Bytes bytes;
  } cases[] = {
      {"long varint", join({{0x08, 0x87, 0x00}, piece(commit, number(3, 1))})},
      {"long varint nested", join({number(1, 7), piece(commit, {0x18, 0x81, 0x00})})},
      {"long length", join({number(1, 7), {0x1A, 0x82, 0x00, 0x18, 0x01}})},
      {"long field number", join({{0x88, 0x00, 0x07}, piece(commit, number(3, 1))})},
      {"default nested", join({number(1, 7), piece(commit, join({number(2, 0), number(3, 1)}))})},
      {"empty bytes", join({number(1, 7), piece(commit, join({piece(1, {}), number(3, 1)}))})},
      {"descending", join({piece(commit, number(3, 1)), number(1, 7)})},
      {"twice", join({number(1, 7), number(1, 7), piece(commit, number(3, 1))})},
      {"message in two halves",
       join({number(1, 7), piece(commit, number(2, 1)), piece(commit, number(3, 1))})},
      {"number above 32 bits", join({number(1, 7), piece(commit, number(3, 0x100000001))})},
      {"trailing byte", join({ask, {0x00}})},
  };
  for (const auto& hostile : cases) {
    EXPECT_EQ(refusal_of_ask(hostile.bytes), Code::malformed) << hostile.what;
  }
}

TEST(Decode, RefusesAFieldWithAnotherWireType) {
  EXPECT_EQ(refusal_of_ask(join({piece(1, {7}), piece(describe, {})})), Code::malformed);
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), number(describe, 0)})), Code::malformed);
  // Groups (3, 4) and fixed sizes (1, 5) have no place in the schema.
  for (const unsigned wire_type : {1U, 3U, 4U, 5U, 6U, 7U}) {
    Bytes message = join({number(1, 7), piece(describe, {})});
    message.push_back(static_cast<std::uint8_t>(1U << 3U | wire_type));
    message.insert(message.end(), 8, 0);
    EXPECT_EQ(refusal_of_ask(message), Code::malformed) << wire_type;
  }
}

TEST(Decode, RefusesATextThatIsNoUtf8) {
  const Bytes publish = piece(1, {0xC3, 0x28});
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(7, publish)})), Code::malformed);
}

TEST(Decode, RefusesLengthsThatLeadOutOfTheirMessage) {
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), {0x1A, 0x05, 0x18, 0x01}})), Code::malformed);
  // The inner length leads out of Commit, but not out of the frame.
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(commit, {0x0A, 0x04}), {1, 2, 3, 4}})),
            Code::malformed);
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), {0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}})),
            Code::malformed);
}

// SignRequest.commitments, each of two bytes.
Bytes ask_with_empty_commitments(std::size_t count) {
  Bytes request;
  for (std::size_t i = 0; i < count; ++i) append(request, piece(4, {}));
  return join({number(1, 7), piece(sign, request)});
}

TEST(Decode, CountsFieldsAtAllDepthsBeforeItMakesObjects) {
  const std::size_t around = 2;  // id and sign
  EXPECT_EQ(refusal_of_ask(ask_with_empty_commitments(most_fields - around)), std::nullopt);
  EXPECT_EQ(refusal_of_ask(ask_with_empty_commitments(most_fields - around + 1)), Code::too_large);
  const Bytes mebibyte = ask_with_empty_commitments(longest_message / 2 - 8);
  ASSERT_LE(mebibyte.size(), longest_message);
  EXPECT_EQ(refusal_of_ask(mebibyte), Code::too_large);
}

TEST(Decode, RefusesMoreThanAFrameHolds) {
  const Bytes long_request = piece(1, Bytes(longest_message, 1));
  EXPECT_EQ(refusal_of_ask(join({number(1, 7), piece(sign, long_request)})), Code::too_large);
}

RC_GTEST_PROP(Decode, AnAskWithAChangedByteIsRefusedOrIsAnotherAskInItsOneForm, ()) {
  const Bytes good = encode(sign_ask());
  Bytes changed = good;
  const auto at = *rc::gen::inRange<std::size_t>(0, good.size());
  changed[at] = static_cast<std::uint8_t>(changed[at] ^ *rc::gen::inRange(1, 256));
  const Result<v1::Ask> ask = decode_ask(changed);
  if (ask) {
    RC_ASSERT(encode(*ask) == changed);
    RC_ASSERT(encode(*ask) != good);
  }
}

RC_GTEST_PROP(Decode, AnAskThatIsCutOffIsRefused, ()) {
  Bytes cut = encode(sign_ask());
  cut.resize(*rc::gen::inRange<std::size_t>(0, cut.size()));
  RC_ASSERT(refusal_of_ask(cut) == Code::malformed);
}

RC_GTEST_PROP(Decode, NoBytesMakeItFail, (const Bytes& anything)) {
  const Result<v1::Ask> ask = decode_ask(anything);
  if (ask) RC_ASSERT(encode(*ask) == anything);
  const Result<v1::Answer> answer = decode_answer(anything);
  if (answer) RC_ASSERT(encode(*answer) == anything);
}

}  // namespace
}  // namespace quorate::wire
