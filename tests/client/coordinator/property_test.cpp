// What must hold of every schedule, whatever n - t nodes do.

#include <algorithm>

#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/client/coordinator/world.h"

namespace quorate::testing {
namespace {

using coordinator::Coordinator;
using coordinator::Latencies;
using coordinator::NodeReport;
using coordinator::Start;

struct Setting {
  std::uint64_t seed;
  std::uint16_t threshold;
  std::vector<Conduct> conduct;
  coordinator::HedgeBounds hedge;
  bool is_warm;
  std::vector<bool> is_blamed;
};

Setting any_setting() {
  Setting setting{};
  setting.seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto members = *rc::gen::inRange<std::size_t>(2, 7);
  setting.threshold = static_cast<std::uint16_t>(*rc::gen::inRange<std::size_t>(2, members + 1));
  setting.conduct = *rc::gen::container<std::vector<Conduct>>(
      members, rc::gen::oneOf(rc::gen::just(Conduct::honest),
                              rc::gen::map(rc::gen::inRange(0, conducts), [](int number) {
                                return static_cast<Conduct>(number);
                              })));
  setting.hedge = *rc::gen::element<std::uint64_t>(0, 1) == 0
                      ? coordinator::HedgeBounds{0, 0}
                      : coordinator::HedgeBounds{50, *rc::gen::inRange<std::uint64_t>(50, 2001)};
  setting.is_warm = *rc::gen::arbitrary<bool>();
  setting.is_blamed = *rc::gen::container<std::vector<bool>>(members, rc::gen::arbitrary<bool>());
  return setting;
}

Outcome run(const Setting& setting) {
  World world(setting.threshold, setting.conduct, setting.seed);
  coordinator::Task task = world.task();
  task.hedge = setting.hedge;
  for (std::size_t i = 0; i < setting.is_blamed.size(); ++i) {
    if (setting.is_blamed[i]) task.blamed.insert(world.record().members.members[i].index);
  }
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(std::move(task), latencies).value();
  Start start;
  if (setting.is_warm) start.cached = world.cached();
  Outcome outcome = world.run(coordinator, std::move(start), 600'000);

  const std::size_t bound =
      setting.conduct.size() - setting.threshold + 1 + outcome.nonces_forgotten;
  RC_ASSERT(coordinator.sessions() <= bound);
  if (outcome.finished) {
    RC_ASSERT(crypto_sign_verify_detached(outcome.finished->signature.data(),
                                          world.message().data(), world.message().size(),
                                          world.record().group_key().bytes().data()) == 0);
    RC_ASSERT(outcome.finished->verdicts.size() == setting.threshold);
  }
  return outcome;
}

RC_GTEST_PROP(Coordinator, SignsIfAndOnlyIfAThresholdAnswersRightly, ()) {
  const Setting setting = any_setting();
  const Outcome outcome = run(setting);
  const auto willing = std::count_if(setting.conduct.begin(), setting.conduct.end(), is_willing);
  RC_CLASSIFY(willing >= setting.threshold, "live");
  RC_ASSERT(outcome.faults == std::vector<std::string>{});
  RC_ASSERT(outcome.finished.has_value() == (willing >= setting.threshold));
  RC_ASSERT(outcome.finished.has_value() != outcome.failed.has_value());
}

RC_GTEST_PROP(Coordinator, BlamesOnlyLiarsWithEvidenceThatHoldsByItself, ()) {
  const Setting setting = any_setting();
  const Outcome outcome = run(setting);
  const std::vector<NodeReport>& nodes =
      outcome.finished ? outcome.finished->nodes : outcome.failed->report.nodes;
  RC_ASSERT(nodes.size() == setting.conduct.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    RC_ASSERT((nodes[i].conduct == coordinator::Conduct::lied) == nodes[i].evidence.has_value());
    if (!nodes[i].evidence) continue;
    RC_ASSERT(setting.conduct[i] == Conduct::lies);
    RC_ASSERT(judge(*nodes[i].evidence).value() == nodes[i].node);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    // Whoever is willing is never thrown out.
    const bool is_out = nodes[i].conduct != coordinator::Conduct::answered &&
                        nodes[i].conduct != coordinator::Conduct::silent &&
                        nodes[i].conduct != coordinator::Conduct::unreachable;
    const bool is_busy =
        setting.conduct[i] == Conduct::busy_at_first || setting.conduct[i] == Conduct::busy_to_sign;
    if (is_willing(setting.conduct[i]) && !is_busy) {
      RC_ASSERT(!is_out);
    }
  }
}

RC_GTEST_PROP(Coordinator, FailsAtOnceWhereNobodyIsSilentAndSaysHowBad, ()) {
  Setting setting = any_setting();
  const auto willing = [&] {
    return std::count_if(setting.conduct.begin(), setting.conduct.end(), is_willing);
  };
  if (static_cast<std::size_t>(willing()) == setting.conduct.size()) {
    setting.conduct.back() = Conduct::refuses;
  }
  setting.threshold = static_cast<std::uint16_t>(std::max<std::ptrdiff_t>(2, willing() + 1));
  const Outcome outcome = run(setting);
  RC_ASSERT(outcome.failed.has_value());
  const auto silent =
      std::count_if(setting.conduct.begin(), setting.conduct.end(), [](Conduct conduct) {
        return conduct == Conduct::silent || conduct == Conduct::silent_to_sign;
      });
  if (silent == 0) RC_ASSERT(outcome.ended_at < 600'000u);
  const coordinator::Report& report = outcome.failed->report;
  const auto unwilling = static_cast<std::size_t>(
      std::count_if(report.nodes.begin(), report.nodes.end(), [](const NodeReport& node) {
        return node.conduct == coordinator::Conduct::refused ||
               node.conduct == coordinator::Conduct::lied;
      }));
  const bool could_have_been = report.nodes.size() - unwilling >= setting.threshold;
  RC_ASSERT((report.outcome == coordinator::Outcome::too_few_nodes) == could_have_been);
}

RC_GTEST_PROP(Coordinator, DoesTheSameForTheSameEvents, ()) {
  const Setting setting = any_setting();
  RC_ASSERT(run(setting).trace == run(setting).trace);
}

}  // namespace
}  // namespace quorate::testing
