// Virtual time, and what happens next. One thread: an event is taken, its action runs to its end,
// and whatever follows from it is put into the queue. Ordered by time, then by when it was put in.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace quorate::sim {

// Nanoseconds of true time since the simulation began.
using Time = std::uint64_t;
constexpr Time microsecond = 1'000;
constexpr Time millisecond = 1'000'000;
constexpr Time second = 1'000'000'000;
constexpr Time minute = 60 * second;
constexpr Time hour = 60 * minute;
constexpr Time day = 24 * hour;

class Queue {
 public:
  using Action = std::function<void()>;

  Time now() const { return now_; }
  void at(Time time, Action action);  // not before now()
  void in(Time delay, Action action) { at(now_ + delay, std::move(action)); }

  // Runs the next event that is due by `until`. False: there is none, and now() is `until`.
  bool run_next(Time until);
  std::uint64_t events() const { return events_; }
  bool is_empty() const { return heap_.empty(); }

 private:
  struct Event {
    Time time;
    std::uint64_t sequence;
    Action action;
  };
  std::vector<Event> heap_;
  Time now_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace quorate::sim
