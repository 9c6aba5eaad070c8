// How quickly nodes answered of late: whom to ask first, and how long to wait for them before
// somebody else is asked as well. A long-lived client keeps one for all its requests.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "crypto/ed25519/point.h"

namespace quorate::coordinator {

inline constexpr std::size_t remembered_answers = 16;  // per node

class Latencies {
 public:
  // Also for a node that has not answered when its request ends, with the time it was waited for:
  // from answers alone a node that was quick once and is silent now would be chosen for ever.
  void record(const ed25519::Point& node, std::uint64_t latency_ms);

  // Nothing for a node that was never waited for.
  std::optional<std::uint64_t> median_ms(const ed25519::Point& node) const;

 private:
  std::map<ed25519::Point, std::deque<std::uint64_t>> recent_;
};

}  // namespace quorate::coordinator
