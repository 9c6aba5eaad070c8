#include "sim/run/sweep.h"

#include <functional>
#include <memory>

#include "crypto/base/invariant.h"
#include "sim/run/sweep_quorum.h"

namespace quorate::sim {
namespace {

constexpr std::size_t failures_told = 5;

leader::Plan plan_of(SweepQuorum& quorum) {
  return quorum.setting().propose("files", "file", SweepQuorum::threshold, quorum.members(),
                                  quorum.now_s());
}

// Three members make a root; afterwards it signs.
class Dkg final : public SweepScenario {
 public:
  explicit Dkg(Seed seed) : quorum_(seed), plan_(plan_of(quorum_)), empty_(quorum_.save()) {}

  SweptRun run(const std::optional<CrashPoint>& point) override {
    quorum_.begin(empty_, point);
    const auto root = quorum_.create_root(plan_);
    std::vector<std::vector<Bytes>> active;
    for (std::size_t i = 0; i < SweepQuorum::size; ++i) active.push_back(quorum_.roots_of(i));
    for (std::size_t i = 0; i < SweepQuorum::size; ++i) {
      if (active[i] != active[0]) quorum_.corrupt("not all members have the same roots active");
      if (active[i].size() != (root ? 1U : 0U)) {
        quorum_.corrupt(root ? "a root was finished that a member has not active"
                             : "a ceremony failed, and a member has its root active");
      }
    }
    if (!root) quorum_.corrupt("the ceremony failed, though everybody came back");
    return quorum_.end();
  }

 private:
  SweepQuorum quorum_;
  leader::Plan plan_;
  SweepQuorum::Saved empty_;
};

// A quorum with a root, and a few requests to it.
class WithRoot : public SweepScenario {
 protected:
  WithRoot(Seed seed, std::size_t requests) : quorum_(seed) {
    const leader::Plan plan = plan_of(quorum_);
    quorum_.begin(quorum_.save(), std::nullopt, "before");
    const auto root = quorum_.create_root(plan);
    QUORATE_INVARIANT(root.has_value());
    for (std::size_t i = 0; i < requests; ++i) {
      const statement::Statement asked = quorum_.setting().file(*root, quorum_.now_s());
      requests_.push_back(quorum_.setting().request(i, *root, asked, quorum_.setting().requester(),
                                                    0, quorum_.now_s()));
    }
    saved_ = quorum_.save();
  }

  SweepQuorum quorum_;
  std::vector<Request> requests_;
  SweepQuorum::Saved saved_;
};

class Signing final : public WithRoot {
 public:
  explicit Signing(Seed seed) : WithRoot(seed, 4) {}

  SweptRun run(const std::optional<CrashPoint>& point) override {
    quorum_.begin(saved_, point);
    for (const Request& request : requests_) quorum_.sign(request, 0, 1);
    quorum_.sign(requests_.front(), 1, 2);  // the same again: by what stands
    return quorum_.end();
  }
};

// A sync fails once, and the ledger goes on under a new name.
class LedgerCopy final : public WithRoot {
 public:
  explicit LedgerCopy(Seed seed) : WithRoot(seed, 3) {}

  SweptRun run(const std::optional<CrashPoint>& point) override {
    quorum_.begin(saved_, point);
    quorum_.sign(requests_[0], 0, 1);
    if (quorum_.host(0).is_up()) quorum_.host(0).disk.fail_syncs();
    quorum_.sign(requests_[1], 0, 1);
    quorum_.sign(requests_[2], 0, 1);
    return quorum_.end();
  }
};

struct Named {
  const char* name;
  std::function<std::unique_ptr<SweepScenario>(Seed)> make;
};

const std::vector<Named>& scenarios() {
  static const std::vector<Named> all = {
      {"dkg", [](Seed seed) { return std::make_unique<Dkg>(seed); }},
      {"ledger-copy", [](Seed seed) { return std::make_unique<LedgerCopy>(seed); }},
      {"signing", [](Seed seed) { return std::make_unique<Signing>(seed); }},
  };
  return all;
}

void judge(SweepReport& report, const SweptRun& run, const std::string& where) {
  ++report.runs;
  report.lost += run.lost.empty() ? 0U : 1U;
  report.corrupt += run.corrupt.empty() ? 0U : 1U;
  for (const std::string& what : {run.lost, run.corrupt}) {
    if (!what.empty() && report.failures.size() < failures_told) {
      report.failures.push_back(where + what);
    }
  }
}

}  // namespace

SweepReport sweep(SweepScenario& scenario, std::string_view name, Cut cut, std::uint64_t most) {
  SweepReport report{std::string(name), cut, 0, 0, 0, 0, {}};
  const SweptRun whole = scenario.run(std::nullopt);
  judge(report, whole, "without a crash: ");
  std::uint64_t all = 0;
  for (const std::uint64_t operations : whole.operations) all += operations;
  report.points = all;
  const std::uint64_t runs = most == 0 ? all : std::min(all, most);
  for (std::uint64_t i = 0; i < runs; ++i) {
    std::uint64_t place = i * all / runs;
    std::size_t host = 0;
    while (place >= whole.operations[host]) place -= whole.operations[host++];
    const CrashPoint point{host, place + 1, cut};
    const SweptRun run = scenario.run(point);
    QUORATE_INVARIANT(run.was_cut);  // up to the crash it is the same run
    judge(report, run,
          "host " + std::to_string(host) + ", operation " + std::to_string(point.operation) + ": ");
  }
  return report;
}

Result<SweepReport> sweep(std::string_view name, Cut cut, Seed seed, std::uint64_t most) {
  std::string known;
  for (const Named& one : scenarios()) {
    if (name == one.name) {
      const std::unique_ptr<SweepScenario> scenario = one.make(seed);
      return sweep(*scenario, name, cut, most);
    }
    known += std::string(known.empty() ? "" : ", ") + one.name;
  }
  return fail(Code::usage, "there is no sweep named " + std::string(name) + "; there are " + known);
}

std::vector<std::string> sweep_names() {
  std::vector<std::string> names;
  for (const Named& one : scenarios()) names.emplace_back(one.name);
  return names;
}

}  // namespace quorate::sim
