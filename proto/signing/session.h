// One signing session, named by a hash over all that its members must agree on, and the partial
// signature that a member signs with its identity key. The signature makes a wrong partial portable
// evidence: anyone recomputes the session and z·B = D + rho·E + (c·lambda)·Y, and sees the lie. It
// also vouches for (D, E), because an honest node signs only sessions that hold its own pair.
//
//   session      = hash("session", root id ‖ u64 epoch ‖ hash("tbs", signed bytes) ‖ u16 t ‖ C)
//   partial body = raw32 session ‖ u16 sender ‖ scalar z                       sign("partial")
//
// with C the concatenation of u16 j ‖ D_j ‖ E_j, ascending.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/frost/package.h"
#include "crypto/frost/signer.h"
#include "proto/layout/labelled.h"

namespace quorate::signing {

inline constexpr std::string_view partial_label = "partial";

// What `document` means in verdicts: hash("tbs", the exact bytes that the root's key signs).
layout::Hash document(ByteView to_be_signed);

layout::Hash session(const ByteArray<32>& root_id, const frost::Package& package);

struct PartialBody {
  layout::Hash session;
  frost::Partial partial;

  friend bool operator==(const PartialBody&, const PartialBody&) = default;
};

Bytes encode(const PartialBody& body);
// Exactly 66 bytes, the scalar canonical: otherwise `malformed` or `unknown_participant`.
[[nodiscard]] Result<PartialBody> decode_partial(ByteView bytes);

}  // namespace quorate::signing
