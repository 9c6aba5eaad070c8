// What a receiver does in a DKG: checks each dealer's share against that dealer's commitments, adds
// them up, and works out the public values that everybody else works out as well.

#pragma once

#include <map>
#include <span>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/dkg/dealer.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/identifier.h"

namespace quorate::dkg {

// The polynomial in the exponent: the sum over k of place^k times commitments[k]. Of a root's
// summed commitments this is the verification share Y. Fails with `identity_reached`.
[[nodiscard]] Result<ed25519::Point> evaluate(const Commitments& commitments,
                                              frost::Identifier place);

// share·B = evaluate(commitments, receiver)? Fails with `share_invalid`. A share of zero is valid
// where the commitments say zero: whoever judges a complaint computes just this equation.
[[nodiscard]] Status check_share(frost::Identifier receiver, const ed25519::SecretScalar& share,
                                 const Commitments& commitments);

// What follows from all deals, the same for everybody.
struct Outcome {
  Commitments commitments;  // A_0 .. A_(t-1); A_0 is the group key
  std::map<frost::Identifier, ed25519::Point> verification_shares;
};

// Adds the deals, all of one length, and derives every member's verification share. Fails with
// `identity_reached` where a value came out as the identity, `wrong_participants` where the lengths
// differ or there is no deal.
[[nodiscard]] Result<Outcome> combine(std::span<const Commitments> deals,
                                      std::span<const frost::Identifier> members);

// The sum of the shares that one receiver got: its share of the new key.
ed25519::SecretScalar sum(std::span<const ed25519::SecretScalar> shares);

}  // namespace quorate::dkg
