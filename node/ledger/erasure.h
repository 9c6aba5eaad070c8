// Forgetting what is behind the veils of old records: names, tokens, reasons. The leaves stay, so
// the tree still verifies; nobody can try candidates against a veil whose salt is gone.

#pragma once

#include "crypto/base/result.h"
#include "node/ledger/ledger.h"
#include "node/store/store.h"

namespace quorate::ledger {

struct Erased {
  std::uint64_t records = 0;   // that are older
  std::uint64_t texts = 0;     // that were behind their veils
  std::uint64_t verdicts = 0;  // stored answers, which name the requester
};

// Of all records whose time is before `before_ms`. A stored answer is kept as long as its statement
// can be asked for again (`now_ms`). One transaction; fails with `io`, and then erased nothing.
[[nodiscard]] Result<Erased> erase(store::Store& store, Ledger& ledger, std::uint64_t before_ms,
                                   std::uint64_t now_ms, const Progress& progress);

}  // namespace quorate::ledger
