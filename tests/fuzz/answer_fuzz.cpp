// What a node sends a client, who trusts it no more: an answer in its one form, or refused.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const quorate::ByteView bytes(data, size);
  const auto answer = quorate::wire::decode_answer(bytes);
  if (!answer) return 0;
  const quorate::Bytes again = quorate::wire::encode(*answer);
  QUORATE_INVARIANT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  // And on to the types that a core holds.
  const auto pairs = quorate::wire::decode(answer->commitments().pairs());
  if (pairs) {
    QUORATE_INVARIANT(pairs->size() ==
                      static_cast<std::size_t>(answer->commitments().pairs_size()));
  }
  const auto partial = quorate::wire::decode(answer->partial().partial());
  if (partial) QUORATE_INVARIANT(partial->signature.size() == 64);
  return 0;
}
