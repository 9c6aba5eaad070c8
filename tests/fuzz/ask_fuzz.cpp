// What a client sends a node: frames out of a stream of bytes, and each an ask or refused.

#include "proto/wire/decode.h"
#include "proto/wire/frame.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

void decode(ByteView message) {
  const auto ask = wire::decode_ask(message);
  if (!ask) return refused(ask.error(), {Code::malformed, Code::too_large});
  same(wire::encode(*ask), message);
  QUORATE_INVARIANT(ask->id() != 0 && ask->body_case() != wire::v1::Ask::BODY_NOT_SET);
}

}  // namespace

void ask(ByteView input) {
  decode(input);
  wire::FrameReader frames;
  frames.feed(input);
  auto next = frames.next();
  for (; next && *next; next = frames.next()) {
    decode(**next);
    const auto framed = wire::frame(**next);
    QUORATE_INVARIANT(framed && framed->size() == (*next)->size() + 4);
  }
  if (!next) refused(next.error(), {Code::malformed, Code::too_large});
}

}  // namespace quorate::fuzz
