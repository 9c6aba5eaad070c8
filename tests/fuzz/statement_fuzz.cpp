// Statements: whatever is accepted encodes to the same bytes again, and neither the rules beyond
// the form nor the words for people stumble over it.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/base/invariant.h"
#include "proto/statement/describe.h"
#include "proto/statement/statement.h"
#include "proto/statement/to_be_signed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const quorate::ByteView bytes(data, size);
  const auto parsed = quorate::statement::parse(bytes);
  const auto decoded = quorate::statement::decode(bytes);
  if (!parsed) {
    QUORATE_INVARIANT(!decoded && decoded.error().code == parsed.error().code);
    return 0;
  }
  const quorate::Bytes again = quorate::statement::encode(*parsed);
  QUORATE_INVARIANT(again.size() == size && std::equal(again.begin(), again.end(), data));
  for (const auto& [name, value] : quorate::statement::describe(*parsed)) {
    QUORATE_INVARIANT(!name.empty());
    for (const char c : value) QUORATE_INVARIANT(c >= 0x20 && c <= 0x7e);
  }
  if (decoded) QUORATE_INVARIANT(quorate::statement::compose(*decoded).has_value());
  return 0;
}
