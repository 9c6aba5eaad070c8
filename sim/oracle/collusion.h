// What up to t-1 members that work together could forge of all that they hold and saw. Every
// attempt ends at the ordinary verifier, so whatever comes back is a signature that anybody would
// accept.
//
// For either group: points are added and compared, and never read as numbers.

#pragma once

#include <functional>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/ed25519/signing_key.h"
#include "crypto/frost/package.h"
#include "crypto/frost/signer.h"

namespace quorate::sim {

struct Forgery {
  Bytes message;
  ed25519::Signature signature;

  friend bool operator==(const Forgery&, const Forgery&) = default;
};

// A share that a corrupt member gave away. It is no longer a secret.
struct StolenShare {
  frost::Identifier holder;
  ed25519::Scalar value;
};

// One package, with the partial signatures that were made for it: all that the adversary saw or
// made itself.
struct Session {
  frost::Package package;
  std::vector<frost::Partial> partials;
};

// How the nodes compute their binding factors. Theirs is the same function, so that a bug planted
// in it reaches both; a test may give another.
using BindingRule = std::function<frost::BindingFactors(const frost::Package&)>;

// Of one root in one epoch.
struct Spoils {
  frost::Quorum quorum;
  std::vector<StolenShare> shares;
  std::vector<Session> sessions;
  BindingRule binding = frost::binding_factors;
};

// t-1-collude-forge. Tries, for each of `targets`, none of which any honest node approved:
//   - the root's secret as the interpolation of every subset of shares, at every assignment of
//     members' numbers to them, shares that a nonce used twice gives away among them
//   - signatures that sessions made, for another message; the sums of sessions, and all together
//   - sessions mixed signer by signer, and signers exchanged within one session
// Stops after `trials` candidates of each of these three kinds. Empty: nothing was forged.
std::vector<Forgery> collude_and_forge(const Spoils& spoils, std::span<const Bytes> targets,
                                       std::size_t trials = 500);

}  // namespace quorate::sim
