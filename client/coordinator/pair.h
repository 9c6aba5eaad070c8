// The public halves of nonce pairs as a client holds them. Each serves one session.

#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/frost/package.h"

namespace quorate::coordinator {

using Boot = ByteArray<16>;  // one run of a node: with it go all its nonces

// A node's `Commitments` of the wire, decoded, of the root and epoch that were asked for.
struct Fresh {
  Boot boot{};
  std::vector<frost::Commitment> pairs;
};

struct Pair {
  frost::Commitment commitment;
  Boot boot;
  std::uint64_t received_ms;
};

struct Leftover {
  frost::Identifier node;
  Pair pair;
};

}  // namespace quorate::coordinator
