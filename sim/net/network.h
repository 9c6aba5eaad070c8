// Connections between simulated hosts: streams of bytes with delay, and everything that can befall
// them. What TLS does for real is given: a connection carries the identity key of its client, and
// who holds a key may connect with it.
//
//   Network network(queue, trace, seed);
//   const HostId node = network.add("node1", listener);
//   const ConnectionId id = network.connect(client, node, identity, end);
//   network.send(id, Side::client, frame);
//
// Each direction of each pair of hosts draws from streams of its own. Bytes of one direction arrive
// in order unless `reorder` is on; a partition holds them back, and breaks the connection when it
// lasts.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/ed25519/point.h"
#include "sim/world/queue.h"
#include "sim/world/stream.h"
#include "sim/world/trace.h"

namespace quorate::sim {

using HostId = std::size_t;
using ConnectionId = std::uint64_t;
enum class Side { client, server };

// One end of a connection.
class End {
 public:
  virtual ~End() = default;
  virtual void opened(ConnectionId connection) = 0;
  virtual void received(ConnectionId connection, ByteView bytes) = 0;
  virtual void closed(ConnectionId connection, const std::string& why) = 0;
};

// Who accepts connections. nullptr: not this client.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual End* accept(ConnectionId connection, const ed25519::Point& client) = 0;
};

// How a path behaves, one way. Times are of one crossing.
struct Path {
  Time least = 5 * millisecond;
  Time jitter = 1 * millisecond;  // the mean of what is added, exponentially distributed
  Chance tail = 0;                // that a crossing takes ten to a hundred times as long
};

// What goes wrong, on every path: how often, for each message.
struct NetworkFaults {
  Chance loss = 0;       // the message is gone, and soon after it the connection
  Chance duplicate = 0;  // it arrives twice
  Chance reorder = 0;    // it may overtake
  Chance replay = 0;     // an older message of this direction arrives again behind it
  Chance reset = 0;      // the connection ends in the middle of it
  Chance split = 0;      // it arrives in two pieces
  Chance corrupt = 0;    // one byte of it is another: what a liar's end may send
};

class Network {
 public:
  Network(Queue& queue, Trace& trace, Seed seed);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // The listener outlives the network; nullptr for who only connects.
  HostId add(std::string name, Listener* listener);
  void set_path(HostId from, HostId to, Path path);  // both directions
  void set_default_path(Path path) { default_path_ = path; }
  void set_slowness(HostId host, std::uint32_t factor) { slowness_[host] = factor; }
  NetworkFaults faults;

  // The end hears of opened() after a round trip, or of closed(). It may die only after close().
  ConnectionId connect(HostId from, HostId to, const ed25519::Point& identity, End& end);
  void send(ConnectionId connection, Side side, ByteView bytes);
  // The other end hears of it; this one does not.
  void close(ConnectionId connection, Side side);

  // A host that is off answers nothing; `is_polite`: its connections are reset, as when a process
  // dies; otherwise nobody is told, as when power goes.
  void switch_off(HostId host, bool is_polite);
  void switch_on(HostId host);
  // Bytes from one to the other wait until unblock().
  void block(HostId from, HostId to);
  void unblock(HostId from, HostId to);
  void unblock_all();
  const std::string& name(HostId host) const { return hosts_[host].name; }
  std::size_t open_connections() const { return connections_.size(); }

 private:
  struct Host {
    std::string name;
    Listener* listener;
    bool is_on = true;
  };
  // The streams of one direction between two hosts.
  struct Lane {
    Stream delay, loss, duplicate, reorder, replay, reset, split, corrupt;
    Path path;
    bool is_blocked = false;
    std::vector<std::pair<ConnectionId, Bytes>> held = {};
    Time blocked_since = 0;
  };
  struct Connection {
    HostId client;
    HostId server;
    ed25519::Point identity;
    End* client_end;
    End* server_end = nullptr;
    bool is_open = false;
    Time last_to_server = 0;
    Time last_to_client = 0;
    Bytes recorded_to_server;
    Bytes recorded_to_client;
  };

  Lane& lane(HostId from, HostId to);
  Time crossing(Lane& lane, HostId from, HostId to);
  void deliver(ConnectionId id, Side to, Bytes bytes, Time at);
  void arrive(ConnectionId id, Side to, const Bytes& bytes);
  void open_at_server(ConnectionId id);
  void fail_connect(ConnectionId id, const std::string& why);
  void break_connection(ConnectionId id, const std::string& why);

  Queue& queue_;
  Trace& trace_;
  Seed seed_;
  Path default_path_;
  std::vector<Host> hosts_;
  std::map<HostId, std::uint32_t> slowness_;
  std::map<std::pair<HostId, HostId>, std::unique_ptr<Lane>> lanes_;
  std::map<std::pair<HostId, HostId>, Path> paths_;
  std::map<ConnectionId, Connection> connections_;
  ConnectionId next_ = 1;
};

}  // namespace quorate::sim
