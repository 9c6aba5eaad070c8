#include "sim/availability/measure.h"

#include <algorithm>
#include <cmath>

namespace quorate::sim::availability {
namespace {

double milliseconds(Time time) {
  return static_cast<double>(time) / static_cast<double>(millisecond);
}

double total(const std::vector<std::pair<Time, double>>& samples) {
  double sum = 0;
  for (const auto& [time, weight] : samples) sum += weight;
  return sum;
}

}  // namespace

std::vector<std::pair<Time, double>> Latency::sorted() const {
  std::vector<std::pair<Time, double>> samples = samples_;
  std::sort(samples.begin(), samples.end());
  return samples;
}

LatencyFigures Latency::figures() const {
  const auto samples = sorted();
  const double all = total(samples);
  const auto at = [&](double share) {
    double sum = 0;
    for (const auto& [time, weight] : samples) {
      sum += weight;
      if (sum >= share * all) return milliseconds(time);
    }
    return samples.empty() ? 0 : milliseconds(samples.back().first);
  };
  return {at(0.5), at(0.95), at(0.99), at(0.999)};
}

std::vector<Share> Latency::shares(std::size_t points) const {
  const auto samples = sorted();
  const double all = total(samples);
  std::vector<Share> made;
  double sum = 0;
  double next = 0;
  for (const auto& [time, weight] : samples) {
    sum += weight;
    if (sum / all < next) continue;
    made.push_back({milliseconds(time), sum / all});
    // Half of the points for the fast 90 %, half for the rest.
    next = sum / all + (sum < 0.9 * all ? 1.8 : 0.2) / static_cast<double>(points);
  }
  if (!samples.empty()) made.push_back({milliseconds(samples.back().first), 1});
  return made;
}

Mean mean_of(const std::vector<double>& stretches) {
  Mean mean;
  const auto count = static_cast<double>(stretches.size());
  for (const double one : stretches) mean.value += one / count;
  if (stretches.size() < 2) return mean;
  double squares = 0;
  for (const double one : stretches) squares += (one - mean.value) * (one - mean.value);
  mean.standard_error = std::sqrt(squares / (count - 1) / count);
  return mean;
}

}  // namespace quorate::sim::availability
