// A signer node on a simulated machine: the real core, the real store and custody, over a disk, a
// token, clocks and connections that can go wrong. Around the core it does what node/server and
// node/program do: frames, decoding at the door, batches, limits, starting again after a crash.

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "node/core/core.h"
#include "proto/wire/frame.h"
#include "proto/wire/quorate.pb.h"
#include "sim/actors/clock.h"
#include "sim/actors/world.h"
#include "sim/disk/disk.h"
#include "sim/hsm/token.h"

namespace quorate::sim {

class NodeHost;

// What the adversary makes of an answer of a node that it controls. The core under it is real.
class Behaviour {
 public:
  virtual ~Behaviour() = default;
  // May change the answer and say for how long it is held back. Nothing: it is not sent.
  virtual std::optional<Time> leaving(NodeHost& node, const node::Asked& ask,
                                      node::Answer& answer) = 0;
};

struct NodePlan {
  std::string name;
  std::string toml;                  // node.toml
  const node::PolicyFiles* policy;   // outlives the host
  Time compute = 300 * microsecond;  // of one ask
  Time sync = 2 * millisecond;       // of the disk
  Time token_call = 1 * millisecond;
  Time restart = 3 * second;  // from a crash to the next attempt to start
};

class NodeHost final : public Listener, public End {
 public:
  NodeHost(World& world, NodePlan plan);
  ~NodeHost() override;
  NodeHost(const NodeHost&) = delete;
  NodeHost& operator=(const NodeHost&) = delete;

  // Now; tried again until it works.
  void start();
  // The process dies: killed (Cut::keep), or with the machine's power. Starts again by itself
  // after a while; `stays_down`: not before start().
  void crash(Cut cut, bool stays_down = false);
  // The machine stands still and goes on, with all its connections.
  void pause(Time time);
  // The disk's next operation but `n` is where the power fails.
  void crash_within(std::uint64_t n, Cut cut);

  // It stands still, or waits for a slow disk or token, and will for longer than this.
  bool is_stuck(Time longer) const {
    const Time bound = world_.queue.now() + longer;
    return paused_until_ > bound || (is_busy_ && busy_until_ > bound);
  }
  bool is_up() const { return core_ != nullptr; }
  // It wrote records while its clock was ahead: its operator must start it again. Of a node that is
  // up.
  bool is_behind_its_records();
  bool is_honest() const { return behaviour_ == nullptr && !was_lied_to_; }
  // The disk or the token lied, or went back in time: what it then does is not its fault.
  void mark_lied_to() { was_lied_to_ = true; }
  void set_behaviour(Behaviour* behaviour) { behaviour_ = behaviour; }
  Behaviour* behaviour() const { return behaviour_; }

  const std::string& name() const { return plan_.name; }
  HostId host() const { return host_; }
  const ed25519::SigningKey& identity() const { return identity_; }
  const ed25519::Point& cosigner() const { return cosigner_.public_key(); }
  node::Core& core() { return *core_; }
  store::Store& store() { return *store_; }
  custody::Custody& custody() { return *custody_; }
  std::size_t crashes() const { return crashes_; }
  node::Now now() const { return clock.read(world_.queue.now()); }
  Entropy& entropy() { return entropy_; }
  World& world() { return world_; }
  void set_policy(const node::PolicyFiles* policy) { plan_.policy = policy; }

  Disk disk;
  SimToken token;
  HostClock clock;

  // --- Listener, End
  End* accept(ConnectionId connection, const ed25519::Point& client) override;
  void opened(ConnectionId /*connection*/) override {}
  void received(ConnectionId connection, ByteView bytes) override;
  void closed(ConnectionId connection, const std::string& why) override;

 private:
  struct Guest {
    ed25519::Point client;
    wire::FrameReader reader;
    std::set<std::uint64_t> open;  // asks in flight
  };
  struct Waiting {
    ConnectionId connection;
    std::uint64_t id;
    node::Asked asked;
  };
  [[nodiscard]] Status start_core();
  void serve();
  void finish_batch(const std::vector<Waiting>& batch,
                    std::vector<std::optional<node::Answer>> answers);
  void leave(const Waiting& asked, node::Answer answer);
  void reply(ConnectionId connection, std::uint64_t id, wire::v1::Answer message);
  void refuse(ConnectionId connection, std::uint64_t id, const Error& error);
  void try_again(Time delay);

  World& world_;
  NodePlan plan_;
  HostId host_;
  StreamEntropy entropy_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<custody::Custody> custody_;
  std::unique_ptr<node::Core> core_;
  Behaviour* behaviour_ = nullptr;
  bool was_lied_to_ = false;
  bool stays_down_ = false;
  bool is_busy_ = false;
  Time paused_until_ = 0;
  Time busy_until_ = 0;
  Cut cut_ = Cut::keep;           // how the power fails at the disk's crash point
  std::uint64_t generation_ = 0;  // of the process: what an earlier one planned is void
  std::size_t crashes_ = 0;
  std::size_t refused_starts_ = 0;
  std::map<ConnectionId, Guest> guests_;
  std::deque<Waiting> inbox_;
};

}  // namespace quorate::sim
