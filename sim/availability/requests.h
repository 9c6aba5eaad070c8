// Requests through the real coordinator and the real cores, in virtual time: how long each took,
// and whether it was signed. Networks are as the scenario says; a node does one batch at a time,
// and whatever waits meanwhile shares the next sync.
//
//   QUORATE_TRY(Requests requests, Requests::make(quorum, seed));
//   requests.run({all_up, {{0, one_down}}, {0, 200 * millisecond, ...}})
//
// The client of a gateway remembers from run to run who was quick, as in production.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "sim/availability/timeline.h"

namespace quorate::sim::availability {

// After so long a gateway gives up a connection to a machine that says nothing any more.
inline constexpr Time silence_noticed = 15 * second;
// A gateway tries to connect again at least so often.
inline constexpr Time return_noticed = 1 * second;

struct Turn {
  Time at;
  Conditions conditions;
};

struct Plan {
  Conditions before;           // for so long that the client knows them
  std::vector<Turn> turns;     // in order
  std::vector<Time> arrivals;  // in order
};

struct Answered {
  bool is_signed = false;
  Time took = 0;
  std::size_t sessions = 0;
  std::string why = {};  // it was not signed, in one line
};

class Requests {
 public:
  // `quorum` outlives it.
  [[nodiscard]] static Result<Requests> make(const Quorum& quorum, Seed seed);
  Requests(Requests&&) noexcept;
  ~Requests();

  // In the order of the arrivals. Fails where a signature does not verify.
  [[nodiscard]] Result<std::vector<Answered>> run(const Plan& plan);
  std::uint64_t count() const;

 private:
  class Stage;
  explicit Requests(std::unique_ptr<Stage> stage);
  std::unique_ptr<Stage> stage_;
};

}  // namespace quorate::sim::availability
