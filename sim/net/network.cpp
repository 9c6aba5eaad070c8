#include "sim/net/network.h"

#include <algorithm>

#include "crypto/base/invariant.h"

namespace quorate::sim {
namespace {

constexpr Time connect_timeout = 5 * second;
constexpr Time retransmission_limit = 20 * second;  // after which a held connection breaks

Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

}  // namespace

Network::Network(Queue& queue, Trace& trace, Seed seed)
    : queue_(queue), trace_(trace), seed_(seed) {}

HostId Network::add(std::string name, Listener* listener) {
  hosts_.push_back({std::move(name), listener});
  return hosts_.size() - 1;
}

void Network::set_path(HostId from, HostId to, Path path) {
  for (const auto& key : {std::pair{from, to}, std::pair{to, from}}) {
    paths_[key] = path;
    if (const auto found = lanes_.find(key); found != lanes_.end()) found->second->path = path;
  }
}

Network::Lane& Network::lane(HostId from, HostId to) {
  auto& found = lanes_[{from, to}];
  if (!found) {
    const std::string label = "net/" + hosts_[from].name + ">" + hosts_[to].name + "/";
    const auto stream = [&](const char* what) { return Stream(seed_, label + what); };
    const auto path = paths_.find({from, to});
    found = std::make_unique<Lane>(Lane{stream("delay"), stream("loss"), stream("duplicate"),
                                        stream("reorder"), stream("replay"), stream("reset"),
                                        stream("split"), stream("corrupt"),
                                        path == paths_.end() ? default_path_ : path->second});
  }
  return *found;
}

Time Network::crossing(Lane& lane, HostId from, HostId to) {
  Time time = lane.path.least + lane.delay.exponential(lane.path.jitter);
  const std::uint64_t tail = lane.delay.next();  // drawn whether or not it is used
  if (static_cast<std::uint32_t>(tail >> 32) < lane.path.tail) time *= 10 + tail % 90;
  for (const HostId host : {from, to}) {
    if (const auto slow = slowness_.find(host); slow != slowness_.end()) time *= slow->second;
  }
  return time;
}

ConnectionId Network::connect(HostId from, HostId to, const ed25519::Point& identity, End& end) {
  const ConnectionId id = next_++;
  connections_.emplace(id, Connection{from, to, identity, &end, nullptr, false, 0, 0, {}, {}});
  Lane& way = lane(from, to);
  if (way.is_blocked || lane(to, from).is_blocked) {
    queue_.in(connect_timeout, [this, id] { fail_connect(id, "connection timed out"); });
    return id;
  }
  queue_.in(crossing(way, from, to), [this, id] { open_at_server(id); });
  return id;
}

void Network::open_at_server(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;  // given up meanwhile
  Connection& connection = found->second;
  Host& server = hosts_[connection.server];
  const Time back =
      crossing(lane(connection.server, connection.client), connection.server, connection.client);
  connection.server_end = server.is_on && server.listener != nullptr
                              ? server.listener->accept(id, connection.identity)
                              : nullptr;
  if (connection.server_end == nullptr) {
    queue_.in(back, [this, id] { fail_connect(id, "connection refused"); });
    return;
  }
  queue_.in(back, [this, id] {
    const auto still = connections_.find(id);
    if (still == connections_.end()) return;
    still->second.is_open = true;
    trace_.event(queue_.now(), hosts_[still->second.client].name, "connected");
    still->second.client_end->opened(id);
  });
}

void Network::fail_connect(ConnectionId id, const std::string& why) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  End* end = found->second.client_end;
  connections_.erase(found);
  end->closed(id, why);
}

void Network::send(ConnectionId id, Side side, ByteView bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  const bool is_up = side == Side::client;
  const HostId from = is_up ? connection.client : connection.server;
  const HostId to = is_up ? connection.server : connection.client;
  Lane& way = lane(from, to);
  Bytes message(bytes.begin(), bytes.end());

  // All are drawn for each message, so that one kind of fault changes no decision of another.
  const bool is_lost = way.loss.chance(faults.loss);
  const bool is_twice = way.duplicate.chance(faults.duplicate);
  const bool may_overtake = way.reorder.chance(faults.reorder);
  const bool is_replayed = way.replay.chance(faults.replay);
  const bool is_reset = way.reset.chance(faults.reset);
  const bool is_split = way.split.chance(faults.split);
  const bool is_corrupt = way.corrupt.chance(faults.corrupt);
  const std::uint64_t where = way.split.next();
  Time at = queue_.now() + crossing(way, from, to);

  Time& last = is_up ? connection.last_to_server : connection.last_to_client;
  if (!may_overtake) at = std::max(at, last);
  last = std::max(last, at);
  if (is_lost) {
    queue_.at(at + second, [this, id] { break_connection(id, "connection timed out"); });
    return;
  }
  if (is_corrupt && !message.empty()) {
    message[where % message.size()] ^= 0x40;
    // No channel survives this for long: a length that is wrong would swallow all that comes after.
    queue_.at(at + second, [this, id] { break_connection(id, "connection reset"); });
  }
  Bytes& recorded = is_up ? connection.recorded_to_server : connection.recorded_to_client;
  if (is_reset) {
    message.resize(message.size() / 2);
    deliver(id, other(side), std::move(message), at);
    queue_.at(at, [this, id] { break_connection(id, "connection reset"); });
    return;
  }
  if (is_replayed && !recorded.empty()) deliver(id, other(side), recorded, at + millisecond);
  if (faults.replay != 0) recorded = message;
  if (is_twice) deliver(id, other(side), message, at + millisecond);
  if (is_split && message.size() > 1) {
    const auto cut = static_cast<std::ptrdiff_t>(1 + where % (message.size() - 1));
    deliver(id, other(side), Bytes(message.begin(), message.begin() + cut), at);
    deliver(id, other(side), Bytes(message.begin() + cut, message.end()), at);
    return;
  }
  deliver(id, other(side), std::move(message), at);
}

void Network::deliver(ConnectionId id, Side to, Bytes bytes, Time at) {
  queue_.at(at, [this, id, to, bytes = std::move(bytes)] { arrive(id, to, bytes); });
}

void Network::arrive(ConnectionId id, Side to, const Bytes& bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  const bool is_up = to == Side::server;
  const HostId from_host = is_up ? connection.client : connection.server;
  const HostId to_host = is_up ? connection.server : connection.client;
  Lane& way = lane(from_host, to_host);
  if (way.is_blocked) {
    way.held.emplace_back(id, bytes);
    return;
  }
  Host& host = hosts_[to_host];
  if (!host.is_on) return;  // nobody is there to say that nobody is there
  End* end = is_up ? connection.server_end : connection.client_end;
  if (end == nullptr) {
    // The server was switched off and on: it knows nothing of this connection.
    break_connection(id, "connection reset");
    return;
  }
  trace_.event(queue_.now(), host.name, is_up ? "asked" : "told", bytes);
  end->received(id, bytes);
}

void Network::close(ConnectionId id, Side side) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  const bool is_client = side == Side::client;
  (is_client ? connection.client_end : connection.server_end) = nullptr;
  const HostId from = is_client ? connection.client : connection.server;
  const HostId to = is_client ? connection.server : connection.client;
  End* const end = is_client ? connection.server_end : connection.client_end;
  if (end == nullptr) {
    connections_.erase(found);
    return;
  }
  queue_.in(crossing(lane(from, to), from, to), [this, id] { break_connection(id, "closed"); });
}

void Network::break_connection(ConnectionId id, const std::string& why) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const Connection connection = std::move(found->second);
  connections_.erase(found);
  if (connection.server_end != nullptr && hosts_[connection.server].is_on) {
    connection.server_end->closed(id, why);
  }
  if (connection.client_end != nullptr) connection.client_end->closed(id, why);
}

void Network::switch_off(HostId host, bool is_polite) {
  hosts_[host].is_on = false;
  for (auto& [id, connection] : connections_) {
    if (connection.server != host) continue;
    connection.server_end = nullptr;
    if (is_polite && connection.is_open) {
      queue_.in(crossing(lane(host, connection.client), host, connection.client),
                [this, id = id] { break_connection(id, "connection reset"); });
    }
  }
}

void Network::switch_on(HostId host) { hosts_[host].is_on = true; }

void Network::block(HostId from, HostId to) {
  Lane& way = lane(from, to);
  if (!way.is_blocked) way.blocked_since = queue_.now();
  way.is_blocked = true;
}

void Network::unblock(HostId from, HostId to) {
  Lane& way = lane(from, to);
  if (!way.is_blocked) return;
  way.is_blocked = false;
  const bool was_long = queue_.now() - way.blocked_since > retransmission_limit;
  const auto held = std::exchange(way.held, {});
  for (const auto& [id, bytes] : held) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    if (was_long) {
      break_connection(id, "connection timed out");
    } else {
      deliver(id, found->second.client == from ? Side::server : Side::client, bytes, queue_.now());
    }
  }
}

void Network::unblock_all() {
  std::vector<std::pair<HostId, HostId>> blocked;
  for (const auto& [ends, way] : lanes_) {
    if (way->is_blocked) blocked.push_back(ends);
  }
  for (const auto& [from, to] : blocked) unblock(from, to);
}

}  // namespace quorate::sim
