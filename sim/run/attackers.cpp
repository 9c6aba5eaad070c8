#include "sim/run/attackers.h"

#include "crypto/base/invariant.h"

namespace quorate::sim {

Attackers::Attackers(const RunPlan& plan, World& world, const std::vector<NodeHost*>& nodes,
                     const std::vector<RosterLine>& roster)
    : plan_(plan),
      world_(world),
      adversary_(plan.seed),
      client_(world, adversary_, client_name, roster),
      liars_(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(plan.liars)) {}

std::vector<ed25519::Point> Attackers::identities() const {
  std::vector<ed25519::Point> all;
  for (const NodeHost* node : liars_) all.push_back(node->identity().public_key());
  return all;
}

void Attackers::begin(Time base, std::function<Orders()> orders) {
  for (std::size_t i = 0; i < liars_.size(); ++i) {
    const std::string& strategy = plan_.strategies[i % plan_.strategies.size()];
    behaviours_.push_back(make_behaviour(strategy, world_, adversary_));
    QUORATE_INVARIANT(behaviours_.back() != nullptr);
    adversary_.take_over(*liars_[i]);
    liars_[i]->set_behaviour(behaviours_.back().get());
  }
  for (const Attack& attack : plan_.attacks) {
    world_.queue.at(base + attack.at, [this, &attack, orders] {
      const Orders given = orders();
      for (const Request& request : given.unapproved) adversary_.want(request.to_be_signed);
      const bool is_made = client_.attack(attack.strategy, given);
      world_.trace.event(world_.queue.now(), client_name, attack.strategy);
      world_.trace.say(world_.queue.now(), client_name, [&] {
        return "!! attacks: " + attack.strategy + (is_made ? "" : ", but lacks what it takes");
      });
    });
  }
}

void Attackers::publish_often(std::size_t node) {
  constexpr std::size_t times = 25;
  wire::v1::Ask ask;
  ask.mutable_publish()->set_type("application/vnd.quorate.bundle.v1+json");
  ask.mutable_publish()->set_payload("{}");
  ask.mutable_publish()->add_signatures(std::string(64, 's'));
  for (std::size_t k = 0; k < times; ++k) {
    world_.queue.in(k * 200 * millisecond, [this, node, ask] { client_.ask(node, ask); });
  }
}

namespace {

// Whoever led their ceremonies.
std::vector<ceremony::EpochRecord> roots_of_honest(const std::vector<NodeHost*>& nodes) {
  std::map<std::string, ceremony::EpochRecord> roots;
  for (NodeHost* node : nodes) {
    if (!node->is_honest() || !node->is_up()) continue;
    const auto rows = node->store().roots().all();
    if (!rows) continue;
    for (const store::RootRow& row : *rows) {
      const auto record = ceremony::decode_epoch_record(row.record);
      if (record) roots.emplace(row.name, *record);
    }
  }
  std::vector<ceremony::EpochRecord> all;
  for (const auto& [name, record] : roots) all.push_back(record);
  return all;
}

}  // namespace

void Attackers::conclude(const std::vector<NodeHost*>& nodes, Promises& promises) {
  for (const ceremony::EpochRecord& root : roots_of_honest(nodes)) {
    const Spoils spoils = adversary_.spoils(root);
    for (const Forgery& forgery : collude_and_forge(spoils, adversary_.targets(), 100)) {
      promises.check_claim(root.root_id(), forgery.message, "by all that t - 1 members hold",
                           world_.queue.now());
    }
    for (const Adversary::Claim& claim : adversary_.claims()) {
      if (claim.root == root.root_id()) {
        promises.check_claim(root.root_id(), claim.forgery.message, claim.strategy,
                             world_.queue.now());
      }
    }
  }
}

}  // namespace quorate::sim
