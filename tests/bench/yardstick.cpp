#include "tests/bench/yardstick.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::bench {
namespace {

// One ordinary key and a message as long as a certificate that a root signs.
struct OrdinaryKey {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key{};
  std::array<unsigned char, 300> message{};
  std::array<unsigned char, crypto_sign_BYTES> signature{};

  OrdinaryKey() {
    QUORATE_INVARIANT(crypto_sign_keypair(public_key.data(), secret_key.data()) == 0);
    sign();
  }
  int sign() {
    return crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                secret_key.data());
  }
  int verify() const {
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       public_key.data());
  }
};

// The best of several short rows: what else the machine does can only add.
template <typename Work>
double best_mean_s(const Work& work) {
  constexpr int rows = 5;
  constexpr int row = 40;
  double best = 1;
  for (int i = 0; i < rows; ++i) {
    const double from_s = processor_time_s();
    for (int k = 0; k < row; ++k) benchmark::DoNotOptimize(work());
    best = std::min(best, (processor_time_s() - from_s) / row);
  }
  return best;
}

}  // namespace

double processor_time_s() {
  timespec now{};
  QUORATE_INVARIANT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Yardstick Yardstick::measure() {
  OrdinaryKey key;
  return {best_mean_s([&] { return key.sign(); }), best_mean_s([&] { return key.verify(); })};
}

void register_yardsticks() {
  benchmark::RegisterBenchmark("libsodium/sign",
                               [](benchmark::State& state) {
                                 OrdinaryKey key;
                                 bench::measure(
                                     state, [] { return 0; },
                                     [&](int /*nothing*/) { return key.sign(); });
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("libsodium/verify",
                               [](benchmark::State& state) {
                                 const OrdinaryKey key;
                                 bench::measure(
                                     state, [] { return 0; },
                                     [&](int /*nothing*/) { return key.verify(); });
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace quorate::bench
