#include "sim/field/residue.h"

#include <algorithm>
#include <utility>

#include "crypto/base/invariant.h"

namespace quorate::sim {

std::optional<Residue> Residue::parse(const ByteArray<32>& encoded) {
  const bool is_short =
      std::all_of(encoded.begin() + 8, encoded.end(), [](std::uint8_t byte) { return byte == 0; });
  if (!is_short || load(encoded.data()) >= modulus) return std::nullopt;
  return of_canonical(encoded);
}

Residue Residue::reduce(const ByteArray<64>& wide) {
  constexpr Residue two_to_the_64(8);  // 2^61 is 1
  Residue sum;
  for (std::size_t at = wide.size(); at != 0; at -= 8) {
    sum = sum * two_to_the_64 + Residue(load(wide.data() + at - 8));
  }
  return sum;
}

Residue Residue::inverted() const {
  QUORATE_INVARIANT(!is_zero());
  // Euclid's algorithm, which keeps `coefficient * value_ = remainder` modulo the prime in both
  // columns; quicker than the power that Fermat's theorem offers.
  std::uint64_t before = modulus;
  std::uint64_t remainder = value_;
  Residue coefficient_before;
  Residue coefficient(1);
  while (remainder != 1) {
    const std::uint64_t quotient = before / remainder;
    before = std::exchange(remainder, before - quotient * remainder);
    coefficient_before =
        std::exchange(coefficient, coefficient_before - Residue(quotient) * coefficient);
  }
  return coefficient;
}

}  // namespace quorate::sim
