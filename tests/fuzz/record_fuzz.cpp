// Ledger records, signed verdicts and receipts: whatever is accepted has one form at every depth.

#include "proto/record/receipt.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void record(ByteView input) {
  if (const auto record = record::decode(input)) {
    same(record::encode(*record), input);
  } else {
    refused(record.error(), {Code::malformed, Code::too_large});
  }
  if (const auto receipt = record::decode_receipt(input)) {
    same(record::encode(*receipt), input);
  } else {
    refused(receipt.error(), {Code::malformed, Code::too_large});
  }

  const auto verdict = record::decode_signed_verdict(input);
  if (!verdict) return refused(verdict.error(), {Code::malformed, Code::too_large});
  same(record::encode(*verdict), input);
  const auto inner = record::decode(verdict->record);
  QUORATE_INVARIANT(inner.has_value());
  same(record::encode(*inner), verdict->record);
  if (verdict->receipt.empty()) return;
  const auto receipt = record::decode_receipt(verdict->receipt);
  QUORATE_INVARIANT(receipt.has_value());
  same(record::encode(*receipt), verdict->receipt);
}

}  // namespace quorate::fuzz
