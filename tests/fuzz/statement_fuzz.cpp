// Statements: whatever is accepted has one form, and neither the rules beyond the form nor the
// words for people stumble over it.

#include "proto/statement/describe.h"
#include "proto/statement/statement.h"
#include "proto/statement/to_be_signed.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void statement(ByteView input) {
  const auto parsed = statement::parse(input);
  const auto decoded = statement::decode(input);
  if (!parsed) {
    QUORATE_INVARIANT(!decoded && decoded.error().code == parsed.error().code);
    return refused(parsed.error(), {Code::malformed, Code::too_large, Code::unknown_kind});
  }
  same(statement::encode(*parsed), input);
  for (const auto& [name, value] : statement::describe(*parsed)) {
    QUORATE_INVARIANT(!name.empty());
    printable(value);
  }
  if (decoded) QUORATE_INVARIANT(statement::compose(*decoded).has_value());
}

}  // namespace quorate::fuzz
