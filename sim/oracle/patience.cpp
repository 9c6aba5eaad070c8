#include "sim/oracle/patience.h"

namespace quorate::sim {
namespace {

constexpr std::size_t may_publish = 30;  // a minute and client, as node/core has it
constexpr std::int64_t window_ms = 60'000;

bool is_busy(const std::optional<node::Answer>& answer) {
  const auto* refused = answer ? std::get_if<node::Refused>(&*answer) : nullptr;
  return refused != nullptr && refused->refusal.error.code == Code::busy;
}

}  // namespace

std::optional<std::string> Patience::judged(const node::Now& now, std::span<const node::Asked> asks,
                                            std::span<const std::optional<node::Answer>> answers) {
  std::optional<std::string> found;
  for (std::size_t i = 0; i < asks.size() && i < answers.size(); ++i) {
    if (!std::holds_alternative<node::Publish>(asks[i].ask)) continue;
    std::deque<std::int64_t>& times = published_[asks[i].client];
    while (!times.empty() && times.front() + window_ms <= now.clocks.monotonic_ms) {
      times.pop_front();
    }
    if (is_busy(answers[i]) && times.size() < may_publish) {
      found = "too busy for a client that published " + std::to_string(times.size()) +
              " times within a minute";
    }
    times.push_back(now.clocks.monotonic_ms);
  }
  return found;
}

}  // namespace quorate::sim
