#include "sim/world/stream.h"

#include <array>
#include <bit>
#include <cstdlib>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::sim {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t split_mix(std::uint64_t state) {
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t step = 0x9E3779B97F4A7C15ULL;

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = (value << 8) | bytes[i];
  return value;
}

// -log2 of (uniform + 1) / 2^64, with 24 fractional bits: by squaring, bit after bit.
std::uint64_t minus_log2(std::uint64_t uniform) {
  constexpr int bits = 24;
  const std::uint64_t odd = uniform | 1;
  const int zeros = std::countl_zero(odd);
  std::uint64_t x = (odd << zeros) >> 32;  // in [2^31, 2^32) for [1, 2)
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < bits; ++bit) {
    x = (x * x) >> 31;
    fraction <<= 1;
    if (x >> 32 != 0) {
      fraction |= 1;
      x >>= 1;
    }
  }
  return (static_cast<std::uint64_t>(zeros + 1) << bits) - fraction;
}

const char* name() { return "none: a simulated core draws from its Entropy"; }
std::uint32_t no_random() { std::abort(); }
void no_buffer(void* const /*buffer*/, const std::size_t /*size*/) { std::abort(); }

}  // namespace

ByteArray<32> stream_key(Seed seed, std::string_view label) {
  std::array<std::uint8_t, 8> key{};
  for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<std::uint8_t>(seed >> (8 * i));
  // BLAKE2b takes keys of 16 bytes and more: the rest is zero.
  std::array<std::uint8_t, 16> padded{};
  std::copy(key.begin(), key.end(), padded.begin());
  ByteArray<32> out{};
  const ByteView message = bytes_of(label);
  crypto_generichash(out.data(), out.size(), message.data(), message.size(), padded.data(),
                     padded.size());
  return out;
}

Stream::Stream(Seed seed, std::string_view label)
    : start_(little_endian(stream_key(seed, label))), state_(start_) {}

std::uint64_t Stream::next() {
  state_ += step;
  return split_mix(state_);
}

std::uint64_t Stream::output(std::uint64_t k) const { return split_mix(start_ + step * (k + 1)); }

std::uint64_t Stream::below(std::uint64_t n) {
  QUORATE_INVARIANT(n > 0);
  return static_cast<std::uint64_t>((Wide{next()} * n) >> 64);
}

std::uint64_t Stream::between(std::uint64_t from, std::uint64_t to) {
  QUORATE_INVARIANT(from <= to);
  return from + below(to - from + 1);
}

bool Stream::chance(Chance chance) { return static_cast<std::uint32_t>(next() >> 32) < chance; }

std::uint64_t Stream::exponential(std::uint64_t mean) {
  constexpr std::uint64_t ln2 = 11629080;  // of 2^24
  const std::uint64_t log = minus_log2(next());
  return static_cast<std::uint64_t>((((Wide{mean} * log) >> 24) * ln2) >> 24);
}

std::uint64_t Stream::log_uniform(std::uint64_t from, std::uint64_t to) {
  QUORATE_INVARIANT(from > 0 && from <= to);
  const auto least = static_cast<std::uint64_t>(std::bit_width(from));
  const auto most = static_cast<std::uint64_t>(std::bit_width(to));
  const std::uint64_t width = between(least, most);
  const std::uint64_t low = std::max(from, std::uint64_t{1} << (width - 1));
  const std::uint64_t high =
      std::min(to, width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1);
  return between(low, high);
}

StreamEntropy::StreamEntropy(Seed seed, std::string_view label) : key_(stream_key(seed, label)) {}

void StreamEntropy::fill(std::span<std::uint8_t> out) {
  ByteArray<32> key = key_;
  for (std::size_t i = 0; i < 8; ++i) key[i] ^= static_cast<std::uint8_t>(block_ >> (8 * i));
  ++block_;
  static_assert(randombytes_SEEDBYTES == 32);
  randombytes_buf_deterministic(out.data(), out.size(), key.data());
}

void forbid_hidden_draws() {
  static randombytes_implementation none = {name, no_random, nullptr, nullptr, no_buffer, nullptr};
  QUORATE_INVARIANT(sodium_init() >= 0);
  QUORATE_INVARIANT(randombytes_set_implementation(&none) == 0);
}

}  // namespace quorate::sim
