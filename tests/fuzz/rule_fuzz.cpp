// Rules: nobody is never enough, everybody always is.

#include "proto/statement/rule.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void rule(ByteView input) {
  const auto rule = statement::Rule::parse(text_of(input));
  if (!rule) return refused(rule.error(), {Code::malformed, Code::too_large});
  QUORATE_INVARIANT(!rule->names().empty());
  QUORATE_INVARIANT(!rule->is_met({}));
  QUORATE_INVARIANT(rule->is_met(rule->names()));
}

}  // namespace quorate::fuzz
