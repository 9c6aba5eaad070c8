#include "sim/availability/analytic.h"

#include <algorithm>

namespace quorate::sim::availability {
namespace {

double hours_of(Time time) { return static_cast<double>(time) / static_cast<double>(hour); }

// How often a cause comes, and for how much of the time it isn't there.
struct Rate {
  double per_hour;
  double away;
};
Rate rate_of(const Cause& cause) {
  if (cause.breaking) {
    const double up = hours_of(cause.breaking->up.mean);
    const double down = hours_of(cause.breaking->down.mean);
    return {1 / (up + down), up / (up + down)};
  }
  if (cause.maintenance) {
    const double every = hours_of(cause.maintenance->every);
    return {1 / every, 1 - hours_of(cause.maintenance->lasts) / every};
  }
  const Upgrade& upgrade = *cause.upgrade;
  const double every = hours_of(upgrade.every);
  const double botched = static_cast<double>(upgrade.botched_percent) / 100;
  const Time turn = upgrade.step * cause.turn;
  const double while_broken = turn < upgrade.noticed ? hours_of(upgrade.noticed - turn) : 0;
  const double lost = (1 - botched) * hours_of(upgrade.lasts) + botched * while_broken;
  const double comes = while_broken > 0 ? 1 : 1 - botched;
  return {comes / every, 1 - lost / every};
}

class Formula {
 public:
  explicit Formula(const Quorum& quorum) : quorum_(&quorum) {
    for (const Cause& cause : quorum.causes) rates_.push_back(rate_of(cause));
  }
  void leave_out_shared() {
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      if (quorum_->causes[i].kind == Ailment::shared) rates_[i] = {0, 1};
    }
  }

  // Every cause is taken for absent with its own probability, but for `certain`, which is or isn't.
  double able(std::size_t certain, double certain_away) const {
    std::vector<std::size_t> shared;
    std::vector<double> alone(quorum_->nodes.size(), 1);
    for (std::size_t i = 0; i < alone.size(); ++i) alone[i] = quorum_->nodes[i].lies ? 0 : 1;
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      const Cause& cause = quorum_->causes[i];
      if (cause.kind == Ailment::slow) continue;  // it signs all the same
      if (cause.kind == Ailment::shared) {
        shared.push_back(i);
      } else {
        alone[cause.nodes.front()] *= i == certain ? certain_away : rates_[i].away;
      }
    }
    double sum = 0;
    for (std::size_t there = 0; there < std::size_t{1} << shared.size(); ++there) {
      std::vector<double> nodes = alone;
      double probability = 1;
      for (std::size_t k = 0; k < shared.size(); ++k) {
        const double away = shared[k] == certain ? certain_away : rates_[shared[k]].away;
        const bool is_there = (there >> k & 1) != 0;
        probability *= is_there ? 1 - away : away;
        if (!is_there) continue;
        for (const std::size_t node : quorum_->causes[shared[k]].nodes) nodes[node] = 0;
      }
      if (probability > 0) sum += probability * at_least_threshold(nodes);
    }
    return sum;
  }

  Analytic result() const {
    const std::size_t none = rates_.size();
    Analytic made{able(none, 1), 0, 0, true};
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      const Ailment kind = quorum_->causes[i].kind;
      made.is_exact = made.is_exact && kind != Ailment::maintenance && kind != Ailment::upgrade;
      if (kind != Ailment::slow) {
        made.outages_per_hour += rates_[i].per_hour * (able(i, 1) - able(i, 0));
      }
    }
    made.is_exact = made.is_exact && std::none_of(quorum_->nodes.begin(), quorum_->nodes.end(),
                                                  [](const Node& node) { return node.slow; });
    if (made.outages_per_hour > 0) {
      made.mean_outage_hours = (1 - made.availability) / made.outages_per_hour;
    }
    return made;
  }

 private:
  // The coefficients of the product of (1 - a) + a x over the nodes, from x^t on.
  double at_least_threshold(const std::vector<double>& nodes) const {
    std::vector<double> up(nodes.size() + 1, 0);
    up[0] = 1;
    for (const double a : nodes) {
      for (std::size_t k = up.size(); k-- > 0;) {
        up[k] = up[k] * (1 - a) + (k > 0 ? up[k - 1] * a : 0);
      }
    }
    double sum = 0;
    for (std::size_t k = quorum_->threshold; k < up.size(); ++k) sum += up[k];
    return sum;
  }

  const Quorum* quorum_;
  std::vector<Rate> rates_;
};

double harmonic(unsigned n) {
  double sum = 0;
  for (unsigned k = 1; k <= n; ++k) sum += 1.0 / k;
  return sum;
}

}  // namespace

Analytic analytic(const Quorum& quorum) { return Formula(quorum).result(); }

Analytic without_shared(const Quorum& quorum) {
  Formula formula(quorum);
  formula.leave_out_shared();
  return formula.result();
}

double all_asked(const Threshold& choice) {
  return harmonic(choice.members) -
         harmonic(static_cast<unsigned>(choice.members - choice.threshold));
}

double exactly_asked(const Threshold& choice) { return harmonic(choice.threshold); }

}  // namespace quorate::sim::availability
