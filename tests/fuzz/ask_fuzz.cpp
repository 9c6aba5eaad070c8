// What a client sends a node: frames out of a stream of bytes, and each an ask or refused. Whatever
// is accepted has one form.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/wire/decode.h"
#include "proto/wire/frame.h"

namespace {

void decode(quorate::ByteView message) {
  const auto ask = quorate::wire::decode_ask(message);
  if (!ask) return;
  const quorate::Bytes again = quorate::wire::encode(*ask);
  QUORATE_INVARIANT(std::equal(again.begin(), again.end(), message.begin(), message.end()));
  QUORATE_INVARIANT(ask->id() != 0 && ask->body_case() != quorate::wire::v1::Ask::BODY_NOT_SET);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const quorate::ByteView bytes(data, size);
  decode(bytes);
  quorate::wire::FrameReader frames;
  frames.feed(bytes);
  for (auto next = frames.next(); next && *next; next = frames.next()) decode(**next);
  return 0;
}
