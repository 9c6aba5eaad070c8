// Where every random decision of a simulation comes from: streams named by labels, so that a
// decision that is added, or one that is left out, changes no other (docs/simulation.md).
//
//   Stream loss(seed, "net/a>b/loss");
//   if (loss.chance(one_in(100))) ...
//
// Labels are paths: `net/a>b/loss`, `disk/node2/torn`, `node2/entropy`, `workload/client1`. The
// key of a stream is BLAKE2b-256 (key: the seed, 8 bytes little-endian; message: the label); its
// first 8 bytes start SplitMix64. Only integers: no two standard libraries may disagree.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"

namespace quorate::sim {

using Seed = std::uint64_t;

// A probability, out of 2^32.
using Chance = std::uint32_t;
constexpr Chance one_in(std::uint32_t n) {
  return n <= 1 ? 0xffffffffU : static_cast<Chance>((std::uint64_t{1} << 32) / n);
}
constexpr Chance percent(std::uint32_t n) {
  return n >= 100 ? 0xffffffffU : static_cast<Chance>((std::uint64_t{1} << 32) * n / 100);
}

class Stream {
 public:
  Stream(Seed seed, std::string_view label);

  std::uint64_t next();
  // Uniform in [0, n); n > 0.
  std::uint64_t below(std::uint64_t n);
  // Uniform in [from, to].
  std::uint64_t between(std::uint64_t from, std::uint64_t to);
  bool chance(Chance chance);
  // Exponentially distributed with this mean, from a fixed-point table: at most about 22 means.
  std::uint64_t exponential(std::uint64_t mean);
  // Log-uniform in [from, to]: as likely between 1 and 10 as between 10 and 100. from > 0.
  std::uint64_t log_uniform(std::uint64_t from, std::uint64_t to);
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left)
      std::swap(items[left - 1], items[below(left)]);
  }
  // The k-th output of the stream, whatever was drawn before.
  std::uint64_t output(std::uint64_t k) const;

 private:
  std::uint64_t start_;
  std::uint64_t state_;
};

// What a core draws from: libsodium's deterministic generator over the stream's key and a counter.
class StreamEntropy final : public Entropy {
 public:
  StreamEntropy(Seed seed, std::string_view label);
  void fill(std::span<std::uint8_t> out) override;

 private:
  ByteArray<32> key_;
  std::uint64_t block_ = 0;
};

// The 32-byte key of a stream.
ByteArray<32> stream_key(Seed seed, std::string_view label);

// Has libsodium end the process at any draw of its own, so that a hidden one is found at once.
void forbid_hidden_draws();

}  // namespace quorate::sim
