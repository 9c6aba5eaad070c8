// Hashes and signatures with a label, so that nothing made for one use can serve another:
//
//   hash(label, data)  = SHA-256( 00 ‖ "quorate/v1/" ‖ label ‖ 00 ‖ data )
//   sign(label, body)  = Ed25519 over 00 ‖ "quorate/v1/" ‖ label ‖ 00 ‖ body, by a node's identity
//   key
//
// The labels in use are listed in docs/protocol.md; a label never changes its layout.

#pragma once

#include <initializer_list>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/signing_key.h"

namespace quorate::layout {

using Hash = ByteArray<32>;

// The parts are hashed one after the other, as if they were one string.
Hash hash(std::string_view label, std::initializer_list<ByteView> parts);
inline Hash hash(std::string_view label, ByteView data) { return hash(label, {data}); }

ed25519::Signature sign(const ed25519::SigningKey& identity, std::string_view label, ByteView body);

[[nodiscard]] bool verifies(const ed25519::Point& identity, std::string_view label, ByteView body,
                            ByteView signature);

// A body and its sender's signature, as they travel.
struct Signed {
  Bytes body;
  ed25519::Signature signature;

  friend bool operator==(const Signed&, const Signed&) = default;
};

}  // namespace quorate::layout
