// The node's own word for what it will believe of its database later: an approval that is used
// again, a token that is not judged for its time again. Whoever has the file, and not the identity
// key, can't make one. Inside node/core only.

#pragma once

#include "crypto/ed25519/signing_key.h"
#include "node/store/verdicts.h"
#include "proto/request/request.h"

namespace quorate::node {

// For VerdictRow::vouched, over all of the row.
ByteArray<64> vouch(const ed25519::SigningKey& identity, const store::VerdictRow& row);
// `ledger_rewritten` for a row that this node did not write, or whose record says something else.
[[nodiscard]] Status check_vouched(const ed25519::Point& identity, const store::VerdictRow& row);

// What `listed` calls a piece of evidence, with the node's word where it is a token.
store::ListedEvidence listed_evidence(const ed25519::SigningKey& identity,
                                      const layout::Hash& request_id,
                                      const request::Evidence& evidence);
layout::Hash evidence_id(const layout::Hash& request_id, ByteView data);
[[nodiscard]] bool is_vouched(const ed25519::Point& identity, const store::ListedEvidence& token);

}  // namespace quorate::node
