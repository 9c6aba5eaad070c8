#include "sim/availability/timeline.h"

#include <algorithm>
#include <array>

#include "crypto/base/invariant.h"

namespace quorate::sim::availability {
namespace {

__extension__ using Wide = unsigned __int128;

// mean * 2^(x / 2^16), by the binary digits of x: no library's exp(), which differ.
Time scaled(Time mean, std::int64_t x) {
  static constexpr std::array<std::uint64_t, 16> roots = {
      // 2^(2^-k), of 2^32
      6074001000, 5107605667, 4683695048, 4485121744, 4389014833, 4341736423,
      4318288544, 4306612134, 4300785774, 4297875550, 4296421177, 4295694175,
      4295330720, 4295149004, 4295058149, 4295012722};
  const std::int64_t whole = x >> 16;
  Wide value = mean;
  for (std::size_t k = 0; k < roots.size(); ++k) {
    if ((x >> (15 - k) & 1) != 0) value = value * roots[k] >> 32;
  }
  return static_cast<Time>(whole >= 0 ? value << whole : value >> -whole);
}

// Log-normal with sigma 1. The normal deviate is a sum of twelve uniform ones, which has no tail
// beyond six: enough for machines that are repaired by people.
Time log_normal(Time mean, Stream& stream) {
  constexpr std::int64_t one = 1 << 16;
  constexpr std::int64_t log2_e = 94548;
  std::int64_t deviate = -6 * one;
  for (int i = 0; i < 12; ++i) deviate += static_cast<std::int64_t>(stream.below(one));
  return scaled(mean, (deviate - one / 2) * log2_e / one);
}

}  // namespace

Time draw(const Spread& spread, Stream& stream) {
  Time length = spread.mean;
  switch (spread.shape) {
    case Spread::Shape::exponential: length = stream.exponential(spread.mean); break;
    case Spread::Shape::fixed: break;
    case Spread::Shape::log_normal: length = log_normal(spread.mean, stream); break;
    case Spread::Shape::incidents: length = spread.seen[stream.below(spread.seen.size())]; break;
  }
  return std::max(length, microsecond);
}

Timeline::Timeline(const Quorum& quorum, Seed seed)
    : quorum_(&quorum), causes_of_(quorum.nodes.size()) {
  for (std::size_t cause = 0; cause < quorum.causes.size(); ++cause) {
    const Cause& one = quorum.causes[cause];
    for (const std::size_t node : one.nodes) causes_of_[node].push_back(cause);
    running_.push_back({Stream(seed, one.label)});
    Running& running = running_.back();
    if (one.breaking && one.breaking->up.shape == Spread::Shape::fixed) {
      running.next = running.stream.below(one.breaking->up.mean) + 1;  // not all in step
    } else {
      plan(cause);
    }
  }
  for (std::size_t node = 0; node < quorum.nodes.size(); ++node) {
    conditions_.push_back(condition_of(node));
  }
  find_next();
}

// When it comes or goes next; `is_there` says which.
void Timeline::plan(std::size_t cause) {
  const Cause& one = quorum_->causes[cause];
  Running& running = running_[cause];
  if (one.breaking) {
    const Breaking& breaking = *one.breaking;
    running.next = now_ + draw(running.is_there ? breaking.down : breaking.up, running.stream);
  } else if (one.maintenance) {
    const Maintenance& kept = *one.maintenance;
    if (running.is_there) {
      running.next = now_ + kept.lasts;
    } else {
      const Time first = kept.at.value_or(kept.every / quorum_->nodes.size() * one.turn);
      running.next = first + running.round++ * kept.every;
    }
  } else {
    plan_upgrade(one, running);
  }
}

void Timeline::plan_upgrade(const Cause& cause, Running& running) {
  const Upgrade& upgrade = *cause.upgrade;
  const auto is_botched = [&](std::uint64_t round) {
    return running.stream.output(round) % 100 < upgrade.botched_percent;
  };
  if (running.is_there) {
    const Time release = running.round * upgrade.every;
    running.next = is_botched(running.round) ? release + upgrade.noticed : now_ + upgrade.lasts;
    return;
  }
  // A broken release that is noticed in time never reaches the last nodes.
  const bool is_spared = cause.turn * upgrade.step >= upgrade.noticed;
  if (is_spared && upgrade.botched_percent == 100) {
    running.next = ~Time{0};
    return;
  }
  do {
    ++running.round;
  } while (is_spared && is_botched(running.round));
  running.next = running.round * upgrade.every + cause.turn * upgrade.step;
}

bool Timeline::must_wait(const Cause& cause) const {
  if (!cause.maintenance || !cause.maintenance->careful) return false;
  for (std::size_t node = 0; node < conditions_.size(); ++node) {
    if (node != cause.nodes.front() && conditions_[node].reach != Reach::up) return true;
  }
  return false;
}

void Timeline::advance() {
  QUORATE_INVARIANT(!running_.empty());
  now_ = next_;
  latest_ = upcoming_;
  Running& running = running_[latest_];
  const Cause& cause = quorum_->causes[latest_];
  was_put_off_ = !running.is_there && must_wait(cause);
  if (!was_put_off_) running.is_there = !running.is_there;
  plan(latest_);
  for (const std::size_t node : cause.nodes) conditions_[node] = condition_of(node);
  find_next();
}

Condition Timeline::condition_of(std::size_t node) const {
  const std::optional<Slowness>& slow = quorum_->nodes[node].slow;
  Condition condition{Reach::up, slow && !slow->phases};
  for (const std::size_t cause : causes_of_[node]) {
    if (!running_[cause].is_there) continue;
    const auto worse = [&](Reach reach) {
      // A machine that is gone hides that its token is, too.
      const bool hidden = condition.reach == Reach::silent ||
                          (condition.reach == Reach::closed && reach == Reach::no_token);
      if (!hidden) condition.reach = reach;
    };
    switch (quorum_->causes[cause].kind) {
      case Ailment::host:
      case Ailment::shared: worse(Reach::silent); break;
      case Ailment::maintenance:
      case Ailment::upgrade: worse(Reach::closed); break;
      case Ailment::hsm: worse(Reach::no_token); break;
      case Ailment::slow: condition.is_slow = true; break;
    }
  }
  return condition;
}

void Timeline::find_next() {
  next_ = ~Time{0};
  for (std::size_t cause = 0; cause < running_.size(); ++cause) {
    if (running_[cause].next < next_) {
      next_ = running_[cause].next;
      upcoming_ = cause;
    }
  }
}

}  // namespace quorate::sim::availability
