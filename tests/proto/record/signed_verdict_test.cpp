#include "proto/record/signed_verdict.h"

#include <rapidcheck/gtest.h>

#include "tests/proto/record/records.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using testing::a_refusal;
using testing::an_approval;
using testing::any_verdict;
using testing::code_of;
using testing::filled;
using testing::requests;
using testing::signing_key;

const ed25519::SigningKey& judge() {
  static const ed25519::SigningKey key = signing_key(requests().at("keys").at("node_a_seed"));
  return key;
}

const ed25519::SigningKey& another() {
  static const ed25519::SigningKey key = signing_key(requests().at("keys").at("approver_seed"));
  return key;
}

Record recorded(const Verdict& verdict) { return {judge().public_key().bytes(), 1, verdict}; }

Asked asked() {
  return {judge().public_key(), "demo/alpha", an_approval().request_id, an_approval().root_id};
}

const Salt salt{1, 2, 3};

// The verdict's receipt in a ledger of three leaves.
Receipt receipt_of(const SignedVerdict& verdict) {
  const std::vector<Hash> leaves{filled(1), leaf_hash(leaf(salt, verdict.record)), filled(2)};
  const Checkpoint checkpoint{"demo/alpha", {leaves.size(), tree_root(leaves)}};
  return {salt, 1, leaves.size(), inclusion_path(leaves, 1), sign_note(checkpoint, judge())};
}

SignedVerdict with_receipt() {
  SignedVerdict verdict = sign_verdict(recorded(an_approval()), judge());
  verdict.receipt = encode(receipt_of(verdict));
  return verdict;
}

SignedVerdict with(const Receipt& receipt) {
  SignedVerdict verdict = with_receipt();
  verdict.receipt = encode(receipt);
  return verdict;
}

RC_GTEST_PROP(SignedVerdict, DecodesToWhatWasEncoded, ()) {
  SignedVerdict verdict = sign_verdict(recorded(any_verdict()), judge());
  if (*rc::gen::arbitrary<bool>()) verdict.receipt = encode(receipt_of(verdict));
  const auto decoded = decode_signed_verdict(encode(verdict));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == verdict);
}

RC_GTEST_PROP(SignedVerdict, WithAnyByteChangedIsNeverTakenForAnother, ()) {
  const SignedVerdict verdict = with_receipt();
  Bytes bytes = encode(verdict);
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[position] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const auto decoded = decode_signed_verdict(bytes);
  if (!decoded) return;
  RC_ASSERT(encode(*decoded) == bytes);
  const auto checked = check(*decoded, asked(), Receipts::required);
  if (checked) RC_ASSERT(*checked == an_approval());
  // The record and the signature have no second form that holds.
  if (position < 4 + verdict.record.size() + 64) RC_ASSERT(!checked.has_value());
}

TEST(SignedVerdict, HoldsWithItsReceipt) {
  EXPECT_EQ(check(with_receipt(), asked(), Receipts::required).value(), an_approval());
}

TEST(SignedVerdict, NeedsAReceiptOnApprovalsOnceLedgersExist) {
  const SignedVerdict approval = sign_verdict(recorded(an_approval()), judge());
  EXPECT_TRUE(check(approval, asked(), Receipts::optional).has_value());
  EXPECT_EQ(code_of(check(approval, asked(), Receipts::required)), Code::receipt_invalid);
  const SignedVerdict refusal = sign_verdict(recorded(a_refusal()), judge());
  EXPECT_EQ(check(refusal, asked(), Receipts::required).value(), a_refusal());
}

TEST(SignedVerdict, BySomebodyElseDoesNotHold) {
  Asked of_stranger = asked();
  of_stranger.node = another().public_key();
  EXPECT_EQ(code_of(check(with_receipt(), of_stranger, Receipts::required)),
            Code::signature_invalid);
}

TEST(SignedVerdict, OfAnotherNodesRecordDoesNotHold) {
  SignedVerdict verdict = sign_verdict(recorded(an_approval()), judge());
  verdict.signature = layout::sign(another(), "verdict", verdict.record);
  Asked of_stranger = asked();
  of_stranger.node = another().public_key();
  EXPECT_EQ(code_of(check(verdict, of_stranger, Receipts::optional)), Code::message_differs);
}

TEST(SignedVerdict, AboutAnotherRequestOrRootIsNotTheAnswer) {
  Asked other = asked();
  other.request_id[0] ^= 1;
  EXPECT_EQ(code_of(check(with_receipt(), other, Receipts::required)), Code::message_differs);
  other = asked();
  other.root_id[0] ^= 1;
  EXPECT_EQ(code_of(check(with_receipt(), other, Receipts::required)), Code::message_differs);
}

TEST(SignedVerdict, SignedUnderAnotherLabelDoesNotHold) {
  SignedVerdict verdict = with_receipt();
  verdict.signature = layout::sign(judge(), "partial", verdict.record);
  EXPECT_EQ(code_of(check(verdict, asked(), Receipts::required)), Code::signature_invalid);
}

TEST(SignedVerdict, WhoseReceiptDoesNotLeadToTheCheckpointDoesNotHold) {
  Receipt other_leaf = receipt_of(with_receipt());
  other_leaf.salt[0] ^= 1;
  Receipt other_path = receipt_of(with_receipt());
  other_path.path[0][0] ^= 1;
  Receipt other_index = receipt_of(with_receipt());
  other_index.index = 0;
  Receipt other_size = receipt_of(with_receipt());
  other_size.size = 4;
  for (const Receipt& receipt : {other_leaf, other_path, other_index, other_size}) {
    EXPECT_EQ(code_of(check(with(receipt), asked(), Receipts::required)), Code::receipt_invalid);
  }
}

TEST(SignedVerdict, WhoseCheckpointIsBySomebodyElseOrOfAnotherOriginDoesNotHold) {
  const Receipt good = receipt_of(with_receipt());
  const auto checkpoint = open_note(good.note, "demo/alpha", judge().public_key()).value();
  Receipt by_stranger = good;
  by_stranger.note = sign_note(checkpoint, another());
  Receipt other_origin = good;
  other_origin.note = sign_note({"demo/beta", checkpoint.tree}, judge());
  for (const Receipt& receipt : {by_stranger, other_origin}) {
    EXPECT_EQ(code_of(check(with(receipt), asked(), Receipts::required)), Code::signature_invalid);
  }
}

TEST(SignedVerdict, HoldsNothingButAVerdict) {
  SignedVerdict verdict = with_receipt();
  verdict.record = encode(Record{judge().public_key().bytes(), 1, Stop{}});
  EXPECT_EQ(code_of(decode_signed_verdict(encode(verdict))), Code::malformed);
  EXPECT_EQ(code_of(check(verdict, asked(), Receipts::required)), Code::malformed);
}

TEST(SignedVerdict, OutsideItsLayoutIsRefused) {
  const Bytes good = encode(with_receipt());
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(code_of(decode_signed_verdict(longer)), Code::malformed);
  Bytes shorter(good.begin(), good.end() - 1);
  EXPECT_EQ(code_of(decode_signed_verdict(shorter)), Code::malformed);
  SignedVerdict large = with_receipt();
  large.record.resize(record_limit + 1);
  EXPECT_EQ(code_of(decode_signed_verdict(encode(large))), Code::too_large);
  large = with_receipt();
  large.receipt.resize(20'000);
  EXPECT_EQ(code_of(decode_signed_verdict(encode(large))), Code::too_large);
}

TEST(Receipt, OutsideItsLayoutIsRefused) {
  const Bytes good = encode(receipt_of(with_receipt()));
  constexpr std::size_t index_at = 16;
  constexpr std::size_t path_count_at = 16 + 8 + 8;
  Bytes beyond = good;
  beyond[index_at + 7] = 3;  // of a tree of three
  EXPECT_EQ(code_of(decode_receipt(beyond)), Code::malformed);
  Bytes long_path = good;
  long_path[path_count_at + 1] = path_limit + 1;
  EXPECT_EQ(code_of(decode_receipt(long_path)), Code::too_large);
  Bytes trailing = good;
  trailing.push_back(0);
  EXPECT_EQ(code_of(decode_receipt(trailing)), Code::malformed);
}

TEST(SignedVerdictDeathTest, IsNotSignedForAnotherNodeNorOverAnythingButAVerdict) {
  const Record of_another{filled(1), 1, an_approval()};
  EXPECT_DEATH(sign_verdict(of_another, judge()), "record.node");
  const Record stop{judge().public_key().bytes(), 1, Stop{}};
  EXPECT_DEATH(sign_verdict(stop, judge()), "Verdict");
}

}  // namespace
}  // namespace quorate::record
