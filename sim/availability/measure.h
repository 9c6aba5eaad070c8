// Figures from samples: latencies that stand for more or less of the time, and years that differ.

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/availability/report.h"
#include "sim/world/queue.h"

namespace quorate::sim::availability {

// Times of requests, each with the weight of the time that it stands for.
class Latency {
 public:
  void add(Time took, double weight) { samples_.emplace_back(took, weight); }
  bool is_empty() const { return samples_.empty(); }

  LatencyFigures figures() const;
  // Of the whole, in at most `points` steps that lie closer where it matters, at the slow end.
  std::vector<Share> shares(std::size_t points) const;

 private:
  std::vector<std::pair<Time, double>> sorted() const;
  std::vector<std::pair<Time, double>> samples_;
};

// The mean of equal stretches of time, and its standard error.
struct Mean {
  double value = 0;
  double standard_error = 0;
};
Mean mean_of(const std::vector<double>& stretches);

}  // namespace quorate::sim::availability
