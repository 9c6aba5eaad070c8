// Attacks on each field of each message without somebody having thought of it: takes a real message
// and changes it along the wire's schema.

#pragma once

#include <google/protobuf/message.h>

#include "sim/world/stream.h"

namespace quorate::sim {

// One change: a bit or a number of a field flipped, a field dropped, an item of a list doubled, two
// items or fields exchanged, bytes of one field put into another. `donor` is a message to take
// fields from; it may be the same. The id of an ask stays. False where there was nothing to change.
bool mutate(google::protobuf::Message& message, const google::protobuf::Message& donor,
            Stream& stream);

}  // namespace quorate::sim
