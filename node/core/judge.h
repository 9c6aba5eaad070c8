// One request on its way through the judgement of this node. Inside node/core only.

#pragma once

#include <optional>

#include "node/core/core.h"
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
  policy::Profile profile{};
  Bytes to_be_signed;
  Status status;  // Done: approved

  // Once a verdict is written, or was found written.
  std::optional<record::SignedVerdict> verdict{};
  ByteArray<16> reason_salt{};
};

}  // namespace quorate::node
