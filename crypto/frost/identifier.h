#pragma once

#include <compare>
#include <cstdint>

#include "crypto/base/result.h"

namespace quorate::frost {

// A participant's place on the sharing polynomial. Zero is not a place: the polynomial's value
// there is the root key itself, so no Identifier can be made from it.
class Identifier {
 public:
  static Result<Identifier> make(std::uint32_t number);

  std::uint16_t number() const { return number_; }
  friend auto operator<=>(Identifier, Identifier) = default;

 private:
  explicit Identifier(std::uint16_t number) : number_(number) {}
  std::uint16_t number_;
};

// The sizes we sign with: 2 <= threshold <= members <= 64. One of one is no threshold. Otherwise
// `threshold_invalid`.
[[nodiscard]] Status check_sizes(std::size_t threshold, std::size_t members);

// Counts the refreshes and reshares of a root. Shares of different epochs do not combine.
enum class Epoch : std::uint64_t {};

}  // namespace quorate::frost
