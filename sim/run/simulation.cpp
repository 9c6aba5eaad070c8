#include "sim/run/simulation.h"

#include <algorithm>
#include <map>
#include <memory>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "sim/actors/setting.h"
#include "sim/run/attackers.h"
#include "sim/run/chaos.h"
#include "sim/run/interior.h"

namespace quorate::sim {
namespace {

constexpr Seed secrets_every = 8;       // P10 looks at every byte that is written: not in every run
constexpr Time peace = 30 * second;     // in which the first roots are made
constexpr Time rest = 3 * minute;       // after all has healed
constexpr Time patience = 60 * second;  // of a client
constexpr Time liveness_bound = 30 * second;  // of a request after that

std::vector<std::string> names(const char* kind, std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(kind + std::to_string(i + 1));
  return out;
}

struct RootWanted {
  const char* name;
  const char* purpose;
};
constexpr std::array first_roots = {RootWanted{"files", "file"},
                                    RootWanted{"ssh-users", "ssh-user-ca"},
                                    RootWanted{"releases", "file"}};

// Knows beside the promises which roots exist and how requests ended.
class Observer final : public Promises {
 public:
  void created(ClientHost& client, const leader::Finished& end) override {
    Promises::created(client, end);
    roots.insert_or_assign(end.record.root, end.record);
  }
  void signed_by_quorum(ClientHost& client, const Request& request,
                        const coordinator::Finished& end, std::size_t sessions) override {
    Promises::signed_by_quorum(client, request, end, sessions);
    ended.insert_or_assign(request.number, client.world().queue.now());
  }
  void gave_up(ClientHost& client, const Request& request,
               const coordinator::Report& report) override {
    Promises::gave_up(client, request, report);
    std::string why = report.summary();
    for (const coordinator::NodeReport& node : report.nodes) {
      why += "; " + coordinator::text(node);
    }
    reasons.insert_or_assign(request.number, why);
  }
  std::map<std::string, ceremony::EpochRecord> roots;
  std::map<std::uint64_t, Time> ended;  // with a signature
  std::map<std::uint64_t, std::string> reasons;
};

class Run {
 public:
  Run(const RunPlan& plan, const RunOptions& options)
      : plan_(plan),
        interior_(plan.seed, plan.is_interior_chaos),
        world_(plan.seed, options.reader, observer_),
        setting_(plan.seed, names("node", plan.nodes), identities(plan)) {
    world_.network.set_default_path({4 * millisecond, 2 * millisecond, one_in(2000)});
    for (const std::string& name : setting_.nodes()) {
      nodes_.push_back(std::make_unique<NodeHost>(
          world_, NodePlan{name, setting_.node_toml(name), &setting_.policy()}));
    }
    std::vector<RosterLine> roster;
    for (const auto& node : nodes_) {
      roster.push_back({node->name(), node->identity().public_key(), node->host()});
    }
    for (const std::string& name : names("client", plan.clients)) {
      clients_.push_back(std::make_unique<ClientHost>(world_, name, roster));
    }
    attackers_ = std::make_unique<Attackers>(plan_, world_, node_pointers(), roster);
    if (is_group_transparent()) observer_.watch_secrecy(attackers_->identities());
  }

  RunResult go() {
    for (const auto& node : nodes_) {
      if (plan_.seed % secrets_every == 0) observer_.watch_secrets_of(*node);
      node->start();
    }
    make_first_roots();
    run_until(peace);
    if (observer_.roots.empty()) {
      observer_.violate("P5", world_.queue.now(), "no root was made in peace");
      return result();
    }
    Chaos chaos(plan_, world_, node_pointers(), client_pointers());
    chaos.begin(peace);
    attackers_->begin(peace, [this] { return orders(); });
    for (const Ask& ask : plan_.asks) {
      world_.queue.at(peace + ask.at, [this, &ask] { make(ask); });
    }
    chaos.on_spike = [this](std::size_t client, std::size_t requests) {
      for (std::size_t i = 0; i < requests; ++i) make({"spike", 0, client, Wanted::file, true});
    };
    chaos.on_busy_moment = [this](std::size_t node) { attackers_->publish_often(node); };
    for (std::size_t k = 0; k < plan_.ceremonies.size(); ++k) {
      world_.queue.at(peace + plan_.ceremonies[k],
                      [this, k] { lead("extra" + std::to_string(k), "file"); });
    }
    if (QUORATE_PLANTED(canary)) {
      world_.queue.at(hour, [this] {
        observer_.violate("canary", world_.queue.now(), "the canary sings after an hour");
      });
    }
    run_until(peace + plan_.length);
    chaos.heal();
    interior_.calm();
    run_until(world_.queue.now() + rest);
    finish_ceremonies();
    check_liveness();
    std::vector<NodeHost*> all = node_pointers();
    observer_.at_end(all, world_.queue.now());
    attackers_->conclude(all, observer_);
    return result();
  }

 private:
  static std::vector<ed25519::Point> identities(const RunPlan& plan) {
    std::vector<ed25519::Point> keys;
    for (const std::string& name : names("client", plan.clients)) {
      keys.push_back(identity_of(plan.seed, name).public_key());
    }
    keys.push_back(identity_of(plan.seed, Attackers::client_name).public_key());
    return keys;
  }
  std::vector<NodeHost*> node_pointers() const {
    std::vector<NodeHost*> all;
    for (const auto& node : nodes_) all.push_back(node.get());
    return all;
  }
  std::vector<ClientHost*> client_pointers() const {
    std::vector<ClientHost*> all;
    for (const auto& client : clients_) all.push_back(client.get());
    return all;
  }
  std::uint64_t now_s() const { return world_.true_ms() / 1000; }

  void run_until(Time time) {
    while (observer_.violations().empty() && world_.queue.run_next(time)) {
    }
  }

  void make_first_roots() {
    Stream shape(plan_.seed, "plan/roots");
    const std::uint64_t how_many = 1 + shape.below(first_roots.size());
    for (std::uint64_t k = 0; k < how_many; ++k) {
      const RootWanted wanted = first_roots.at(k);
      world_.queue.at(second * (1 + k), [this, wanted] { lead(wanted.name, wanted.purpose); });
    }
  }
  void lead(const std::string& root, const std::string& purpose) {
    std::map<std::string, ed25519::Point> members;
    for (const auto& node : nodes_) members.emplace(node->name(), node->identity().public_key());
    leader::Plan plan = setting_.propose(root, purpose, static_cast<std::uint16_t>(plan_.threshold),
                                         members, now_s());
    proposed_.push_back({root, plan, false});
    clients_.front()->lead(std::move(plan), leader::Begin::anew, patience);
  }

  static void remember(std::vector<Request>& requests, const Request& request) {
    if (requests.size() >= 16) requests.erase(requests.begin());
    requests.push_back(request);
  }
  // What the adversary's client attacks with.
  Orders orders() {
    const std::string name = "rogue" + std::to_string(next_request_++);
    std::map<std::string, ed25519::Point> members;
    for (const auto& node : nodes_) members.emplace(node->name(), node->identity().public_key());
    leader::Plan plan = setting_.propose(name, "file", static_cast<std::uint16_t>(plan_.threshold),
                                         members, now_s());
    proposed_.push_back({name, plan, true});
    Orders given{approved_, unapproved_, std::move(plan), {}};
    const auto releases = observer_.roots.find("releases");
    if (releases == observer_.roots.end()) return given;
    // Somebody inside: he has something harmless approved, and would like to have more.
    given.approved.push_back(setting_.request(next_request_++, releases->second,
                                              setting_.file(releases->second, now_s()),
                                              setting_.other_requester(), 1, now_s()));
    observer_.may_be_signed(given.approved.back().statement);
    given.insider = [this](const Request& like) {
      Request made =
          setting_.request_like(next_request_++, like, setting_.other_requester(), now_s());
      observer_.must_not_be_signed(made.statement);
      return made;
    };
    return given;
  }

  void make(const Ask& ask) {
    const auto root_for = [&](const char* name) -> const ceremony::EpochRecord& {
      const auto found = observer_.roots.find(name);
      return found == observer_.roots.end() ? observer_.roots.begin()->second : found->second;
    };
    ClientHost& client = *clients_[ask.client];
    const auto send = [&](const ceremony::EpochRecord& root, const statement::Statement& asked,
                          const Person& who, std::size_t approvers, bool is_allowed) {
      Request request = setting_.request(next_request_++, root, asked, who, approvers, now_s());
      if (is_allowed) {
        observer_.may_be_signed(request.statement);
      } else {
        observer_.must_not_be_signed(request.statement);
      }
      client.sign(request, patience, ask.keeps_pairs);
      remember(is_allowed ? approved_ : unapproved_, request);
      return request;
    };
    const ceremony::EpochRecord& files = root_for("files");
    const ceremony::EpochRecord& users = root_for("ssh-users");
    const ceremony::EpochRecord& releases = root_for("releases");
    const bool has_users = users.root == "ssh-users";
    const bool has_releases = releases.root == "releases";
    const Person& requester =
        ask.client % 2 == 0 ? setting_.requester() : setting_.other_requester();
    switch (ask.wanted) {
      case Wanted::certificate:
        if (has_users) {
          send(users, setting_.certificate(users, now_s()), requester, 0, true);
          return;
        }
        break;
      case Wanted::forbidden_principal:
        if (has_users) {
          send(users, setting_.certificate(users, now_s(), "root"), requester, 0, false);
          return;
        }
        break;
      case Wanted::release:
        if (has_releases) {
          send(releases, setting_.file(releases, now_s()), requester, 1, true);
          return;
        }
        break;
      case Wanted::without_approval:
        if (has_releases) {
          send(releases, setting_.file(releases, now_s()), requester, 0, false);
          return;
        }
        break;
      case Wanted::of_approvals_for_another:
        if (has_releases) {
          Request honest = setting_.request(
              next_request_++, releases, setting_.file(releases, now_s()), requester, 1, now_s());
          observer_.may_be_signed(honest.statement);
          client.sign(honest, patience, false);
          Request other = setting_.with_approvals_of(
              next_request_++, releases, setting_.file(releases, now_s()), requester, honest);
          observer_.must_not_be_signed(other.statement);
          client.sign(std::move(other), patience, false);
          return;
        }
        break;
      case Wanted::of_a_stranger:
        send(files, setting_.file(files, now_s()), setting_.stranger(), 0, false);
        return;
      case Wanted::ask_twice: {
        Request again = send(files, setting_.file(files, now_s()), requester, 0, true);
        again.number = next_request_++;
        clients_[(ask.client + 1) % clients_.size()]->sign(std::move(again), patience, false);
        return;
      }
      case Wanted::again:
        if (!approved_.empty()) {
          Request again = approved_.front();
          again.number = next_request_++;
          client.sign(std::move(again), patience, ask.keeps_pairs);
          return;
        }
        break;
      case Wanted::file: break;
    }
    send(files, setting_.file(files, now_s()), requester, files.root == "releases" ? 1 : 0, true);
  }

  // What became active anywhere must become active everywhere, and what was broken off is taken up
  // once more. Of the adversary's ceremonies only the first is anybody's business.
  void finish_ceremonies() {
    for (const Proposed& proposed : proposed_) {
      std::size_t active = 0;
      std::size_t honest = 0;
      for (const auto& node : nodes_) {
        if (!node->is_honest() || !node->is_up()) continue;
        ++honest;
        const auto row = node->store().roots().find(proposed.root);
        if (row && *row) ++active;
      }
      if (active == honest || (active == 0 && proposed.is_rogue)) continue;
      clients_.front()->lead(proposed.plan, leader::Begin::resume, patience);
      run_until(world_.queue.now() + patience + second);
    }
  }

  // P5: t honest nodes are well, whatever the others do.
  void check_liveness() {
    if (plan_.can_be_stopped()) return;
    std::vector<std::pair<std::uint64_t, std::string>> probes;
    const Time begun = world_.queue.now();
    for (const auto& [name, root] : observer_.roots) {
      if (!Setting::has_files(name)) continue;
      Request request = setting_.request(next_request_++, root, setting_.file(root, now_s()),
                                         setting_.requester(), name == "releases" ? 1 : 0, now_s());
      observer_.may_be_signed(request.statement);
      probes.emplace_back(request.number, name);
      clients_.back()->sign(std::move(request), patience, false);
    }
    run_until(world_.queue.now() + patience + second);
    if (!observer_.violations().empty()) return;
    for (const auto& [number, root] : probes) {
      const auto end = observer_.ended.find(number);
      if (end == observer_.ended.end()) {
        observer_.violate(
            "P5", world_.queue.now(),
            "all is well again, and root " + root + " does not sign: " + observer_.reasons[number]);
      } else if (end->second - begun > liveness_bound) {
        observer_.violate("P5", world_.queue.now(), "a signature took too long after all healed");
      }
    }
  }

  RunResult result() {
    RunResult out;
    out.seed = plan_.seed;
    out.events = world_.queue.events();
    out.virtual_time = world_.queue.now();
    out.nodes = plan_.nodes;
    out.signatures = observer_.signatures();
    out.partials = observer_.partials();
    out.failures = observer_.failures();
    out.second_sessions = observer_.second_sessions();
    out.convictions = observer_.convictions();
    for (const auto& node : nodes_) out.crashes += node->crashes();
    out.roots = observer_.roots.size();
    out.probes = interior_.reached_names();
    out.violations = observer_.violations();
    out.hash = world_.trace.hash();
    return out;
  }

  struct Proposed {
    std::string root;
    leader::Plan plan;
    bool is_rogue;
  };
  const RunPlan& plan_;
  Interior interior_;
  Observer observer_;
  World world_;
  Setting setting_;
  std::vector<std::unique_ptr<NodeHost>> nodes_;
  std::vector<std::unique_ptr<ClientHost>> clients_;
  std::unique_ptr<Attackers> attackers_;
  std::vector<Proposed> proposed_;
  std::vector<Request> approved_;
  std::vector<Request> unapproved_;
  std::uint64_t next_request_ = 1;
};

}  // namespace

RunResult simulate(const RunPlan& plan, const RunOptions& options) {
  begin_run(plan.seed);
  return Run(plan, options).go();
}

bool is_group_transparent() {
  ByteArray<32> one = {1};
  const auto scalar = ed25519::SecretScalar::parse(one);
  return scalar && ed25519::Point::base_times(*scalar).bytes() == ByteArray<32>{1};
}

void prepare_process() { forbid_hidden_draws(); }

}  // namespace quorate::sim
