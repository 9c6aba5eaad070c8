// Access payloads: canonical, and ready to be signed with `req` in its place.

#include <nlohmann/json.hpp>

#include "proto/statement/access_payload.h"
#include "proto/statement/canonical_json.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void access(ByteView input) {
  const auto payload = statement::parse_access(input);
  if (!payload) return refused(payload.error(), {Code::malformed, Code::too_large});
  QUORATE_INVARIANT(!payload->aud.empty() && payload->aud.size() <= statement::audience_limit);
  QUORATE_INVARIANT(statement::parse_canonical(input).has_value());

  const Bytes to_sign = statement::with_req(input);
  auto whole = statement::parse_canonical(to_sign);
  QUORATE_INVARIANT(whole && whole->erase("req") == 1);
  same(statement::canonical(*whole), input);
  QUORATE_INVARIANT(!statement::parse_access(to_sign));  // nobody may choose `req`
}

}  // namespace quorate::fuzz
