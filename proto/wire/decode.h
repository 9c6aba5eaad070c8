// From what arrived to what a core can hold. docs/protocol.md, "Channel".
//
// Decoding is strict and happens once, at the door. In this order:
//   1. a walk over the raw bytes along the schema (shape.h): refuses more than 8,192 fields at all
//      depths together, before protobuf makes objects of them, unknown fields, wrong wire types and
//      unset oneofs
//   2. protobuf's own decoding, which refuses what is no UTF-8 in a `string`
//   3. encoding again: the bytes must be the same, so that each message has one form
// Errors of decode_ask() and decode_answer(): `malformed`, and `too_large` for the count of fields
// and for more bytes than a frame holds. What stands in a `bytes` field is judged by whoever owns
// its layout; convert.h has the few that several rooms share.

#pragma once

#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::wire {

// The id is not 0.
[[nodiscard]] Result<v1::Ask> decode_ask(ByteView message);
// The id may be 0: the node could not read our frame, or would not have this connection at all.
[[nodiscard]] Result<v1::Answer> decode_answer(ByteView message);

// The message's one form. What goes into a frame (frame.h).
Bytes encode(const google::protobuf::Message& message);

// `bytes` fields, both ways.
inline ByteView view(const std::string& field) { return bytes_of(field); }
inline std::string field(ByteView bytes) { return std::string(text_of(bytes)); }

}  // namespace quorate::wire
