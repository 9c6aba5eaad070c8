// A host's clocks: wrong in all the ways in which clocks are.

#pragma once

#include <cstdint>

#include "node/core/core.h"
#include "sim/actors/world.h"

namespace quorate::sim {

class HostClock {
 public:
  // wall = true + offset + drift·t + steps. Monotonic time never goes back, and does not count
  // pauses of the machine.
  void set_offset_ms(std::int64_t offset) { offset_ms_ = offset; }
  void set_drift_ppm(std::int64_t drift) { drift_ppm_ = drift; }
  void jump_ms(std::int64_t by) { offset_ms_ += by; }
  void pause(Time time) { paused_ += time; }
  void set_right() {
    offset_ms_ = 0;
    drift_ppm_ = 0;
  }
  std::int64_t offset_ms() const { return offset_ms_; }
  bool is_wrong() const { return offset_ms_ != 0 || drift_ppm_ != 0; }

  node::Now read(Time now) const {
    const auto true_ms = static_cast<std::int64_t>(now / millisecond);
    const std::int64_t wall = static_cast<std::int64_t>(begin_of_time_s) * 1000 + true_ms +
                              offset_ms_ + true_ms * drift_ppm_ / 1'000'000;
    const auto running_ms = static_cast<std::int64_t>((now - paused_) / millisecond);
    return {static_cast<std::uint64_t>(wall), {running_ms, wall - true_ms}};
  }

 private:
  std::int64_t offset_ms_ = 0;
  std::int64_t drift_ppm_ = 0;
  Time paused_ = 0;
};

}  // namespace quorate::sim
