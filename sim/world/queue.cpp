#include "sim/world/queue.h"

#include <algorithm>

#include "crypto/base/invariant.h"

namespace quorate::sim {
namespace {

constexpr auto is_later = [](const auto& a, const auto& b) {
  return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
};

}  // namespace

void Queue::at(Time time, Action action) {
  QUORATE_INVARIANT(time >= now_);
  heap_.push_back({time, sequence_++, std::move(action)});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

bool Queue::run_next(Time until) {
  if (heap_.empty() || heap_.front().time > until) {
    now_ = std::max(now_, until);
    return false;
  }
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  const Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.time;
  ++events_;
  event.action();
  return true;
}

}  // namespace quorate::sim
