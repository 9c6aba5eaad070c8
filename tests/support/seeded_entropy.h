// Randomness for tests: the same every time.

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include <sodium.h>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/invariant.h"

namespace quorate::testing {

// The same seed gives the same bytes, call by call.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}

  void fill(std::span<std::uint8_t> out) override {
    ++calls_;
    ByteArray<randombytes_SEEDBYTES> key{};
    for (std::size_t i = 0; i < 8; ++i) {
      key[i] = static_cast<std::uint8_t>(seed_ >> (8 * i));
      key[8 + i] = static_cast<std::uint8_t>(calls_ >> (8 * i));
    }
    randombytes_buf_deterministic(out.data(), out.size(), key.data());
  }

  std::uint64_t number() {
    ByteArray<8> bytes;
    fill(bytes);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
  }

 private:
  std::uint64_t seed_;
  std::uint64_t calls_ = 0;
};

// Gives out these bytes, in order; asking for more than there are ends the test.
class FixedEntropy final : public Entropy {
 public:
  explicit FixedEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}

  void fill(std::span<std::uint8_t> out) override {
    QUORATE_INVARIANT(out.size() <= left());
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(used_);
    std::copy_n(from, out.size(), out.begin());
    used_ += out.size();
  }

  std::size_t left() const { return bytes_.size() - used_; }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
};

}  // namespace quorate::testing
