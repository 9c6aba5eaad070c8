// Keys that other people's programs made, and their signatures. A Point is stricter than they need
// be: what somebody brings may lie outside the prime-order group, and is judged by its encoding.

#pragma once

#include "crypto/base/bytes.h"

namespace quorate::ed25519 {

// Canonical, on the curve, not of small order (under which the signatures of anybody would verify).
// Of mixed order is allowed: libsodium's verifier judges such keys unambiguously.
[[nodiscard]] bool is_usable_key(ByteView encoded);

// The same verifier as verifies() of signing_key.h. False also where a length is wrong.
[[nodiscard]] bool verifies_for(ByteView encoded_key, ByteView message, ByteView signature);

}  // namespace quorate::ed25519
