// P5: a node's limits are for those who ask more often than they may. Whoever keeps within them is
// served, whatever happens to the node's clocks. Looks at publishing, which is limited by number
// alone, and counts by the time that the node's process was running.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "node/core/core.h"

namespace quorate::sim {

// What one node was asked.
class Patience {
 public:
  // A batch, with its answers. Somebody who was turned away without reason, in words.
  std::optional<std::string> judged(const node::Now& now, std::span<const node::Asked> asks,
                                    std::span<const std::optional<node::Answer>> answers);

 private:
  std::map<ed25519::Point, std::deque<std::int64_t>> published_;  // when, within the last minute
};

}  // namespace quorate::sim
