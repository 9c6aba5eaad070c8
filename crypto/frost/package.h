// What the coordinator sends in round two, and the values that follow from it alone. Signer and
// aggregator compute these from the same bytes, so they live here, once.

#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/identifier.h"

namespace quorate::frost {

// Round one's public half of a nonce pair.
struct Commitment {
  Identifier signer;
  ed25519::Point hiding;   // D
  ed25519::Point binding;  // E

  friend bool operator==(const Commitment&, const Commitment&) = default;
};

// Who may sign under which key in one epoch. A node takes this from its own store, never from a
// request: a caller who could choose the group key would get partials over a key of its choice.
struct Quorum {
  Epoch epoch;
  std::uint16_t threshold;
  ed25519::Point group_key;
  std::vector<Identifier> members;  // ascending
};

class Package {
 public:
  // Exactly `threshold` commitments, strictly ascending by signer, every signer a member. Fails
  // with `wrong_participants`: a list is checked, never sorted or repaired, because signers that
  // disagree about its order would disagree about every binding factor.
  [[nodiscard]] static Result<Package> make(const Quorum& quorum, Bytes message,
                                            std::vector<Commitment> chosen);

  Epoch epoch() const { return epoch_; }
  const ed25519::Point& group_key() const { return group_key_; }
  const Bytes& message() const { return message_; }
  const std::vector<Commitment>& commitments() const { return commitments_; }
  const Commitment* find(Identifier signer) const;  // nullptr where it is not in the package

 private:
  Package(const Quorum& quorum, Bytes message, std::vector<Commitment> chosen);

  Epoch epoch_;
  ed25519::Point group_key_;
  Bytes message_;
  std::vector<Commitment> commitments_;  // ascending, as RFC 9591 encodes them
};

using BindingFactors = std::map<Identifier, ed25519::Scalar>;  // rho_i

// RFC 9591 section 4.4, compute_binding_factors.
BindingFactors binding_factors(const Package& package);

// D_i + rho_i E_i of one signer, known to that signer without a multiplication of its own points.
struct OwnTerm {
  Identifier signer;
  ed25519::Point point;
};

// RFC 9591 section 4.5, compute_group_commitment. Fails with `identity_reached`.
[[nodiscard]] Result<ed25519::Point> group_commitment(const Package& package,
                                                      const BindingFactors& factors,
                                                      const std::optional<OwnTerm>& own = {});

// RFC 9591 section 4.6, compute_challenge: exactly Ed25519's.
ed25519::Scalar challenge(const ed25519::Point& group_commitment, const ed25519::Point& group_key,
                          ByteView message);

// The Lagrange coefficient of `of` at `x` over the set: RFC 9591 section 4.2 at x = 0. Fails with
// `unknown_participant` when `of` is not in the set, `wrong_participants` when the set is not
// strictly ascending.
[[nodiscard]] Result<ed25519::Scalar> lagrange_coefficient(std::span<const Identifier> set,
                                                           Identifier of, std::uint16_t x = 0);

// The same for a package's own signers. `of` is one of them.
ed25519::Scalar lagrange_coefficient(const Package& package, Identifier of);

}  // namespace quorate::frost
