// Integers modulo the Mersenne prime 2^61 - 1, a few nanoseconds each. Nothing here is secret and
// nothing runs in constant time.

#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>

#include "crypto/base/bytes.h"

namespace quorate::sim {

class Residue {
 public:
  static constexpr std::uint64_t modulus = (std::uint64_t{1} << 61) - 1;

  constexpr Residue() = default;
  // Any number, reduced.
  constexpr explicit Residue(std::uint64_t number) : value_(folded(number)) {}

  // 32 bytes: the value little-endian in the first 8, zeroes after it. Nothing for other bytes, and
  // for a value of the modulus or more.
  static std::optional<Residue> parse(const ByteArray<32>& encoded);
  // Bytes that are known to be such an encoding: those of a Scalar or Point of the transparent
  // group, which only parse() and the arithmetic make.
  static Residue of_canonical(const ByteArray<32>& encoded) {
    Residue residue;
    residue.value_ = load(encoded.data());
    return residue;
  }
  // 64 bytes as one little-endian number, reduced.
  static Residue reduce(const ByteArray<64>& wide);

  ByteArray<32> bytes() const {
    ByteArray<32> encoded{};
    const std::uint64_t little = little_endian(value_);
    std::memcpy(encoded.data(), &little, sizeof little);
    return encoded;
  }
  constexpr std::uint64_t value() const { return value_; }  // below the modulus
  constexpr bool is_zero() const { return value_ == 0; }
  Residue inverted() const;  // not of zero

  friend constexpr Residue operator+(Residue a, Residue b) {
    return Residue(a.value_ + b.value_);  // below 2^62
  }
  friend constexpr Residue operator-(Residue a, Residue b) {
    return Residue(a.value_ + modulus - b.value_);
  }
  friend constexpr Residue operator*(Residue a, Residue b) {
    const Wide product = Wide{a.value_} * b.value_;
    return Residue((static_cast<std::uint64_t>(product) & modulus) +
                   static_cast<std::uint64_t>(product >> 61));
  }
  friend constexpr auto operator<=>(Residue, Residue) = default;

 private:
  __extension__ using Wide = unsigned __int128;

  static constexpr std::uint64_t little_endian(std::uint64_t number) {
    if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(number);
    return number;
  }
  static std::uint64_t load(const std::uint8_t* bytes) {
    std::uint64_t little = 0;
    std::memcpy(&little, bytes, sizeof little);
    return little_endian(little);
  }
  // 2^61 is 1, so the upper bits are added to the lower ones.
  static constexpr std::uint64_t folded(std::uint64_t number) {
    const std::uint64_t sum = (number & modulus) + (number >> 61);
    return sum >= modulus ? sum - modulus : sum;
  }

  std::uint64_t value_ = 0;
};

}  // namespace quorate::sim
