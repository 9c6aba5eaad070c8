// Bytes that nobody may see: keys, seeds, PINs' digests.

#pragma once

#include <algorithm>
#include <span>

#include <sodium/utils.h>

#include "crypto/base/bytes.h"

namespace quorate {

// Wiped when it dies and when it is moved from. No copy, no ==, no <<: what is inside leaves only
// through expose(), a word the reviewer can search for. Starts as zeroes, to be filled through
// writable().
template <std::size_t n>
class SecretBytes {
 public:
  SecretBytes() = default;
  // Takes the bytes, and wipes where they came from.
  explicit SecretBytes(std::span<std::uint8_t, n> wiped_source) {
    std::copy(wiped_source.begin(), wiped_source.end(), bytes_.begin());
    sodium_memzero(wiped_source.data(), n);
  }
  SecretBytes(SecretBytes&& other) noexcept
      : SecretBytes(std::span<std::uint8_t, n>(other.bytes_)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      sodium_memzero(other.bytes_.data(), n);
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { sodium_memzero(bytes_.data(), n); }

  const ByteArray<n>& expose() const { return bytes_; }
  std::span<std::uint8_t, n> writable() { return bytes_; }

 private:
  ByteArray<n> bytes_{};
};

}  // namespace quorate
