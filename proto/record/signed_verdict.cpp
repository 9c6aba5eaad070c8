#include "proto/record/signed_verdict.h"

#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::record {
namespace {

constexpr std::string_view label = "verdict";
constexpr std::size_t receipt_limit = 16 + 8 + 8 + 2 + path_limit * 32 + 4 + note_limit;

}  // namespace

SignedVerdict sign_verdict(const Record& record, const ed25519::SigningKey& identity) {
  QUORATE_INVARIANT(std::holds_alternative<Verdict>(record.body));
  QUORATE_INVARIANT(record.node == identity.public_key().bytes());
  Bytes bytes = encode(record);
  const ed25519::Signature signature = layout::sign(identity, label, bytes);
  return SignedVerdict{std::move(bytes), signature, {}};
}

Bytes encode(const SignedVerdict& verdict) {
  layout::Writer out;
  out.blob(verdict.record).raw(verdict.signature).blob(verdict.receipt);
  return std::move(out).bytes();
}

Result<SignedVerdict> decode_signed_verdict(ByteView bytes) {
  layout::Reader in(bytes);
  QUORATE_TRY(const ByteView record_bytes, in.blob(record_limit, "the record"));
  SignedVerdict out;
  QUORATE_TRY(out.signature, in.array<64>("the signature"));
  QUORATE_TRY(const ByteView receipt, in.blob(receipt_limit, "the receipt"));
  QUORATE_CHECK(in.finish("the signed verdict"));
  QUORATE_TRY(const Record record, decode(record_bytes));
  if (!std::holds_alternative<Verdict>(record.body)) {
    return fail(Code::malformed, "the record is no verdict");
  }
  if (!receipt.empty()) QUORATE_CHECK(decode_receipt(receipt));
  out.record.assign(record_bytes.begin(), record_bytes.end());
  out.receipt.assign(receipt.begin(), receipt.end());
  return out;
}

Result<Verdict> check(const SignedVerdict& verdict, const Asked& asked, Receipts receipts) {
  QUORATE_TRY(const Record record, decode(verdict.record));
  const Verdict* decided = std::get_if<Verdict>(&record.body);
  if (decided == nullptr) return fail(Code::malformed, "the record is no verdict");
  if (!layout::verifies(asked.node, label, verdict.record, verdict.signature)) {
    return fail(Code::signature_invalid, "the verdict is not signed by the node's key");
  }
  if (record.node != asked.node.bytes() || decided->request_id != asked.request_id ||
      decided->root_id != asked.root_id) {
    return fail(Code::message_differs, "the verdict is about another node, request or root");
  }
  if (!verdict.receipt.empty()) {
    QUORATE_TRY(const Receipt receipt, decode_receipt(verdict.receipt));
    QUORATE_CHECK(check(receipt, verdict.record, asked.origin, asked.node));
  } else if (receipts == Receipts::required && decided->decision == Decision::approve) {
    return fail(Code::receipt_invalid, "the node approved without a receipt of its ledger");
  }
  return *decided;
}

}  // namespace quorate::record
