// What a node sends a client, who trusts it no more: an answer in its one form, or refused.

#include "proto/wire/convert.h"
#include "proto/wire/decode.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void answer(ByteView input) {
  const auto answer = wire::decode_answer(input);
  if (!answer) return refused(answer.error(), {Code::malformed, Code::too_large});
  same(wire::encode(*answer), input);
  // And on to the types that a core holds.
  const auto& messages = answer->commitments().pairs();
  if (const auto pairs = wire::decode(messages)) {
    QUORATE_INVARIANT(pairs->size() == static_cast<std::size_t>(messages.size()));
    for (std::size_t i = 0; i < pairs->size(); ++i) {
      same(wire::encode(wire::message_of((*pairs)[i])),
           wire::encode(messages[static_cast<int>(i)]));
    }
  }
  if (const auto partial = wire::decode(answer->partial().partial())) {
    same(wire::encode(wire::message_of(*partial)), wire::encode(answer->partial().partial()));
  }
}

}  // namespace quorate::fuzz
