// When what fails, for years on end: changes in the order of time, drawn from a seed.
//
//   Timeline timeline(quorum, seed);
//   while (timeline.now() < end) { ... timeline.conditions() ...; timeline.advance(); }
//
// Every cause has a stream of its own, so the same node fails at the same times in every choice.

#pragma once

#include <cstdint>
#include <vector>

#include "sim/availability/quorum.h"
#include "sim/world/stream.h"

namespace quorate::sim::availability {

// How a node meets a client.
enum class Reach : std::uint8_t {
  up,
  silent,    // its machine or its site is gone: nobody says so
  closed,    // stopped in order: connections are closed and refused
  no_token,  // answers, and refuses to sign
};

struct Condition {
  Reach reach = Reach::up;
  bool is_slow = false;

  friend bool operator==(const Condition&, const Condition&) = default;
};
using Conditions = std::vector<Condition>;  // in the order of the quorum's nodes

class Timeline {
 public:
  Timeline(const Quorum& quorum, Seed seed);

  Time now() const { return now_; }
  Time next() const { return next_; }  // when the next change comes
  void advance();                      // to the next change

  const Conditions& conditions() const { return conditions_; }
  // By place in quorum.causes: those that are there now.
  bool is_there(std::size_t cause) const { return running_[cause].is_there; }
  std::size_t latest() const { return latest_; }     // which cause came or went last
  bool was_put_off() const { return was_put_off_; }  // it should have come, and did not

 private:
  struct Running {
    Stream stream;
    bool is_there = false;
    Time next = 0;            // when it comes, or goes
    std::uint64_t round = 0;  // of the calendar
  };
  void plan(std::size_t cause);
  void plan_upgrade(const Cause& cause, Running& running);
  bool must_wait(const Cause& cause) const;
  Condition condition_of(std::size_t node) const;
  void find_next();

  const Quorum* quorum_;
  std::vector<Running> running_;
  std::vector<std::vector<std::size_t>> causes_of_;  // by node
  Conditions conditions_;
  Time now_ = 0;
  Time next_ = 0;
  std::size_t latest_ = 0;
  std::size_t upcoming_ = 0;
  bool was_put_off_ = false;
};

// How long something lasts this time; at least a microsecond.
Time draw(const Spread& spread, Stream& stream);

}  // namespace quorate::sim::availability
