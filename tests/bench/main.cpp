// quorate-bench: the columns S and V are multiples of one libsodium crypto_sign_detached and one
// crypto_sign_verify_detached, measured beside each row.

#include <cstdio>

#include <benchmark/benchmark.h>
#include <sodium.h>

#include "tests/bench/yardstick.h"

int main(int argc, char** argv) {
  if (sodium_init() < 0) {
    (void)std::fputs("quorate-bench: libsodium does not start\n", stderr);
    return 1;
  }
  quorate::bench::register_yardsticks();
  quorate::bench::register_signing();
  quorate::bench::register_dkg();
  quorate::bench::register_ledger();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
