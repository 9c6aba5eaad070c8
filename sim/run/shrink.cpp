#include "sim/run/shrink.h"

#include <algorithm>
#include <set>

#include "crypto/base/hex.h"
#include "version.h"

namespace quorate::sim {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr Time shortest_run = second;

std::set<std::string> as_set(const Names& names) { return {names.begin(), names.end()}; }

template <typename List>
Names ids_of(const List& list) {
  Names ids;
  for (const auto& one : list) ids.push_back(one.id);
  return ids;
}

// `plan` as overrides, everything said aloud: so that a file means the same when one day more is
// drawn for a seed.
Overrides spelled_out(const RunPlan& plan) {
  Overrides out;
  out.nodes = plan.nodes;
  out.threshold = plan.threshold;
  out.clients = plan.clients;
  out.liars = plan.liars;
  out.length = plan.length;
  out.strategies = plan.strategies;
  out.ceremonies = !plan.ceremonies.empty();
  out.interior_chaos = plan.is_interior_chaos;
  out.keep_faults = as_set(ids_of(plan.faults));
  out.keep_asks = as_set(ids_of(plan.asks));
  out.keep_attacks = as_set(ids_of(plan.attacks));
  return out;
}

class Shrinker {
 public:
  Shrinker(const ShrinkOptions& options, const std::function<void(const ShrinkProgress&)>& progress)
      : options_(options),
        progress_(progress),
        until_(Clock::now() + options.most),
        property_(options.property) {}

  Result<Shrunk> run() {
    const Clock::time_point begun = Clock::now();
    Shrunk out;
    out.before = draw_plan(options_.seed, options_.overrides);
    plan_ = out.before;
    QUORATE_CHECK(fail_first());
    // The interior's choices and the like are drawn when asked for, so the same plan spelled out
    // need not be the same run where a list is cut; then it begins with what was given.
    overrides_ = options_.overrides;
    doing_ = "writing the plan down";
    (void)holds(spelled_out(plan_));
    while (!is_time_over() && leave_out()) {
    }
    out.after = plan_;
    out.runs = runs_;
    out.is_minimal = !is_time_over();
    out.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    out.result.seed = options_.seed;
    out.result.release = std::string(version);
    out.result.bug = options_.bug;
    out.result.property = property_;
    out.result.overrides = overrides_;
    out.result.note = property_ + " failed";
    if (options_.bug != plant::Bug::none) {
      out.result.note += " with " + std::string(plant::name(options_.bug));
    }
    out.result.note += ": " + what_;
    return out;
  }

 private:
  bool is_time_over() const { return Clock::now() >= until_; }

  milliseconds left() const {
    return std::max(std::chrono::duration_cast<milliseconds>(until_ - Clock::now()),
                    milliseconds(1));
  }

  Status fail_first() {
    const Clock::time_point begun = Clock::now();
    const std::optional<RunResult> result = judge(plan_, options_.bug, property_, left());
    ++runs_;
    if (!result) return fail(Code::usage, "the run does not end in the time that there is");
    if (result->violations.empty()) return fail(Code::usage, "all promises hold in this run");
    if (property_.empty()) property_ = result->violations.front().property;
    if (!breaks(*result, property_)) {
      return fail(Code::usage, "what this run breaks is " + result->violations.front().property +
                                   ", not " + property_);
    }
    note(*result);
    // A smaller run that takes much longer is stuck in something else.
    longest_ =
        std::chrono::duration_cast<milliseconds>(Clock::now() - begun) * 10 + milliseconds(2000);
    return {};
  }

  void note(const RunResult& result) {
    for (const Violation& violation : result.violations) {
      if (violation.property == property_) what_ = violation.what;
    }
  }

  // Takes the overrides over where the property still fails with them.
  bool holds(const Overrides& overrides) {
    if (is_time_over()) return false;
    RunPlan plan = draw_plan(options_.seed, overrides);
    const std::optional<RunResult> result =
        judge(plan, options_.bug, property_, std::min(left(), longest_));
    ++runs_;
    const bool still = result && breaks(*result, property_);
    if (still) {
      note(*result);
      overrides_ = overrides;
      plan_ = std::move(plan);
    }
    if (progress_) progress_({doing_, runs_, plan_});
    return still;
  }

  bool holds_with(const std::function<void(Overrides&)>& change) {
    Overrides changed = overrides_;
    change(changed);
    return holds(changed);
  }

  // One pass over everything. True: something could be left out, so another pass may find more.
  bool leave_out() {
    const std::size_t before = weight();
    leave_out_adversary();
    leave_out_kinds();
    doing_ = "ceremonies and interior choices";
    if (!plan_.ceremonies.empty()) (void)holds_with([](Overrides& o) { o.ceremonies = false; });
    if (plan_.is_interior_chaos) (void)holds_with([](Overrides& o) { o.interior_chaos = false; });
    shorten();
    have_fewer();
    doing_ = "single faults";
    (void)smallest_part(ids_of(plan_.faults), [this](const Names& kept) {
      return holds_with([&](Overrides& o) { o.keep_faults = as_set(kept); });
    });
    doing_ = "single requests";
    (void)smallest_part(ids_of(plan_.asks), [this](const Names& kept) {
      return holds_with([&](Overrides& o) { o.keep_asks = as_set(kept); });
    });
    return weight() < before;
  }

  std::size_t weight() const {
    return plan_.nodes + plan_.threshold + plan_.clients + plan_.liars + plan_.attacks.size() +
           plan_.asks.size() + plan_.ceremonies.size() + plan_.faults.size() +
           static_cast<std::size_t>(plan_.length / second) + (plan_.is_interior_chaos ? 1 : 0);
  }

  void leave_out_adversary() {
    doing_ = "strategies";
    if (plan_.liars > 0 && !holds_with([](Overrides& o) { o.liars = 0; })) {
      for (std::size_t fewer = 1; fewer < plan_.liars; ++fewer) {
        if (holds_with([&](Overrides& o) { o.liars = fewer; })) break;
      }
    }
    if (plan_.strategies.size() > plan_.liars) {
      (void)holds_with([this](Overrides& o) {
        o.strategies = plan_.strategies;
        o.strategies->resize(plan_.liars);
      });
    }
    doing_ = "attacks";
    (void)smallest_part(ids_of(plan_.attacks), [this](const Names& kept) {
      return holds_with([&](Overrides& o) { o.keep_attacks = as_set(kept); });
    });
  }

  void leave_out_kinds() {
    doing_ = "kinds of faults";
    Names kinds;
    for (const Fault& fault : plan_.faults) {
      if (kinds.empty() || kinds.back() != fault.kind) kinds.push_back(fault.kind);
    }
    const std::vector<Fault> faults = plan_.faults;
    (void)smallest_part(std::move(kinds), [&](const Names& kept) {
      std::set<std::string> ids;
      for (const Fault& fault : faults) {
        if (std::find(kept.begin(), kept.end(), fault.kind) != kept.end()) ids.insert(fault.id);
      }
      return holds_with([&](Overrides& o) { o.keep_faults = ids; });
    });
  }

  // Times are fractions of the length, so they move closer together.
  void shorten() {
    doing_ = "time";
    const auto is_at = [this](Time length) {
      return length >= shortest_run && holds_with([length](Overrides& o) { o.length = length; });
    };
    while (is_at(plan_.length / 2)) {
    }
    while (is_at(plan_.length / 4 * 3)) {
    }
  }

  void have_fewer() {
    doing_ = "clients and nodes";
    for (std::size_t clients = 1; clients < plan_.clients; ++clients) {
      if (holds_with([=](Overrides& o) { o.clients = clients; })) break;
    }
    const std::size_t most_nodes = plan_.nodes;
    for (std::size_t nodes = 2; nodes < most_nodes; ++nodes) {
      if (holds_with([=, this](Overrides& o) {
            o.nodes = nodes;
            o.threshold = std::min(plan_.threshold, nodes);
          })) {
        break;
      }
    }
    for (std::size_t threshold = 2; threshold < plan_.threshold; ++threshold) {
      if (holds_with([=](Overrides& o) { o.threshold = threshold; })) break;
    }
  }

  const ShrinkOptions& options_;
  const std::function<void(const ShrinkProgress&)>& progress_;
  const Clock::time_point until_;
  std::string property_;
  std::string what_;
  std::string doing_;
  Overrides overrides_;
  RunPlan plan_;
  milliseconds longest_{0};
  std::size_t runs_ = 0;
};

// Without those from `begin` to `end`.
Names without(const Names& all, std::size_t begin, std::size_t end) {
  Names rest(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
  rest.insert(rest.end(), all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
  return rest;
}

}  // namespace

Result<Shrunk> shrink(const ShrinkOptions& options,
                      const std::function<void(const ShrinkProgress&)>& progress) {
  return Shrinker(options, progress).run();
}

std::optional<RunResult> judge(const RunPlan& plan, plant::Bug bug, const std::string& property,
                               milliseconds most, const RunOptions& options) {
  std::optional<RunResult> result = run_in_child(plan, bug, most, options);
  if (!result || property != "P14") return result;
  const std::optional<RunResult> again = run_in_child(plan, bug, most);
  if (!again) return std::nullopt;
  if (again->hash != result->hash) {
    result->violations.push_back({"P14", result->virtual_time,
                                  "two runs of one plan have the traces " + to_hex(result->hash) +
                                      " and " + to_hex(again->hash)});
  }
  return result;
}

bool breaks(const RunResult& result, const std::string& property) {
  return std::any_of(result.violations.begin(), result.violations.end(),
                     [&](const Violation& violation) { return violation.property == property; });
}

Names smallest_part(Names all, const std::function<bool(const Names&)>& still) {
  if (all.empty() || still({})) return {};
  // Chunks of a half, then of a quarter, ...: whichever can go, goes. At last of one each, again
  // until none of them can.
  std::size_t chunk = (all.size() + 1) / 2;
  while (true) {
    bool is_smaller = false;
    for (std::size_t begin = 0; begin < all.size();) {
      const std::size_t end = std::min(begin + chunk, all.size());
      Names rest = without(all, begin, end);
      if (!rest.empty() && still(rest)) {
        all = std::move(rest);
        is_smaller = true;
      } else {
        begin = end;
      }
    }
    if (chunk > 1) {
      chunk = (chunk + 1) / 2;
    } else if (!is_smaller) {
      return all;
    }
  }
}

}  // namespace quorate::sim
