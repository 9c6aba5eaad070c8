// What follows from what the adversary knows: algebraic secrecy, in the transparent group alone.
//
// Everything secret is a linear form over the secrets that honest parties drew: coefficients of
// their polynomials, and nonces. Each is named by its public image, secret·B. Each *scalar* that
// reaches the adversary (a share dealt to it, a partial signature, a stolen share) is a form that
// it knows the value of; points teach nothing, since they stand for elements of a group that hides
// them. So the adversary can compute a secret if and only if the secret's form lies in the span of
// those:
//
//   Span adversary;
//   adversary.learn(dealt_share(deal, corrupt_place));            // an honest dealer's deal to it
//   adversary.learn(partial_form(package, signer, share_form));   // an honest node's answer
//   adversary.is_known(root_form)                                 // must never become true
//
// A dealer of the adversary's own adds nothing to a form where the adversary knows its
// coefficients. Where it committed to more than it knows (image = known·B + what others committed
// to), say that:
//   adversary.learn(LinearForm().add(image, one).add(what_others_committed_to, minus_one));

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "crypto/dkg/dealer.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/package.h"
#include "sim/field/residue.h"

namespace quorate::sim {

class LinearForm {
 public:
  LinearForm& add(const ed25519::Point& image, const ed25519::Scalar& factor);
  LinearForm& add(const LinearForm& other, const ed25519::Scalar& factor);

  // An image may occur more than once; then its factors add up.
  const std::vector<std::pair<ed25519::Point, Residue>>& terms() const { return terms_; }

 private:
  std::vector<std::pair<ed25519::Point, Residue>> terms_;
};

// The value of one dealer's polynomial at a place: what the dealer gives to the member there.
LinearForm dealt_share(const dkg::Commitments& deal, frost::Identifier place);
// The sum of these over all dealers: a member's share of the root.
LinearForm share_form(std::span<const dkg::Commitments> deals, frost::Identifier place);
// The sum of the dealers' constant terms: the root's secret.
LinearForm root_form(std::span<const dkg::Commitments> deals);
// d + rho e + lambda c s: what a signer of the package answers. `share` is the signer's.
LinearForm partial_form(const frost::Package& package, frost::Identifier signer,
                        const LinearForm& share);

// Gaussian elimination, form by form. Each row is solved for its newest secret, the one that
// occurred last for the first time. A fresh nonce is always newer than the shares, so an ordinary
// partial signature is stored as it came, and never touched again unless one of its nonces comes
// once more: learning costs the length of the form, and asking for a share does not see those rows
// at all.
class Span {
 public:
  void learn(const LinearForm& form);
  bool is_known(const LinearForm& form) const;

  // How many of the forms that were learnt did not follow from the others.
  std::size_t dimension() const { return dimension_; }

 private:
  struct Term {
    std::uint32_t secret;  // its number, in the order of first occurrence
    Residue factor;
  };
  using Row = std::vector<Term>;  // newest secret first, no factor zero; that of the first is one

  // Takes all out of the row that other rows give; the rest, which is empty if they give it all.
  Row reduced(Row row) const;

  std::map<ed25519::Point, std::uint32_t> numbers_;
  std::vector<Row> rows_;  // by the secret they are solved for; empty where there is none
  std::size_t dimension_ = 0;
};

}  // namespace quorate::sim
