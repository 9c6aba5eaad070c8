// FROST(Ed25519, SHA-512): what the coordinator does with partial signatures. Holds no secret,
// and is trusted for nothing: whoever runs this can at worst fail to produce a signature.

#pragma once

#include <map>
#include <vector>

#include "crypto/ed25519/signing_key.h"
#include "crypto/frost/package.h"
#include "crypto/frost/signer.h"

namespace quorate::frost {

// Y_i of every member, from the epoch record: never from the member whose partial is checked.
using VerificationShares = std::map<Identifier, ed25519::Point>;

// RFC 9591 section 5.4: does this partial belong to this package? A wrong one is evidence against
// its sender, so check() has no way to fail other than saying no.
[[nodiscard]] bool check(const Partial& partial, const Package& package,
                         const ed25519::Point& verification_share);

// Why there is no signature. `guilty` names all whose partial does not verify, ascending; empty
// only where the call itself was wrong (`wrong_participants`: other partials than the package's
// signers', or verification shares of another key or threshold) or the commitments cancel
// (`identity_reached`).
struct AggregateFault {
  Error error;
  std::vector<Identifier> guilty;
};

// RFC 9591 section 5.3: one partial for each signer of the package, in its order. The signature
// was verified with the ordinary algorithm before it is returned; only if that fails are the
// partials checked one by one (`partial_invalid`).
[[nodiscard]] tl::expected<ed25519::Signature, AggregateFault> aggregate(
    const std::vector<Partial>& partials, const Package& package,
    const VerificationShares& verification_shares);

}  // namespace quorate::frost
