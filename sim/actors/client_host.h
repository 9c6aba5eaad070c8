// A machine on which requests are made: links to nodes that connect again by themselves, with
// several questions in flight, and jobs that drive the client's cores over them. It does what
// client/driver does.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/ceremony/leader.h"
#include "client/coordinator/commitment_cache.h"
#include "client/coordinator/coordinator.h"
#include "proto/wire/frame.h"
#include "proto/wire/quorate.pb.h"
#include "sim/actors/world.h"

namespace quorate::sim {

// A node as clients know it from their roster.
struct RosterLine {
  std::string name;
  ed25519::Point identity;
  HostId host;
};

class ClientHost final : public End {
 public:
  ClientHost(World& world, std::string name, std::vector<RosterLine> roster);
  ~ClientHost() override;
  ClientHost(const ClientHost&) = delete;
  ClientHost& operator=(const ClientHost&) = delete;

  // One signature. The witness hears of the end. `keeps_pairs`: as a gateway does, with commitments
  // fetched ahead; otherwise as a command, which asks for them.
  void sign(Request request, Time deadline, bool keeps_pairs);
  // One ceremony, from the proposal that the administrators signed.
  void lead(leader::Plan plan, leader::Begin begin, Time deadline);

  const std::string& name() const { return name_; }
  HostId host() const { return host_; }
  const ed25519::SigningKey& identity() const { return identity_; }
  std::size_t jobs() const { return jobs_.size(); }
  // Ends every job as its deadline would.
  void end_all();
  coordinator::Latencies& latencies() { return latencies_; }
  coordinator::HedgeBounds hedge;

  // --- for jobs
  using Answered = std::function<void(const wire::v1::Answer&)>;
  struct Ear {
    std::function<void(const std::string& why)> lost;
    std::function<void()> back;
  };
  // By the node's place in the roster. A job's next question to a node replaces the one before it.
  void ask(std::size_t node, std::uint64_t job, wire::v1::Ask ask, Answered answered);
  const std::optional<std::string>& trouble(std::size_t node) const;
  const std::vector<RosterLine>& roster() const { return roster_; }
  std::optional<std::size_t> place_of(const ed25519::Point& identity) const;
  World& world() { return world_; }
  std::uint64_t now_ms() const { return world_.queue.now() / millisecond; }

  // --- End
  void opened(ConnectionId connection) override;
  void received(ConnectionId connection, ByteView bytes) override;
  void closed(ConnectionId connection, const std::string& why) override;

  class Job {
   public:
    virtual ~Job() = default;
    virtual void lost(std::size_t node, const std::string& why) = 0;
    virtual void back(std::size_t node) = 0;
    virtual void deadline() = 0;
    virtual bool is_over() const = 0;
  };

 private:
  friend class SigningJob;
  friend class CeremonyJob;
  struct Question {
    std::uint64_t job;
    Answered answered;
  };
  struct Link {
    ConnectionId connection = 0;  // 0: none
    bool is_open = false;
    wire::FrameReader reader;
    std::map<std::uint64_t, Question> questions;
    std::vector<std::pair<std::uint64_t, wire::v1::Ask>> unsent;  // while it first connects
    std::optional<std::string> trouble;
    unsigned attempts = 0;
  };
  void connect(std::size_t node);
  void send(std::size_t node, std::uint64_t id, wire::v1::Ask ask);
  std::uint64_t begin(std::unique_ptr<Job> job, Time deadline);
  void sweep_jobs();
  template <typename Tell>
  void tell_jobs(Tell tell);

  World& world_;
  std::string name_;
  std::vector<RosterLine> roster_;
  ed25519::SigningKey identity_;
  HostId host_;
  Stream jitter_;
  std::vector<Link> links_;
  std::map<std::uint64_t, std::shared_ptr<Job>> jobs_;
  std::uint64_t next_job_ = 1;
  std::uint64_t next_ask_ = 1;
  coordinator::Latencies latencies_;
  coordinator::CommitmentCache cache_;
};

}  // namespace quorate::sim
