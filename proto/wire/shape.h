// The walk over a raw message, before protobuf sees it: along the schema, at every depth, without
// making a single object. One megabyte of empty submessages would become fifty of objects.

#pragma once

#include <google/protobuf/descriptor.h>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::wire {

constexpr std::size_t most_fields = 8'192;

// Refuses with
//   too_large   more than most_fields fields, counted at all depths together
//   malformed   a field the schema does not know, or with another wire type than its own; a length
//               that leads out of its message; a oneof with nothing set
// What it accepts may still not be canonical: see decode.h.
[[nodiscard]] Status check_shape(ByteView message, const google::protobuf::Descriptor& type);

}  // namespace quorate::wire
