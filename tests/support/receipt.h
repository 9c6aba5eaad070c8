// A receipt as of a ledger that holds nothing but this one record.

#pragma once

#include <string>

#include "proto/record/receipt.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"

namespace quorate::testing {

inline record::SignedVerdict with_receipt(record::SignedVerdict verdict, const std::string& origin,
                                          const ed25519::SigningKey& identity) {
  const record::Salt salt{1, 2, 3};
  const record::Hash root = record::leaf_hash(record::leaf(salt, verdict.record));
  verdict.receipt = record::encode(
      record::Receipt{salt, 0, 1, {}, record::sign_note({origin, {1, root}}, identity)});
  return verdict;
}

}  // namespace quorate::testing
