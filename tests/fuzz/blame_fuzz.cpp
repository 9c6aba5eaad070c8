// Proofs that a node lied: whatever is accepted has one form, as bytes and as a file, and is judged
// without a stumble.

#include "proto/blame/blame.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void blame(ByteView input) {
  if (const auto file = quorate::blame::decode_armour(text_of(input))) {
    same(quorate::blame::armour(*file), input);
  } else {
    QUORATE_INVARIANT(!file.error().message.empty());
  }
  const auto evidence = quorate::blame::decode(input);
  if (!evidence) {
    QUORATE_INVARIANT(!evidence.error().message.empty());
    return;
  }
  same(quorate::blame::encode(*evidence), input);
  const auto guilt = quorate::blame::prove(*evidence);
  if (!guilt) {
    QUORATE_INVARIANT(!guilt.error().message.empty());
    return;
  }
  QUORATE_INVARIANT(quorate::blame::judge(*evidence) == guilt->liar.index);
}

}  // namespace quorate::fuzz
