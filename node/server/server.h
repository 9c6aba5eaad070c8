// A node's listening socket and the connections behind it. docs/protocol.md, "Channel".
//
//   QUORATE_TRY(auto server, Server::open(io, identity, settings, allowed, service));
//   io.run();                                   // one thread, from which all of this is called
//   server->recheck_clients();                  // after the list of clients changed
//   server->stop([&] { io.stop(); });           // asks in flight are answered first
//
// Strangers never take a client's place: who has not shown an allowed key yet is counted apart, and
// the oldest of them makes room for the newest. Everything that a client can make grow has a limit
// (Limits); what exceeds it is not read, or is refused, never stored.
//
// Destroy it after io.run() returned, or after `stopped` was called.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/signing_key.h"
#include "node/server/service.h"
#include "proto/channel/context.h"
#include "proto/channel/stream.h"

namespace quorate::server {

struct Limits {
  std::size_t connections = 1'024;
  std::size_t connections_per_client = 8;
  std::size_t handshakes = 256;  // under way, and not counted as connections
  std::size_t handshakes_per_address = 16;
  std::size_t asks_in_flight = 64;  // per connection; beyond, nothing more is read from it
  // Of asks in flight and of answers that have not left, likewise; a `history` counts as a whole
  // frame until it is answered.
  std::size_t bytes_in_flight = 8 << 20;
};

struct Settings {
  boost::asio::ip::tcp::endpoint listen;  // port 0: any free one, see port()
  Limits limits;
  channel::Deadlines deadlines;
  std::chrono::milliseconds stop = std::chrono::seconds(3);  // what stop() gives asks in flight
};

class Connection;

class Server {
 public:
  // Asked at each handshake and by recheck_clients().
  using Allowed = std::function<bool(const ed25519::Point& client)>;

  // Listens when it returns. Fails with `io` when the address is taken or not ours, and with
  // `internal` when OpenSSL does. `io` and `service` outlive the server.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(boost::asio::io_context& io,
                                                            const ed25519::SigningKey& identity,
                                                            Settings settings, Allowed allowed,
                                                            Service& service);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return connections_.size(); }
  std::size_t handshakes() const { return handshakes_.size(); }

  // Closes the connections of clients that are not allowed any more.
  void recheck_clients();

  // For rude_service.h: closes every connection, and each new one at once, until come_back().
  void stay_away();
  void come_back() { is_away_ = false; }

  // Accepts nobody and reads nothing from now on; answers what is in flight, at most
  // Settings::stop long; closes everything; then calls `stopped`, once.
  void stop(std::function<void()> stopped);

 private:
  friend class Connection;
  using Tcp = boost::asio::ip::tcp;
  using ErrorCode = boost::system::error_code;
  struct Handshake {
    boost::asio::ip::address address;
    std::shared_ptr<channel::Stream> stream;
  };
  using Handshakes = std::list<Handshake>;  // the oldest first

  Server(boost::asio::io_context& io, channel::Context context, Settings settings, Allowed allowed,
         Service& service);
  Status listen();
  void accept();
  void on_accept(ErrorCode failed, Tcp::socket socket);
  void make_room_for(const boost::asio::ip::address& address);
  void start_handshake(Tcp::socket socket, const boost::asio::ip::address& address);
  void welcome(const std::shared_ptr<channel::Stream>& stream);
  void forget(const std::shared_ptr<Connection>& connection);
  void finish_stopping();

  boost::asio::io_context& io_;
  channel::Context context_;
  Settings settings_;
  Allowed allowed_;
  Service& service_;
  Tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;  // after accept() failed
  boost::asio::steady_timer stopping_;
  std::uint16_t port_ = 0;
  Handshakes handshakes_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::map<ed25519::Point, std::size_t> per_client_;
  bool is_stopping_ = false;
  bool is_away_ = false;
  std::function<void()> stopped_;
};

}  // namespace quorate::server
