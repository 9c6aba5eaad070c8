#include "sim/adversary/liar.h"

#include <algorithm>

#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

class OneLiar final : public Behaviour {
 public:
  OneLiar(const StrategyLine& line, World& world, Adversary& adversary)
      : twist_(line.twist), liar_{world, adversary, adversary.stream(line.strategy.name)} {}

  std::optional<Time> leaving(NodeHost& node, const node::Asked& ask,
                              node::Answer& answer) override {
    if (const auto* ceremony = std::get_if<node::CeremonyAsk>(&ask.ask)) {
      liar_.adversary.saw(*ceremony);
    }
    return twist_(liar_, node, ask, answer);
  }

 private:
  Twist twist_;
  Liar liar_;
};

class ManyLiars final : public Behaviour {
 public:
  explicit ManyLiars(std::vector<std::unique_ptr<Behaviour>> all) : all_(std::move(all)) {}

  std::optional<Time> leaving(NodeHost& node, const node::Asked& ask,
                              node::Answer& answer) override {
    Time held = 0;
    bool is_sent = true;
    for (const auto& one : all_) {
      const std::optional<Time> longer = one->leaving(node, ask, answer);
      if (longer) held += *longer;
      is_sent = is_sent && longer.has_value();
    }
    return is_sent ? std::optional<Time>(held) : std::nullopt;
  }

 private:
  std::vector<std::unique_ptr<Behaviour>> all_;
};

std::vector<StrategyLine> all_lines() {
  std::vector<StrategyLine> all;
  for (const auto& lines : {signing_lines(), pair_lines(), ceremony_lines(), record_lines()}) {
    all.insert(all.end(), lines.begin(), lines.end());
  }
  return all;
}

}  // namespace

std::vector<Strategy> node_strategies() {
  std::vector<Strategy> all;
  for (const StrategyLine& line : all_lines()) all.push_back(line.strategy);
  return all;
}

std::unique_ptr<Behaviour> make_behaviour(std::string_view strategy, World& world,
                                          Adversary& adversary) {
  for (const StrategyLine& line : all_lines()) {
    if (line.strategy.name == strategy) return std::make_unique<OneLiar>(line, world, adversary);
  }
  return nullptr;
}

std::unique_ptr<Behaviour> make_combined(const std::vector<std::string_view>& strategies,
                                         World& world, Adversary& adversary) {
  std::vector<std::unique_ptr<Behaviour>> all;
  for (const std::string_view strategy : strategies) {
    all.push_back(make_behaviour(strategy, world, adversary));
    if (!all.back()) return nullptr;
  }
  return std::make_unique<ManyLiars>(std::move(all));
}

}  // namespace quorate::sim
