// One request on its way through the judgement of this node. Inside node/core only.

#pragma once

#include <optional>
#include <vector>

#include "node/core/core.h"
#include "node/core/standing.h"
#include "proto/record/signed_verdict.h"
#include "proto/request/judgement.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::node {

struct Core::Judged {
  request::Request request;
  layout::Hash request_id{};
  std::optional<statement::Statement> statement;
  std::optional<std::uint64_t> serial;          // of SSH certificates
  std::optional<request::Judgement> requester;  // once evidence of type 1 or 3 has held
  policy::Decision decision{};
  bool was_approved = false;  // before, under whatever policy: it was charged then
  // The approval that was written for this request before, and stands.
  std::optional<store::VerdictRow> standing{};
  Bytes to_be_signed;  // once nothing but approvals could be missing
  Status status;       // Done: approved

  bool is_pending() const { return !status && status.error().code == Code::approval_missing; }
  record::Decision outcome() const {
    if (status) return record::Decision::approve;
    return is_pending() ? record::Decision::pending : record::Decision::refuse;
  }

  bool waits_for_provider() const {
    return !status && status.error().code == Code::provider_pending;
  }
  std::uint32_t wait_s = 0;  // of `rate_limited`

  layout::Hash lists{};  // the revocation lists that it was judged by
  // Of what held, once the requester is known.
  std::vector<const request::Evidence*> evidence_that_held() const;

  // Once a verdict is written, or was found written.
  std::optional<record::SignedVerdict> verdict{};
  std::uint64_t leaf = 0;
  ByteArray<16> reason_salt{};
};

// One that has a verdict, on its way to its answer.
struct Core::Entry {
  std::size_t place;  // among the asks
  const ed25519::Point& client;
  const SignAsk& ask;
  const Root& root;
  Judged judged;
  bool spends = false;  // its commitment, in the verdict's transaction

  const frost::Commitment& own() const;  // check_session() saw that it is there
};

// Requests that are answered together: their verdicts stand in one transaction, one checkpoint and
// one sync make them durable, and only then does any answer leave.
struct Core::Batch {
  std::optional<store::Transaction> transaction;
  std::vector<Entry> entries;

  void end() {
    entries.clear();
    transaction.reset();  // rolls back what was not committed
  }
};

}  // namespace quorate::node
