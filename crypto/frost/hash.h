// The hash functions of FROST(Ed25519, SHA-512): RFC 9591 section 6.1, and the one that the DKG
// adds. SHA-512 is incremental so that no caller concatenates a secret into a heap buffer.

#pragma once

#include <initializer_list>
#include <string_view>

#include "crypto/base/bytes.h"

namespace quorate::frost {

// H1, H3, H4, H5 (H2 is plain SHA-512), and HDKG for proofs of possession.
enum class Domain { rho, nonce, msg, com, dkg };

ByteArray<64> hash(Domain domain, std::initializer_list<ByteView> parts);
ByteArray<64> hash_challenge(std::initializer_list<ByteView> parts);

}  // namespace quorate::frost
