#pragma once

#include <cstdint>
#include <span>

namespace quorate {

// The only source of randomness below the programs. The operating system's in production, a
// seeded stream in the simulator, and fixed bytes in a known-answer test.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace quorate
