#include "sim/availability/study.h"

#include <algorithm>
#include <cmath>

#include "crypto/base/invariant.h"

namespace quorate::sim::availability {
namespace {

constexpr Time warm_up = year;  // all nodes begin well: not a typical day
constexpr Time close_look = 20 * second;
constexpr std::size_t close_requests = 24;
constexpr std::size_t just_before = 2;
constexpr std::size_t tries = 4;  // of each state
constexpr std::size_t bursts = 5;

std::uint64_t key_of(const Conditions& conditions) {
  std::uint64_t key = 0;
  for (const Condition& one : conditions) {
    key = key << 3 | static_cast<std::uint64_t>(one.reach) << 1 | (one.is_slow ? 1 : 0);
  }
  return key;
}

// Of all years together there are more nanoseconds than 64 bits hold.
double seconds(Time time) { return static_cast<double>(time) / static_cast<double>(second); }
double hours(Time time) { return static_cast<double>(time) / static_cast<double>(hour); }

// How many changes of state a year has.
double changes_a_year(const Quorum& quorum) {
  double sum = 0;
  for (const Cause& cause : quorum.causes) {
    const Time cycle = cause.breaking      ? cause.breaking->up.mean + cause.breaking->down.mean
                       : cause.maintenance ? cause.maintenance->every
                                           : cause.upgrade->every;
    sum += 2 * static_cast<double>(year) / static_cast<double>(cycle);
  }
  return sum;
}

std::uint64_t looks(const Quorum& quorum, const Study::Extent& extent) {
  const double years = static_cast<double>(extent.years * extent.seeds);
  const double affordable =
      static_cast<double>(extent.requests) / 2 / static_cast<double>(close_requests + just_before);
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(changes_a_year(quorum) * years / std::max(affordable, 1.0)));
}

}  // namespace

Study::Study(const Quorum& quorum, const Extent& extent, Requests requests)
    : quorum_(quorum),
      extent_(extent),
      requests_(std::move(requests)),
      cuts_(quorum),
      look_every_(looks(quorum, extent)) {
  // At least 40 stretches in all, for their spread to say something.
  const std::uint64_t parts = std::max(extent.years, (40 + extent.seeds - 1) / extent.seeds);
  stretch_length_ = extent.years * year / parts;
}

unsigned Study::able_nodes(const Conditions& conditions) const {
  unsigned able = 0;
  for (std::size_t node = 0; node < conditions.size(); ++node) {
    if (conditions[node].reach == Reach::up && !quorum_.nodes[node].lies) ++able;
  }
  return able;
}

// Requests at the pace of the load, in a state that the client knows; two before them are not
// counted, for it to learn who is quick.
Result<std::vector<Answered>> Study::quiet(const Conditions& conditions, std::size_t count) {
  Plan plan{conditions, {}, {}};
  for (std::size_t i = 0; i < count + 2; ++i) {
    plan.arrivals.push_back(i * std::max(quorum_.load.spacing(), 20 * millisecond));
  }
  QUORATE_TRY(std::vector<Answered> answered, requests_.run(plan));
  answered.erase(answered.begin(), answered.begin() + 2);
  return answered;
}

Result<Study::State*> Study::state_of(const Conditions& conditions) {
  const Key key = key_of(conditions);
  const auto known = states_.find(key);
  if (known != states_.end()) return &known->second;
  QUORATE_TRY(std::vector<Answered> tried, quiet(conditions, tries));
  const auto count =
      std::count_if(tried.begin(), tried.end(), [](const Answered& one) { return one.is_signed; });
  const bool is_able = 2 * static_cast<std::size_t>(count) >= tries;
  const bool expected = able_nodes(conditions) >= quorum_.threshold;
  const bool is_slow = std::any_of(conditions.begin(), conditions.end(),
                                   [](const Condition& one) { return one.is_slow; });
  if (is_able != expected && !(expected && is_slow)) {
    surprises_.push_back(std::to_string(able_nodes(conditions)) + " nodes can sign, and the " +
                         (is_able ? "protocol signs" : "protocol does not: " + tried.back().why));
  }
  State made{conditions, is_able, 0, std::move(tried)};
  return &states_.emplace(key, std::move(made)).first->second;
}

void Study::take(const Answered& answered, double weight, bool could_sign) {
  weight_ += weight;
  if (answered.is_signed) {
    signed_weight_ += weight;
    latency_.add(answered.took, weight);
  }
  if (answered.sessions > 1) second_sessions_ += weight;
  if (could_sign) {
    able_weight_ += weight;
    if (!answered.is_signed) failed_while_able_ += weight;
  }
}

// Adds a piece of time in one state to whatever counts it. Times are since the warm-up.
void Study::stretch(Time from, Time to, bool is_able, const Timeline& timeline) {
  if (is_able) {
    outage_ = 0;
    return;
  }
  if (outage_ == 0) ++outages_;
  outage_ += to - from;
  longest_ = std::max(longest_, outage_);
  down_ += to - from;
  cuts_.blame(timeline, to - from);
  while (from < to) {
    const std::size_t part = from / stretch_length_;
    const std::size_t number = from / year;
    const Time end = std::min({to, (part + 1) * stretch_length_, (number + 1) * year});
    if (part < stretch_down_.size()) stretch_down_[part] += end - from;
    year_down_[number] += end - from;
    from = end;
  }
}

Status Study::live_through(Seed seed) {
  const Time end = warm_up + extent_.years * year;
  Timeline timeline(quorum_, seed);
  while (timeline.next() < warm_up) timeline.advance();
  stretch_down_.assign(extent_.years * year / stretch_length_, 0);
  year_down_.assign(extent_.years, 0);
  outage_ = 0;
  for (Time from = warm_up; from < end;) {
    const Time to = std::min(timeline.next(), end);
    QUORATE_TRY(State* const state, state_of(timeline.conditions()));
    state->seconds += seconds(to - from);
    stretch(from - warm_up, to - warm_up, state->is_able, timeline);
    if (to == end) break;
    const Conditions before = timeline.conditions();
    timeline.advance();
    from = to;
    if (++changes_ % look_every_ == 0 && !extent_.every_request_days) {
      QUORATE_CHECK(look_closely(before, timeline));
    }
  }
  for (const Time down : stretch_down_) {
    down_shares_.push_back(static_cast<double>(down) / static_cast<double>(stretch_length_));
  }
  for (std::size_t number = 0; number < year_down_.size(); ++number) {
    if (year_down_[number] > worst_.down || worst_.seed == 0) {
      worst_ = {seed, number, year_down_[number]};
    }
  }
  return Done{};
}

// Around a change: requests under way when it comes, and those that follow before the client knows.
Status Study::look_closely(const Conditions& before, const Timeline& timeline) {
  if (before == timeline.conditions()) return Done{};
  const Time window = std::min(close_look, timeline.next() - timeline.now());
  constexpr Time lead = 30 * millisecond;
  Plan plan{before, {{lead, timeline.conditions()}}, {}};
  for (std::size_t i = 0; i < just_before; ++i) plan.arrivals.push_back(i * lead / just_before);
  for (std::size_t i = 0; i < close_requests; ++i) {
    plan.arrivals.push_back(lead + i * window / close_requests);
  }
  QUORATE_TRY(const std::vector<Answered> answered, requests_.run(plan));
  QUORATE_TRY(State* const state, state_of(timeline.conditions()));
  const auto each = static_cast<double>(look_every_);
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const double share =
        i < just_before ? seconds(lead) / just_before : seconds(window) / close_requests;
    take(answered[i], each * share, state->is_able && i >= just_before);
  }
  state->seconds = std::max(0.0, state->seconds - each * seconds(window));
  return Done{};
}

// Quiet time: every state that there was, in proportion.
Status Study::look_at_states() {
  double all = 1;
  for (const auto& [key, state] : states_) all += state.seconds;
  for (auto& [key, state] : states_) {
    const double share = state.seconds / all;
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(extent_.requests) / 2);
    if (wanted > tries) {
      QUORATE_TRY(std::vector<Answered> more, quiet(state.conditions, wanted - tries));
      state.tried.insert(state.tried.end(), more.begin(), more.end());
    }
    const double weight = state.seconds / static_cast<double>(state.tried.size());
    for (const Answered& one : state.tried) take(one, weight, state.is_able);
  }
  return Done{};
}

// Every request of so many days, as they come, through one timeline.
Status Study::look_at_all() {
  constexpr Time piece = 10 * minute;
  const Time end = warm_up + *extent_.every_request_days * day;
  Timeline timeline(quorum_, extent_.first_seed);
  while (timeline.next() < warm_up) timeline.advance();
  Stream arrivals(extent_.first_seed, "availability/arrivals");
  const Time spacing = quorum_.load.spacing();
  Time arrival = warm_up + arrivals.exponential(spacing);
  Conditions before = timeline.conditions();
  for (Time from = warm_up; from < end;) {
    const Time to = std::min({timeline.next(), end, from + piece});
    Plan plan{before, {{0, timeline.conditions()}}, {}};
    for (; arrival < to; arrival += arrivals.exponential(spacing)) {
      plan.arrivals.push_back(arrival - from);
    }
    QUORATE_TRY(const std::vector<Answered> answered, requests_.run(plan));
    QUORATE_TRY(State* const state, state_of(timeline.conditions()));
    for (const Answered& one : answered) take(one, 1, state->is_able);
    before = timeline.conditions();
    if (to == timeline.next()) timeline.advance();
    from = to;
  }
  return Done{};
}

Status Study::look_at_bursts(ChoiceReport& report) {
  if (quorum_.load.burst == 0) return Done{};
  Conditions well(quorum_.nodes.size());
  for (std::size_t node = 0; node < well.size(); ++node) {
    well[node].is_slow = quorum_.nodes[node].slow && !quorum_.nodes[node].slow->phases;
  }
  Latency latency;
  for (std::size_t i = 0; i < bursts; ++i) {
    QUORATE_TRY(const std::vector<Answered> answered,
                requests_.run({well, {}, std::vector<Time>(quorum_.load.burst, 0)}));
    for (const Answered& one : answered) {
      if (one.is_signed) latency.add(one.took, 1);
    }
  }
  report.burst_ms = latency.figures();
  return Done{};
}

// A year to draw: the one with the longest time without signing, of all seeds.
std::vector<Step> Study::worst_year() const {
  const Time begin = warm_up + worst_.number * year;
  Timeline timeline(quorum_, worst_.seed);
  while (timeline.next() < begin) timeline.advance();
  std::vector<Step> steps = {{0, able_nodes(timeline.conditions())}};
  while (timeline.next() < begin + year) {
    timeline.advance();
    const unsigned able = able_nodes(timeline.conditions());
    if (able == steps.back().able) continue;
    steps.push_back({hours(timeline.now() - begin) / 24, able});
  }
  return steps;
}

void Study::finish(ChoiceReport& report) const {
  const double years = static_cast<double>(extent_.years * extent_.seeds);
  const Mean down = mean_of(down_shares_);
  report.choice = quorum_.choice();
  for (const Node& node : quorum_.nodes) report.nodes.push_back(node.name);
  report.availability = 1 - down.value;
  report.standard_error = down.standard_error;
  report.minutes_down_per_year = down.value * hours_per_year * 60;
  report.outages_per_year = static_cast<double>(outages_) / years;
  report.mean_outage_hours = outages_ > 0 ? hours(down_) / static_cast<double>(outages_) : 0;
  report.longest_outage_hours = hours(longest_);
  report.latency_ms = latency_.figures();
  report.latencies = latency_.shares(240);
  report.second_session = weight_ > 0 ? second_sessions_ / weight_ : 0;
  report.failed_while_able = able_weight_ > 0 ? failed_while_able_ / able_weight_ : 0;
  if (extent_.every_request_days) report.every_request_signed = signed_weight_ / weight_;
  report.worst_year = worst_year();
  report.cuts = cuts_.ranked(years);
  report.requests = requests_.count();
  report.states = states_.size();
}

// Beside it what the formula says. Where the years hold few outages their spread says little; then
// the formula's own tells how far off they may be: outages come at random, and their lengths
// squared are about three times the mean's square.
void Study::compare(ChoiceReport& report) const {
  const Analytic formula = analytic(quorum_);
  report.analytic = formula.availability;
  report.analytic_minutes = (1 - formula.availability) * hours_per_year * 60;
  report.analytic_outages = formula.outages_per_hour * hours_per_year;
  report.analytic_mean_outage_hours = formula.mean_outage_hours;
  report.all_asked = all_asked(report.choice);
  report.exactly_asked = exactly_asked(report.choice);
  report.is_exact = formula.is_exact;

  const double span = hours_per_year * static_cast<double>(extent_.years * extent_.seeds);
  const double of_formula =
      std::sqrt(3 * formula.outages_per_hour * span) * formula.mean_outage_hours / span;
  report.standard_error = std::max(report.standard_error, of_formula);
  report.ci95_low = std::max(0.0, report.availability - 1.96 * report.standard_error);
  report.ci95_high = std::min(1.0, report.availability + 1.96 * report.standard_error);
  // One outage more or less is always possible.
  const double allowed = 4 * report.standard_error + formula.mean_outage_hours / span;
  report.agrees = surprises_.empty() &&
                  (!formula.is_exact || std::abs(report.availability - report.analytic) <= allowed);
}

Result<ChoiceReport> Study::run() {
  for (std::uint64_t i = 0; i < extent_.seeds; ++i) {
    if (quorum_.causes.empty()) break;  // nothing ever happens
    QUORATE_CHECK(live_through(extent_.first_seed + i));
  }
  if (quorum_.causes.empty()) {
    QUORATE_TRY(State* const state, state_of(Timeline(quorum_, 1).conditions()));
    state->seconds = seconds(year) * static_cast<double>(extent_.years * extent_.seeds);
    down_shares_ = {state->is_able ? 0.0 : 1.0};
    worst_.seed = extent_.first_seed;
  }
  if (extent_.every_request_days) {
    QUORATE_CHECK(look_at_all());
  } else {
    QUORATE_CHECK(look_at_states());
  }
  ChoiceReport report;
  QUORATE_CHECK(look_at_bursts(report));
  finish(report);
  compare(report);
  return report;
}

}  // namespace quorate::sim::availability
