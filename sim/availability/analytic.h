// What the formulas say, beside which every simulated figure stands.
//
// Nodes that fail by themselves: the number of those that can sign is a polynomial product of their
// availabilities. Causes that take several down are there or not, and multiply. How often signing
// stops is the sum over all causes of how often each comes, times the chance that it is the one
// that matters (Birnbaum). Maintenance and upgrades are counted as if they came at random, which
// makes their figures approximate.

#pragma once

#include <vector>

#include "sim/availability/quorum.h"

namespace quorate::sim::availability {

struct Analytic {
  double availability;  // Q
  double outages_per_hour;
  double mean_outage_hours;  // 0 where there is none
  bool is_exact;             // no maintenance, no upgrade, nothing that is slow
};
Analytic analytic(const Quorum& quorum);

// The same, were the shared causes never there.
Analytic without_shared(const Quorum& quorum);

// Of n answers, each exponential with mean 1, the time of the t-th: H_n - H_(n-t).
double all_asked(const Threshold& choice);
// Of t such answers, the last: H_t.
double exactly_asked(const Threshold& choice);

inline constexpr double hours_per_year = 8766;

}  // namespace quorate::sim::availability
