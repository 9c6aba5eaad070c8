// Integers modulo the order L of the Ed25519 group. Two types, because the questions differ: a
// Scalar may be printed, compared and sent; a SecretScalar may only be moved, used and forgotten.

#pragma once

#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/base/secret_bytes.h"

namespace quorate::ed25519 {

class SecretScalar;

class Scalar {
 public:
  static Scalar of(std::uint16_t small);
  static Scalar reduce(const ByteArray<64>& wide);  // little-endian, mod L
  // RFC 9591 section 6.1: 32 bytes little-endian, rejects s >= L with `malformed`.
  [[nodiscard]] static Result<Scalar> parse(ByteView canonical);

  static Scalar reveal(SecretScalar secret);  // says aloud that this value is now public

  const ByteArray<32>& bytes() const { return bytes_; }
  bool is_zero() const { return *this == Scalar(); }
  Scalar inverted() const;  // not of zero

  friend Scalar operator+(const Scalar& a, const Scalar& b);
  friend Scalar operator-(const Scalar& a, const Scalar& b);
  friend Scalar operator*(const Scalar& a, const Scalar& b);
  friend bool operator==(const Scalar&, const Scalar&) = default;

 private:
  ByteArray<32> bytes_{};
};

// Wiped when it dies and when it is moved from. No copy, no ==, no <<: a secret leaves only
// through expose(), a word the reviewer can search for.
class SecretScalar {
 public:
  // Uniform modulo L: 64 fresh bytes, reduced. Zero has probability 2^-252 and is drawn again.
  static SecretScalar draw(Entropy& entropy);
  // Takes the 64 bytes, wipes where they came from, and reduces them modulo L.
  static SecretScalar reduce(ByteArray<64>& wiped_source);
  // Takes 32 canonical bytes and wipes where they came from, also when it refuses s >= L with
  // `malformed`. Constant time in the value.
  [[nodiscard]] static Result<SecretScalar> parse(std::span<std::uint8_t, 32> wiped_source);

  bool is_zero() const;  // also: has been moved from
  const ByteArray<32>& expose() const { return bytes_.expose(); }

  friend SecretScalar operator+(const SecretScalar& a, const SecretScalar& b);
  friend SecretScalar operator*(const Scalar& a, const SecretScalar& b);

 private:
  SecretScalar() = default;
  SecretBytes<32> bytes_;
};

}  // namespace quorate::ed25519
