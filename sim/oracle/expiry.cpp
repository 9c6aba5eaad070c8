#include "sim/oracle/expiry.h"

#include <algorithm>

#include "proto/request/approval.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::sim {

std::optional<std::string> find_expired(ByteView request, std::uint64_t recorded_ms) {
  const std::uint64_t recorded_s = recorded_ms / 1000;
  const auto decoded = request::decode(request);
  if (!decoded) return std::nullopt;
  const auto statement = statement::parse(decoded->statement);
  if (!statement) return std::nullopt;
  const auto since = [recorded_s](std::uint64_t end) {
    return " ended " + std::to_string(recorded_s - end) + " s before what it had recorded";
  };
  if (statement->not_after <= recorded_s) return "a statement that" + since(statement->not_after);
  for (const request::Evidence& evidence : decoded->evidence) {
    if (evidence.type != request::approval) continue;
    const ByteView data = evidence.data;
    const auto approval =
        request::decode_approval(data.first(std::min(data.size(), request::approval_size)));
    if (approval && approval->expires <= recorded_s) {
      return "with an approval that" + since(approval->expires);
    }
  }
  return std::nullopt;
}

}  // namespace quorate::sim
