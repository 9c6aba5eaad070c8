// Between the wire's messages (proto/wire/quorate.proto) and the core's (node/core/message.h).

#pragma once

#include "crypto/base/result.h"
#include "node/core/message.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::node {

// The message was decoded strictly (proto/wire/decode.h); here its bytes become keys, points and
// ids. Fails with the code that the client is answered with: `malformed`, or `unknown_kind` for
// what this release does not answer.
[[nodiscard]] Result<Ask> decode(const wire::v1::Ask& message);

wire::v1::Answer encode(const Answer& answer);

}  // namespace quorate::node
