#include "tests/sim/adversary/quorum.h"

#include "proto/request/request.h"
#include "sim/actors/person.h"
#include "sim/disk/disk.h"
#include "sim/oracle/blame.h"
#include "sim/oracle/bounds.h"
#include "sim/oracle/theatre.h"

namespace quorate::sim {
namespace {

std::vector<std::string> names(std::size_t members) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < members; ++i) all.push_back("node" + std::to_string(i + 1));
  return all;
}

Seed begun(Seed seed) {
  begin_run(seed);
  return seed;
}

}  // namespace

Quorum::Quorum(Seed seed, std::size_t members, std::uint16_t threshold, std::size_t liars)
    : world(begun(seed), {}, *this), adversary(seed), threshold_(threshold), liars_(liars) {
  setting = std::make_unique<Setting>(seed, names(members),
                                      std::vector{identity_of(seed, "client1").public_key(),
                                                  identity_of(seed, "rogue1").public_key()});
  std::vector<RosterLine> roster;
  for (const std::string& name : setting->nodes()) {
    nodes.push_back(std::make_unique<NodeHost>(
        world, NodePlan{name, setting->node_toml(name), &setting->policy()}));
    const NodeHost& node = *nodes.back();
    roster.push_back({name, node.identity().public_key(), node.host()});
    if (nodes.size() <= liars) {
      adversary.take_over(*nodes.back());
    } else {
      secrets_.add("the identity of " + name, node.identity().seed().expose());
    }
    nodes.back()->start();
  }
  client = std::make_unique<ClientHost>(world, "client1", roster);
  rogue = std::make_unique<RogueClient>(world, adversary, "rogue1", roster);
  for (std::size_t i = 0; i < liars; ++i) {
    world.network.set_path(client->host(), nodes[i]->host(), {1 * millisecond, 0, 0});
  }
}

Quorum::~Quorum() = default;

void Quorum::play(std::string_view strategy) {
  for (std::size_t i = 0; i < liars_; ++i) {
    behaviours_.push_back(make_behaviour(strategy, world, adversary));
    if (!behaviours_.back()) violations.push_back("no strategy " + std::string(strategy));
    nodes[i]->set_behaviour(behaviours_.back().get());
  }
}

leader::Plan Quorum::plan(const std::string& root) {
  std::map<std::string, ed25519::Point> members;
  for (const auto& node : nodes) members.emplace(node->name(), node->identity().public_key());
  return setting->propose(root, "file", threshold_, members, now_s());
}

std::optional<ceremony::EpochRecord> Quorum::create(const leader::Plan& plan, leader::Begin how) {
  proposal = *ceremony::decode_proposal(plan.proposal);
  created_.reset();
  is_over_ = false;
  client->lead(plan, how, 20 * second);
  const Time until = world.queue.now() + minute;
  while (!is_over_ && world.queue.run_next(until)) {
  }
  return created_;
}

Request Quorum::wanted(const ceremony::EpochRecord& root, std::size_t approvers) {
  Request request = setting->request(++requests_, root, setting->file(root, now_s()),
                                     setting->requester(), approvers, now_s());
  allowed_.insert(request.statement);
  roots_.insert_or_assign(root.root_id(), root);
  return request;
}

Request Quorum::unwanted(const ceremony::EpochRecord& root) {
  roots_.insert_or_assign(root.root_id(), root);
  return setting->request(++requests_, root, setting->file(root, now_s()), setting->stranger(), 0,
                          now_s());
}

bool Quorum::sign(const Request& request) {
  is_over_ = false;
  is_signed_ = false;
  client->sign(request, 30 * second, false);
  const Time until = world.queue.now() + minute;
  while (!is_over_ && world.queue.run_next(until)) {
  }
  return is_signed_;
}

void Quorum::run(Time time) {
  const Time until = world.queue.now() + time;
  while (world.queue.run_next(until)) {
  }
}

bool Quorum::is_liar(const std::string& name) const {
  for (std::size_t i = 0; i < liars_; ++i) {
    if (nodes[i]->name() == name) return true;
  }
  return false;
}

std::vector<NodeHost*> Quorum::honest() const {
  std::vector<NodeHost*> found;
  for (std::size_t i = liars_; i < nodes.size(); ++i) found.push_back(nodes[i].get());
  return found;
}

void Quorum::judged(NodeHost& node, std::span<const node::Asked> asks,
                    std::span<const std::optional<node::Answer>> answers) {
  if (is_liar(node.name())) return;
  if (const auto found = find_unbounded(asks, answers)) violations.push_back("P13: " + *found);
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const auto* ask = std::get_if<node::SignAsk>(&asks[i].ask);
    const auto* partial = answers[i] ? std::get_if<node::PartialAnswer>(&*answers[i]) : nullptr;
    if (ask == nullptr || partial == nullptr) continue;
    ++partials;
    const auto request = request::decode(ask->request);
    if (!request || !allowed_.contains(request->statement)) {
      violations.push_back("P1: " + node.name() + " signed what nobody may have");
    }
    if (const auto found = find_theatre(*ask, *partial)) violations.push_back("P2: " + *found);
    const auto root = roots_.find(ask->root);
    if (root == roots_.end()) continue;
    if (const auto found = find_broken_list(root->second.quorum(), *ask->commitments)) {
      violations.push_back("P6: " + *found);
    }
  }
}

void Quorum::sent(NodeHost& /*node*/, ByteView frame) {
  if (const auto found = secrets_.find(frame)) violations.push_back("P10: " + *found);
}

void Quorum::look_at(const std::vector<coordinator::NodeReport>& reports) {
  for (std::string& found : unfounded(reports)) violations.push_back("P6: " + found);
  for (const coordinator::NodeReport& report : reports) {
    if (is_liar(report.name)) {
      conducts.insert(report.conduct);
    } else if (report.conduct == coordinator::Conduct::lied ||
               report.conduct == coordinator::Conduct::malformed) {
      violations.push_back("P6: " + coordinator::text(report));
    }
  }
}

void Quorum::signed_by_quorum(ClientHost& /*client*/, const Request& request,
                              const coordinator::Finished& end, std::size_t sessions) {
  is_over_ = true;
  is_signed_ = ed25519::verifies(request.root.group_key(), request.to_be_signed, end.signature);
  if (sessions > nodes.size() - threshold_ + 1 + 4 * nodes.size()) {
    violations.push_back("P5: too many sessions");
  }
  look_at(end.nodes);
}

void Quorum::gave_up(ClientHost& /*client*/, const Request& /*request*/,
                     const coordinator::Report& report) {
  is_over_ = true;
  look_at(report.nodes);
}

void Quorum::created(ClientHost& /*client*/, const leader::Finished& end) {
  is_over_ = true;
  created_ = end.record;
}

void Quorum::broke_off(ClientHost& /*client*/, const ceremony::Id& /*id*/,
                       const leader::Report& report) {
  is_over_ = true;
  broken = report;
  for (std::string& found : unfounded(proposal, report)) violations.push_back("P6: " + found);
}

}  // namespace quorate::sim
