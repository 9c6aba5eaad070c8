// `ros`: a forgery out of many sessions that are open at once (Benhamouda, Lepoint, Loss, Orrù,
// Raykova 2020), which is what binding factors are there to prevent.
//
// The corrupt signers commit last, in each session knowing two commitments of their own, hence two
// challenges. With as many sessions as the group's order has bits, the choice between the two
// writes any number in binary: so a sum of the honest answers answers the challenge of a message
// that nobody was asked for. It needs the honest signers' term of the commitment to be the same
// whichever is chosen. A binding factor over the list of all commitments makes it another.
//
//   Result<Ros> attack = Ros::plan(quorum, stolen, sessions, target, entropy);
//   ask the honest signers of attack->packages()[i] for their partials, for every i
//   std::optional<Forgery> forgery = attack->forge(partials);

#pragma once

#include <optional>
#include <span>
#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "sim/oracle/collusion.h"

namespace quorate::sim {

// A session that waits for the adversary's commitments. The message is one that honest nodes
// approve.
struct OpenSession {
  Bytes message;
  std::vector<frost::Commitment> honest;  // ascending by signer
};

class Ros {
 public:
  // How many sessions it takes: 61 in the transparent group, 253 in the real one.
  static std::size_t sessions_needed();

  // The signers of each session are its honest ones, the same in all of them, and those of
  // `stolen`. Fails with `wrong_participants` where these are not a quorum, too few sessions are
  // open, or nobody is corrupt; `identity_reached` where commitments cancel.
  [[nodiscard]] static Result<Ros> plan(const frost::Quorum& quorum,
                                        const std::vector<StolenShare>& stolen,
                                        const std::vector<OpenSession>& sessions, Bytes target,
                                        Entropy& entropy,
                                        const BindingRule& binding = frost::binding_factors);

  // One for each session, with the commitments of all its signers.
  const std::vector<frost::Package>& packages() const { return packages_; }

  // The honest signers' partials for each package, all of them. Nothing where one is missing, and
  // where the sum does not verify.
  std::optional<Forgery> forge(std::span<const std::vector<frost::Partial>> honest) const;

 private:
  Ros(Bytes target, ed25519::Point group_key, ed25519::Point commitment)
      : target_(std::move(target)), group_key_(group_key), commitment_(commitment) {}

  Bytes target_;
  ed25519::Point group_key_;
  ed25519::Point commitment_;             // R of the forgery
  ed25519::Scalar answered_alone_;        // the corrupt members' part of its z
  std::vector<ed25519::Scalar> weights_;  // of each session's honest partials in its z
  std::vector<frost::Package> packages_;
};

}  // namespace quorate::sim
