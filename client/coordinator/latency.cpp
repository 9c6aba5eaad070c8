#include "client/coordinator/latency.h"

#include <algorithm>
#include <vector>

namespace quorate::coordinator {

void Latencies::record(const ed25519::Point& node, std::uint64_t latency_ms) {
  silent_.erase(node);
  remember(node, latency_ms);
}

// From answers alone a node that was quick once and is silent now would be chosen for ever.
void Latencies::record_silence(const ed25519::Point& node, std::uint64_t waited_ms) {
  silent_.insert(node);
  remember(node, waited_ms);
}

void Latencies::remember(const ed25519::Point& node, std::uint64_t latency_ms) {
  std::deque<std::uint64_t>& recent = recent_[node];
  recent.push_back(latency_ms);
  if (recent.size() > remembered_answers) recent.pop_front();
}

std::vector<std::uint64_t> Latencies::recent(const ed25519::Point& node) const {
  const auto found = recent_.find(node);
  if (found == recent_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::optional<std::uint64_t> Latencies::median_ms(const ed25519::Point& node) const {
  const auto found = recent_.find(node);
  if (found == recent_.end()) return std::nullopt;
  std::vector<std::uint64_t> sorted(found->second.begin(), found->second.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

}  // namespace quorate::coordinator
