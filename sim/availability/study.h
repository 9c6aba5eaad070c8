// One choice, looked at for years: see availability.h.

#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sim/availability/analytic.h"
#include "sim/availability/availability.h"
#include "sim/availability/cuts.h"
#include "sim/availability/measure.h"
#include "sim/availability/requests.h"
#include "sim/availability/timeline.h"

namespace quorate::sim::availability {

class Study {
 public:
  struct Extent {
    std::uint64_t years;
    std::uint64_t seeds;
    Seed first_seed;
    std::uint64_t requests;
    std::optional<std::uint64_t> every_request_days;  // none: a sample
  };
  Study(const Quorum& quorum, const Extent& extent, Requests requests);

  [[nodiscard]] Result<ChoiceReport> run();
  // Things that the reader must know: where the protocol did otherwise than the count of nodes.
  const std::vector<std::string>& surprises() const { return surprises_; }

 private:
  using Key = std::uint64_t;  // of conditions
  struct State {
    Conditions conditions;
    bool is_able;
    double seconds = 0;  // spent in it, all years together
    std::vector<Answered> tried;
  };
  struct YearRef {
    Seed seed = 0;
    std::uint64_t number = 0;
    Time down = 0;
  };

  [[nodiscard]] Result<State*> state_of(const Conditions& conditions);
  [[nodiscard]] Result<std::vector<Answered>> quiet(const Conditions& conditions,
                                                    std::size_t count);
  [[nodiscard]] Status live_through(Seed seed);
  void stretch(Time from, Time to, bool is_able, const Timeline& timeline);
  [[nodiscard]] Status look_closely(const Conditions& before, const Timeline& timeline);
  [[nodiscard]] Status look_at_states();
  [[nodiscard]] Status look_at_all();
  [[nodiscard]] Status look_at_bursts(ChoiceReport& report);
  void take(const Answered& answered, double weight, bool could_sign);
  unsigned able_nodes(const Conditions& conditions) const;
  std::vector<Step> worst_year() const;
  void finish(ChoiceReport& report) const;
  void compare(ChoiceReport& report) const;

  const Quorum& quorum_;
  Extent extent_;
  Requests requests_;
  Cuts cuts_;
  std::map<Key, State> states_;
  std::vector<double> down_shares_;  // of each stretch of time
  std::vector<Time> stretch_down_;   // of the seed at hand
  Time stretch_length_;
  std::uint64_t outages_ = 0;
  Time outage_ = 0;  // the one at hand, so far
  Time longest_ = 0;
  Time down_ = 0;
  YearRef worst_{};
  std::vector<Time> year_down_;  // of the seed at hand
  std::uint64_t changes_ = 0;
  std::uint64_t look_every_;  // so many changes
  Latency latency_;
  double weight_ = 0;
  double second_sessions_ = 0;
  double failed_while_able_ = 0;
  double able_weight_ = 0;
  double signed_weight_ = 0;
  std::vector<std::string> surprises_;
};

}  // namespace quorate::sim::availability
