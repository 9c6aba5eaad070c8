#include "sim/availability/requests.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "client/coordinator/commitment_cache.h"
#include "crypto/base/invariant.h"
#include "sim/actors/world.h"
#include "sim/availability/cores.h"

namespace quorate::sim::availability {
namespace {

using coordinator::Coordinator;

constexpr std::uint32_t pairs_kept = 16;
constexpr Time between_runs = 20 * minute;  // pairs expire, limits of nodes forget
constexpr Time longest_run = 400 * day;

bool answers(Reach reach) { return reach == Reach::up || reach == Reach::no_token; }

}  // namespace

class Requests::Stage {
 public:
  Stage(const Quorum& quorum, Seed seed, std::unique_ptr<Cores> cores)
      : quorum_(quorum), cores_(std::move(cores)) {
    for (const Node& node : quorum.nodes) {
      peers_.push_back({{}, false, false, 0, {}, Stream(seed, "requests/" + node.name)});
    }
  }

  Result<std::vector<Answered>> run(const Plan& plan);
  std::uint64_t count() const { return requests_; }

 private:
  struct Job;
  struct Waiting {
    std::shared_ptr<Job> job;
    std::vector<frost::Commitment> session;
  };
  struct Peer {
    Condition condition;
    bool is_lost;  // the client knows that there is no connection
    bool is_busy;
    std::uint64_t generation;  // of the connection: what was under way on an earlier one is gone
    std::vector<Waiting> waiting;
    Stream jitter;
  };
  struct Job {
    Coordinator coordinator;
    std::unique_ptr<coordinator::Latencies> own_latencies;  // of a command
    Request request;
    Time began;
    std::size_t place;
    std::uint64_t wake = 0;
    bool is_over = false;
    std::vector<bool> is_connected;  // of a command
  };
  using JobRef = std::shared_ptr<Job>;

  std::uint64_t now_ms() const {
    return std::uint64_t{begin_of_time_s} * 1000 + 1000 + queue_.now() / millisecond;
  }
  void settle(const Conditions& conditions);
  void turn(const Conditions& conditions);
  void lose(std::size_t node);
  void regain(std::size_t node);
  void top_up(std::size_t node);
  void begin(std::size_t place);
  void tell(const JobRef& job, const coordinator::Event& event);
  void perform(const JobRef& job, const coordinator::Action& action);
  void send(const JobRef& job, std::size_t node, std::vector<frost::Commitment> session);
  void serve(std::size_t node);
  void reply(const JobRef& job, std::size_t node, coordinator::Event event);
  void end(const JobRef& job, Answered answered);
  Time slowed(std::size_t node, Time time) const {
    return peers_[node].condition.is_slow ? time * quorum_.nodes[node].slow->factor : time;
  }
  bool keeps_connections() const { return quorum_.load.client == Client::gateway; }

  const Quorum& quorum_;
  std::unique_ptr<Cores> cores_;
  Queue queue_;
  std::vector<Peer> peers_;
  coordinator::Latencies latencies_;
  coordinator::CommitmentCache cache_;
  std::set<frost::Identifier> blamed_;  // of a gateway: asked last from then on
  std::vector<JobRef> open_;
  std::vector<Answered> answered_;
  std::uint64_t requests_ = 0;
  bool is_forged_ = false;
};

Result<std::vector<Answered>> Requests::Stage::run(const Plan& plan) {
  const Time start = queue_.now() + between_runs;
  answered_.assign(plan.arrivals.size(), {});
  open_.clear();
  queue_.at(start, [this, &plan] { settle(plan.before); });
  for (const Turn& one : plan.turns) {
    queue_.at(start + one.at, [this, &one] { turn(one.conditions); });
  }
  for (std::size_t place = 0; place < plan.arrivals.size(); ++place) {
    queue_.at(start + plan.arrivals[place], [this, place] { begin(place); });
  }
  while (!queue_.is_empty()) queue_.run_next(start + longest_run);
  QUORATE_INVARIANT(open_.empty());  // the deadlines saw to that
  if (is_forged_) return fail(Code::internal, "the coordinator ended with a wrong signature");
  return std::move(answered_);
}

// As if it had been so for long.
void Requests::Stage::settle(const Conditions& conditions) {
  for (std::size_t node = 0; node < peers_.size(); ++node) {
    Peer& peer = peers_[node];
    peer.condition = conditions[node];
    peer.is_lost = !answers(peer.condition.reach);
    peer.is_busy = false;
    ++peer.generation;
    peer.waiting.clear();
    cores_->set_token(node, peer.condition.reach != Reach::no_token);
    top_up(node);
  }
}

void Requests::Stage::turn(const Conditions& conditions) {
  for (std::size_t node = 0; node < peers_.size(); ++node) {
    Peer& peer = peers_[node];
    const Reach before = std::exchange(peer.condition, conditions[node]).reach;
    const Reach after = conditions[node].reach;
    cores_->set_token(node, after != Reach::no_token);
    if (answers(before) == answers(after)) continue;
    const std::uint64_t generation = ++peer.generation;
    peer.is_busy = false;
    peer.waiting.clear();
    const auto later = [this, node, generation](Time delay, void (Stage::*what)(std::size_t)) {
      queue_.in(delay, [this, node, generation, what] {
        if (peers_[node].generation == generation) (this->*what)(node);
      });
    };
    if (answers(after)) {
      // Its old connection ended with it, at the latest now.
      later(quorum_.nodes[node].rtt, &Stage::lose);
      later(return_noticed + 2 * quorum_.nodes[node].rtt, &Stage::regain);
    } else {
      later(after == Reach::closed ? quorum_.nodes[node].rtt / 2 : silence_noticed, &Stage::lose);
    }
  }
}

void Requests::Stage::lose(std::size_t node) {
  if (std::exchange(peers_[node].is_lost, true)) return;
  const std::vector<JobRef> jobs = open_;
  for (const JobRef& job : jobs) tell(job, coordinator::Lost{cores_->member(node), "it is gone"});
}

void Requests::Stage::regain(std::size_t node) {
  peers_[node].is_lost = false;
  const std::vector<JobRef> jobs = open_;
  for (const JobRef& job : jobs) tell(job, coordinator::Reconnected{cores_->member(node)});
}

// A gateway keeps pairs ahead, and asks for more beside its requests.
void Requests::Stage::top_up(std::size_t node) {
  if (!keeps_connections() || peers_[node].is_lost || !answers(peers_[node].condition.reach)) {
    return;
  }
  const ceremony::EpochRecord& record = cores_->record();
  const ed25519::Point& identity = record.members.find(cores_->member(node))->identity;
  const std::size_t kept = cache_.count(now_ms(), record.root_id(), identity);
  if (kept >= pairs_kept / 2) return;
  const coordinator::Event said = cores_->commitments(node, pairs_kept, now_ms());
  if (const auto* fresh = std::get_if<coordinator::CommitmentsArrived>(&said)) {
    cache_.put(now_ms(), record.root_id(), record.members.epoch, identity, fresh->fresh);
  }
}

void Requests::Stage::begin(std::size_t place) {
  ++requests_;
  Request request = cores_->request(now_ms());
  auto own = std::make_unique<coordinator::Latencies>();
  coordinator::Task task = cores_->task(request);
  if (keeps_connections()) task.blamed = blamed_;
  Result<Coordinator> made =
      Coordinator::make(std::move(task), keeps_connections() ? latencies_ : *own);
  QUORATE_INVARIANT(made.has_value());  // the record came out of a ceremony
  const JobRef job = std::make_shared<Job>(
      Job{*std::move(made), std::move(own), std::move(request), queue_.now(), place, 0, false, {}});
  job->is_connected.assign(peers_.size(), keeps_connections());
  open_.push_back(job);
  queue_.in(quorum_.load.deadline, [this, job] { tell(job, coordinator::Deadline{}); });

  coordinator::Start start;
  if (keeps_connections()) {
    for (std::size_t node = 0; node < peers_.size(); ++node) top_up(node);
    start.cached = cache_.take(now_ms(), cores_->record());
  }
  for (std::size_t node = 0; node < peers_.size(); ++node) {
    if (peers_[node].is_lost) start.cached.erase(cores_->member(node));
  }
  tell(job, start);
  for (std::size_t node = 0; node < peers_.size(); ++node) {
    if (peers_[node].is_lost) tell(job, coordinator::Lost{cores_->member(node), "it is gone"});
  }
}

void Requests::Stage::tell(const JobRef& job, const coordinator::Event& event) {
  if (job->is_over) return;
  for (const coordinator::Action& action : job->coordinator.handle(now_ms(), event)) {
    perform(job, action);
  }
}

void Requests::Stage::perform(const JobRef& job, const coordinator::Action& action) {
  if (const auto* ask = std::get_if<coordinator::AskCommitments>(&action)) {
    send(job, cores_->node_of(ask->node), {});
  } else if (const auto* sign = std::get_if<coordinator::AskToSign>(&action)) {
    send(job, cores_->node_of(sign->node), sign->commitments);
  } else if (const auto* wake = std::get_if<coordinator::WakeAt>(&action)) {
    const std::uint64_t number = ++job->wake;
    const Time delay = wake->time_ms > now_ms() ? (wake->time_ms - now_ms()) * millisecond : 0;
    queue_.in(delay, [this, job, number] {
      if (number == job->wake) tell(job, coordinator::Tick{});
    });
  } else if (const auto* finished = std::get_if<coordinator::Finished>(&action)) {
    is_forged_ = is_forged_ || !ed25519::verifies(cores_->record().group_key(),
                                                  job->request.to_be_signed, finished->signature);
    for (const coordinator::NodeReport& node : finished->nodes) {
      if (node.conduct == coordinator::Conduct::lied) blamed_.insert(node.node);
    }
    end(job, {true, queue_.now() - job->began, job->coordinator.sessions()});
  } else if (const auto* failed = std::get_if<coordinator::Failed>(&action)) {
    end(job,
        {false, queue_.now() - job->began, job->coordinator.sessions(), failed->report.summary()});
  }
}

void Requests::Stage::end(const JobRef& job, Answered answered) {
  job->is_over = true;
  answered_[job->place] = std::move(answered);
  if (keeps_connections()) cache_.give_back(cores_->record(), job->coordinator.leftovers());
  open_.erase(std::find(open_.begin(), open_.end(), job));
}

// Without a session: an ask for commitments.
void Requests::Stage::send(const JobRef& job, std::size_t node,
                           std::vector<frost::Commitment> session) {
  Peer& peer = peers_[node];
  if (peer.is_lost) return;  // the driver drops what it has no connection for
  Time delay = slowed(node, quorum_.nodes[node].rtt / 2);
  if (!job->is_connected[node]) {
    job->is_connected[node] = true;
    delay += slowed(node, 2 * quorum_.nodes[node].rtt);  // TCP and TLS
  }
  queue_.in(delay, [this, job, node, session = std::move(session),
                    generation = peer.generation]() mutable {
    Peer& there = peers_[node];
    if (there.generation != generation || !answers(there.condition.reach)) return;
    if (session.empty()) {
      reply(job, node, cores_->commitments(node, 1, now_ms()));
    } else {
      there.waiting.push_back({job, std::move(session)});
      serve(node);
    }
  });
}

// Everything that waits shares one sync of the disk.
void Requests::Stage::serve(std::size_t node) {
  Peer& peer = peers_[node];
  if (peer.is_busy || peer.waiting.empty()) return;
  peer.is_busy = true;
  const std::vector<Waiting> batch = std::exchange(peer.waiting, {});
  std::vector<std::pair<JobRef, coordinator::Event>> done;
  Time time = 0;
  for (const Waiting& one : batch) {
    done.emplace_back(one.job, cores_->partial(node, one.job->request, one.session, now_ms()));
    if (std::holds_alternative<coordinator::PartialArrived>(done.back().second)) {
      time += quorum_.nodes[node].sign;
    }
  }
  if (time > 0) time += quorum_.nodes[node].fsync;
  queue_.in(slowed(node, time), [this, node, done = std::move(done), generation = peer.generation] {
    Peer& there = peers_[node];
    if (there.generation != generation) return;
    there.is_busy = false;
    for (const auto& [job, event] : done) reply(job, node, event);
    serve(node);
  });
}

void Requests::Stage::reply(const JobRef& job, std::size_t node, coordinator::Event event) {
  Peer& peer = peers_[node];
  const Node& plan = quorum_.nodes[node];
  const Time jitter = plan.jitter == 0 ? 0 : peer.jitter.exponential(plan.jitter);
  queue_.in(slowed(node, plan.rtt - plan.rtt / 2 + jitter),
            [this, job, node, event = std::move(event)] {
              if (!peers_[node].is_lost) tell(job, event);
            });
}

Requests::Requests(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {}
Requests::Requests(Requests&&) noexcept = default;
Requests::~Requests() = default;

Result<Requests> Requests::make(const Quorum& quorum, Seed seed) {
  QUORATE_TRY(std::unique_ptr<Cores> cores, Cores::make(quorum, seed));
  return Requests(std::make_unique<Stage>(quorum, seed, std::move(cores)));
}

Result<std::vector<Answered>> Requests::run(const Plan& plan) { return stage_->run(plan); }
std::uint64_t Requests::count() const { return stage_->count(); }

}  // namespace quorate::sim::availability
