// How quickly nodes answered of late: whom to ask first, and how long to wait for them before
// somebody else is asked as well. A long-lived client keeps one for all its requests.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "crypto/ed25519/point.h"

namespace quorate::coordinator {

inline constexpr std::size_t remembered_answers = 16;  // per node

class Latencies {
 public:
  // It answered, after so long.
  void record(const ed25519::Point& node, std::uint64_t latency_ms);

  // It was asked, and had not answered when the request ended, after so long. Until it answers
  // something again others are asked before it: a median forgets too slowly.
  void record_silence(const ed25519::Point& node, std::uint64_t waited_ms);
  bool is_silent(const ed25519::Point& node) const { return silent_.contains(node); }

  // Nothing for a node that was never waited for.
  std::optional<std::uint64_t> median_ms(const ed25519::Point& node) const;
  // What the median is of, the oldest first: for recordings.
  std::vector<std::uint64_t> recent(const ed25519::Point& node) const;

 private:
  void remember(const ed25519::Point& node, std::uint64_t latency_ms);

  std::map<ed25519::Point, std::deque<std::uint64_t>> recent_;
  std::set<ed25519::Point> silent_;
};

}  // namespace quorate::coordinator
