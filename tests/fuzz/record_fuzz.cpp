// Signed verdicts with their records and receipts: whatever is accepted encodes to the same bytes
// again, at every depth.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/base/invariant.h"
#include "proto/record/receipt.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const quorate::ByteView bytes(data, size);
  if (const auto record = quorate::record::decode(bytes)) {
    const quorate::Bytes again = quorate::record::encode(*record);
    QUORATE_INVARIANT(again.size() == size && std::equal(again.begin(), again.end(), data));
  }
  const auto verdict = quorate::record::decode_signed_verdict(bytes);
  if (!verdict) return 0;
  const quorate::Bytes again = quorate::record::encode(*verdict);
  QUORATE_INVARIANT(again.size() == size && std::equal(again.begin(), again.end(), data));
  const auto record = quorate::record::decode(verdict->record);
  QUORATE_INVARIANT(record && quorate::record::encode(*record) == verdict->record);
  if (verdict->receipt.empty()) return 0;
  const auto receipt = quorate::record::decode_receipt(verdict->receipt);
  QUORATE_INVARIANT(receipt && quorate::record::encode(*receipt) == verdict->receipt);
  return 0;
}
