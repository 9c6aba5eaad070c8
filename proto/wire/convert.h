// Messages that a core holds as types that cannot be wrong: past these nothing is checked twice,
// because an Identifier is in range, a Point is in the group, a signature has 64 bytes.

#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <vector>

#include "crypto/base/result.h"
#include "crypto/frost/package.h"
#include "proto/layout/labelled.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::wire {

// Refuse with `malformed` (a point, a signature's length) or what Identifier::make() says of the
// participant. Order and number are the caller's to judge.
[[nodiscard]] Result<frost::Commitment> decode(const v1::Commitment& message);
[[nodiscard]] Result<layout::Signed> decode(const v1::Signed& message);
[[nodiscard]] Result<std::vector<frost::Commitment>> decode(
    const google::protobuf::RepeatedPtrField<v1::Commitment>& messages);
[[nodiscard]] Result<std::vector<layout::Signed>> decode(
    const google::protobuf::RepeatedPtrField<v1::Signed>& messages);

v1::Commitment message_of(const frost::Commitment& commitment);
v1::Signed message_of(const layout::Signed& signed_body);

}  // namespace quorate::wire
