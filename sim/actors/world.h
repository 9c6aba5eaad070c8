// What all actors of one simulation share.

#pragma once

#include "sim/actors/witness.h"
#include "sim/net/network.h"
#include "sim/world/queue.h"
#include "sim/world/stream.h"
#include "sim/world/trace.h"

namespace quorate::sim {

// When a simulation begins, for wall clocks: unix time.
inline constexpr std::uint64_t begin_of_time_s = 1'800'000'000;

struct World {
  World(Seed run_seed, Trace::Reader reader, Witness& observer)
      : seed(run_seed),
        trace(std::move(reader)),
        network(queue, trace, run_seed),
        witness(observer) {}

  std::uint64_t true_ms() const { return begin_of_time_s * 1000 + queue.now() / millisecond; }

  Seed seed;
  Queue queue;
  Trace trace;
  Network network;
  Witness& witness;
};

}  // namespace quorate::sim
