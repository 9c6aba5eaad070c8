// Canonical JSON: a value has one text.

#include <nlohmann/json.hpp>

#include "proto/statement/canonical_json.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void json(ByteView input) {
  const auto value = statement::parse_canonical(input);
  if (!value) return refused(value.error(), {Code::malformed, Code::too_large});
  QUORATE_INVARIANT(value->is_object());
  same(statement::canonical(*value), input);
}

}  // namespace quorate::fuzz
