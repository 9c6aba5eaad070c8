#include "crypto/ed25519/foreign_key.h"

#include "crypto/ed25519/point.h"

namespace quorate::ed25519 {

// verifies_for() stands beside verifies(), in signing_key.cpp.
bool is_usable_key(ByteView encoded) { return Point::parse(encoded).has_value(); }

}  // namespace quorate::ed25519
