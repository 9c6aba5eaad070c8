#pragma once

#include <sodium/randombytes.h>

#include "crypto/base/entropy.h"

namespace quorate::cli {

// The operating system's randomness.
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
};

}  // namespace quorate::cli
