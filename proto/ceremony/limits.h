// What the documents of a ceremony have in common.

#pragma once

#include <cstddef>
#include <cstdint>

namespace quorate::ceremony {

inline constexpr std::size_t most_members = 64;
// The only algorithm of a root so far.
inline constexpr std::uint8_t ed25519_algorithm = 1;

}  // namespace quorate::ceremony
