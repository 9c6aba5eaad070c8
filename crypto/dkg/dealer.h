// What a dealer does in a DKG: draws a polynomial, commits to it, proves that it knows the constant
// term, and gives everybody the polynomial's value at their place. PedPoP of the FROST paper (Komlo
// and Goldberg 2020, figure 1); ZF frost's encoding of the proof.
//
//   Polynomial f = Polynomial::draw(threshold, entropy);
//   publish f.commitments() and f.prove(self, ceremony, SecretScalar::draw(entropy));
//   give f.at(j) to each receiver j, sealed (envelope.h); then let f die
//
// Without the proof, whoever deals last could subtract the others' commitments from its own and
// own the key.

#pragma once

#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/identifier.h"

namespace quorate::dkg {

// phi_0 .. phi_(t-1): the coefficients times B. phi_0 commits to the constant term.
using Commitments = std::vector<ed25519::Point>;

// A Schnorr proof of knowledge of the constant term, bound to dealer and context.
struct Proof {
  ed25519::Point commitment;  // R
  ed25519::Scalar response;   // mu

  // 64 bytes: R, then mu. Otherwise `malformed`.
  [[nodiscard]] static Result<Proof> parse(ByteView bytes);
  ByteArray<64> bytes() const;

  friend bool operator==(const Proof&, const Proof&) = default;
};

// A secret as a whole: moved, never copied.
class Polynomial {
 public:
  Polynomial(Polynomial&&) noexcept = default;
  Polynomial& operator=(Polynomial&&) noexcept = default;
  Polynomial(const Polynomial&) = delete;
  Polynomial& operator=(const Polynomial&) = delete;
  ~Polynomial() = default;

  // Coefficients uniform in 1..L-1.
  static Polynomial draw(std::uint16_t threshold, Entropy& entropy);
  // From given coefficients, constant term first, for known answers. Refuses zero ones, whose
  // commitment nobody could encode, with `malformed`.
  [[nodiscard]] static Result<Polynomial> of(std::vector<ed25519::SecretScalar> coefficients);

  Commitments commitments() const;
  ed25519::SecretScalar at(frost::Identifier place) const;
  // `context` names the ceremony, so that the proof serves no other. `nonce` is fresh and used for
  // this proof only: taken by value, gone afterwards.
  Proof prove(frost::Identifier dealer, ByteView context, ed25519::SecretScalar nonce) const;

 private:
  explicit Polynomial(std::vector<ed25519::SecretScalar> coefficients);
  std::vector<ed25519::SecretScalar> coefficients_;
};

// Does the proof belong to this dealer, commitment and context? Fails with `proof_invalid`.
[[nodiscard]] Status check_proof(frost::Identifier dealer, const Commitments& commitments,
                                 const Proof& proof, ByteView context);

}  // namespace quorate::dkg
