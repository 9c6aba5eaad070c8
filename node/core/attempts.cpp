#include "node/core/attempts.h"

#include <algorithm>

namespace quorate::node {

bool Attempts::count(ByteView key, std::size_t limit, std::uint64_t now_ms) {
  std::deque<std::uint64_t>& times = times_[Bytes(key.begin(), key.end())];
  while (!times.empty() && times.front() + window_ms_ <= now_ms) times.pop_front();
  const bool may = times.size() < limit;
  if (may) times.push_back(now_ms);
  if (times_.size() > most_keys_) forget_quietest();
  return may;
}

bool Attempts::is_full(ByteView key, std::size_t limit, std::uint64_t now_ms) const {
  const auto found = times_.find(Bytes(key.begin(), key.end()));
  if (found == times_.end()) return false;
  const std::deque<std::uint64_t>& times = found->second;
  const auto recent = std::count_if(times.begin(), times.end(),
                                    [&](std::uint64_t time) { return time + window_ms_ > now_ms; });
  return static_cast<std::size_t>(recent) >= limit;
}

void Attempts::forget_quietest() {
  const auto latest = [](const auto& entry) {
    return entry.second.empty() ? 0 : entry.second.back();
  };
  times_.erase(std::min_element(times_.begin(), times_.end(), [&](const auto& a, const auto& b) {
    return latest(a) < latest(b);
  }));
}

}  // namespace quorate::node
