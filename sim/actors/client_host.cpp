#include "sim/actors/client_host.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/wire/decode.h"
#include "sim/actors/person.h"

namespace quorate::sim {
namespace {

constexpr Time first_pause = 50 * millisecond;
constexpr Time last_pause = 1 * second;

}  // namespace

ClientHost::ClientHost(World& world, std::string name, std::vector<RosterLine> roster)
    : world_(world),
      name_(std::move(name)),
      roster_(std::move(roster)),
      identity_(identity_of(world.seed, name_)),
      host_(world.network.add(name_, nullptr)),
      jitter_(world.seed, name_ + "/pause"),
      links_(roster_.size()) {}

ClientHost::~ClientHost() = default;

std::optional<std::size_t> ClientHost::place_of(const ed25519::Point& identity) const {
  for (std::size_t i = 0; i < roster_.size(); ++i) {
    if (roster_[i].identity == identity) return i;
  }
  return std::nullopt;
}

const std::optional<std::string>& ClientHost::trouble(std::size_t node) const {
  return links_[node].trouble;
}

void ClientHost::connect(std::size_t node) {
  Link& link = links_[node];
  if (link.connection != 0) return;
  link.reader = {};
  link.connection =
      world_.network.connect(host_, roster_[node].host, identity_.public_key(), *this);
}

void ClientHost::ask(std::size_t node, std::uint64_t job, wire::v1::Ask ask, Answered answered) {
  Link& link = links_[node];
  std::erase_if(link.questions, [&](const auto& entry) { return entry.second.job == job; });
  if (link.trouble) return;  // dropped: back() makes the core ask again
  const std::uint64_t id = next_ask_++;
  link.questions.emplace(id, Question{job, std::move(answered)});
  if (link.is_open) {
    send(node, id, std::move(ask));
  } else {
    link.unsent.emplace_back(id, std::move(ask));
    connect(node);
  }
}

void ClientHost::send(std::size_t node, std::uint64_t id, wire::v1::Ask ask) {
  ask.set_id(id);
  const Result<Bytes> frame = wire::frame(wire::encode(ask));
  QUORATE_INVARIANT(frame.has_value());
  world_.network.send(links_[node].connection, Side::client, *frame);
}

void ClientHost::opened(ConnectionId connection) {
  for (std::size_t node = 0; node < links_.size(); ++node) {
    Link& link = links_[node];
    if (link.connection != connection) continue;
    link.is_open = true;
    for (auto& [id, ask] : std::exchange(link.unsent, {})) {
      if (link.questions.contains(id)) send(node, id, std::move(ask));
    }
    if (std::exchange(link.trouble, std::nullopt)) {
      tell_jobs([node](Job& job) { job.back(node); });
    }
    return;
  }
}

void ClientHost::received(ConnectionId connection, ByteView bytes) {
  for (std::size_t node = 0; node < links_.size(); ++node) {
    Link& link = links_[node];
    if (link.connection != connection) continue;
    link.reader.feed(bytes);
    while (link.connection == connection) {
      Result<std::optional<Bytes>> message = link.reader.next();
      if (message && !*message) break;
      Result<wire::v1::Answer> answer =
          message ? wire::decode_answer(**message)
                  : Result<wire::v1::Answer>(tl::unexpected(message.error()));
      if (!answer || answer->id() == 0) {
        world_.network.close(connection, Side::client);
        closed(connection, answer ? "refused" : answer.error().message);
        break;
      }
      link.attempts = 0;  // as client/driver: a connection proves itself with its first answer
      const auto question = link.questions.find(answer->id());
      if (question == link.questions.end()) continue;  // nobody waits for it any more
      const Answered answered = std::move(question->second.answered);
      link.questions.erase(question);
      answered(*answer);
    }
    sweep_jobs();
    return;
  }
}

void ClientHost::closed(ConnectionId connection, const std::string& why) {
  for (std::size_t node = 0; node < links_.size(); ++node) {
    Link& link = links_[node];
    if (link.connection != connection) continue;
    link.connection = 0;
    link.is_open = false;
    link.questions.clear();
    link.unsent.clear();
    link.trouble = why;
    // As client/driver does: doubled from pause to pause, with jitter.
    const Time pause = std::min<Time>(last_pause, first_pause << std::min(link.attempts, 5U));
    ++link.attempts;
    world_.queue.in(pause / 2 + jitter_.below(pause), [this, node] {
      if (!jobs_.empty()) connect(node);
    });
    tell_jobs([node, &why](Job& job) { job.lost(node, why); });
    return;
  }
}

template <typename Tell>
void ClientHost::tell_jobs(Tell tell) {
  std::vector<std::shared_ptr<Job>> all;  // a job may begin another, or end
  for (const auto& [id, job] : jobs_) all.push_back(job);
  for (const auto& job : all) {
    if (!job->is_over()) tell(*job);
  }
  sweep_jobs();
}

void ClientHost::sweep_jobs() {
  for (auto job = jobs_.begin(); job != jobs_.end();) {
    if (!job->second->is_over()) {
      ++job;
      continue;
    }
    for (Link& link : links_) {
      std::erase_if(link.questions,
                    [&](const auto& entry) { return entry.second.job == job->first; });
    }
    job = jobs_.erase(job);
  }
}

std::uint64_t ClientHost::begin(std::unique_ptr<Job> job, Time deadline) {
  const std::uint64_t id = next_job_++;
  // Nobody was at work: what begins is a command of its own, with links that nothing is known of.
  if (jobs_.empty()) {
    for (Link& link : links_) link.trouble.reset();
  }
  jobs_.emplace(id, std::move(job));
  // A link that broke while nobody needed it.
  for (std::size_t node = 0; node < links_.size(); ++node) {
    if (links_[node].connection == 0) connect(node);
  }
  world_.queue.in(deadline, [this, id] {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    const auto kept = found->second;
    kept->deadline();
    sweep_jobs();
  });
  return id;
}

void ClientHost::end_all() {
  tell_jobs([](Job& job) { job.deadline(); });
}

}  // namespace quorate::sim
