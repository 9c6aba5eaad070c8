#include "client/coordinator/reason.h"
#include "client/coordinator/report.h"
#include "crypto/base/code.h"

namespace quorate::coordinator {
namespace {

bool is_recorded(std::uint32_t code) { return code >= 100 && code < 400; }

// What a refusal says in clear must be what stands behind the veil of its verdict.
std::string difference(const record::Verdict& decided, const SaidRefusal& said) {
  if (is_recorded(said.code) && decided.code != said.code) {
    return "it said " + code_name(said.code) + " and wrote down " + code_name(decided.code);
  }
  const bool has_reason = decided.decision != record::Decision::approve;
  if (has_reason && decided.reason != record::veil(said.salt, bytes_of(said.reason))) {
    return "the reason that it gave is not the one that it wrote down";
  }
  return {};
}

}  // namespace

ReportedVerdict read_verdict(ByteView signed_verdict, const record::Asked& asked,
                             record::Receipts receipts) {
  ReportedVerdict out{Bytes(signed_verdict.begin(), signed_verdict.end()), {}, {}, {}};
  const Result<record::SignedVerdict> decoded = record::decode_signed_verdict(signed_verdict);
  if (!decoded) {
    out.trouble = printable(decoded.error().message);
    return out;
  }
  if (Result<record::Record> record = record::decode(decoded->record)) {
    out.record = *std::move(record);
  }
  if (!decoded->receipt.empty()) {
    const Result<record::Receipt> receipt = record::decode_receipt(decoded->receipt);
    if (receipt) out.in_ledger = LedgerPlace{receipt->index, receipt->size};
  }
  const Result<record::Verdict> holds = record::check(*decoded, asked, receipts);
  if (!holds) out.trouble = printable(holds.error().message);
  return out;
}

ReportedVerdict read_verdict(ByteView signed_verdict, const record::Asked& asked,
                             const SaidRefusal& said) {
  ReportedVerdict out = read_verdict(signed_verdict, asked, approval_receipts);
  const record::Verdict* decided = out.decided();
  if (out.trouble.empty() && decided != nullptr) out.trouble = difference(*decided, said);
  return out;
}

}  // namespace quorate::coordinator
