// Ratios instead of microseconds, so that figures from two machines can be compared: S is one
// libsodium crypto_sign_detached, V one crypto_sign_verify_detached, of the same run.

#pragma once

#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

namespace quorate::bench {

// Seconds of this thread's processor time: what else the machine does must not show in a ratio.
double processor_time_s();

// The sizes that every benchmark of ours runs with.
struct Shape {
  std::uint16_t threshold;
  std::uint16_t members;
};
inline constexpr Shape shapes[] = {{2, 3}, {3, 5}, {7, 10}, {34, 50}};

// Measures S and V now: the processor's speed changes during a run.
struct Yardstick {
  double sign_s;
  double verify_s;

  static Yardstick measure();
};

// One benchmark: in each iteration prepare() makes what work() uses up, and only work() is timed.
// Leaves the counters S and V: the mean of work() as multiples of those.
template <typename Prepare, typename Work>
void measure(benchmark::State& state, const Prepare& prepare, const Work& work) {
  const Yardstick yardstick = Yardstick::measure();
  double total_s = 0;
  for (auto unused : state) {
    static_cast<void>(unused);
    auto prepared = prepare();
    const double from_s = processor_time_s();
    benchmark::DoNotOptimize(work(prepared));
    const double elapsed_s = processor_time_s() - from_s;
    state.SetIterationTime(elapsed_s);
    total_s += elapsed_s;
  }
  const double mean_s = total_s / static_cast<double>(state.iterations());
  state.counters["S"] = mean_s / yardstick.sign_s;
  state.counters["V"] = mean_s / yardstick.verify_s;
}

// Each adds its benchmarks for all shapes.
void register_yardsticks();
void register_signing();
void register_dkg();
void register_ledger();

// `name/t_of_n`.
template <typename Function>
void add(const std::string& name, const Shape& shape, const Function& function) {
  const std::string full =
      name + "/" + std::to_string(shape.threshold) + "_of_" + std::to_string(shape.members);
  benchmark::RegisterBenchmark(full.c_str(),
                               [=](benchmark::State& state) { function(state, shape); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace quorate::bench
