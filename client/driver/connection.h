// A client's connection to one node. docs/protocol.md, "Channel".
//
//   auto connection = Connection::open(io, context, {"127.0.0.1", 7201, identity}, deadlines,
//                                      [=](Status opened) { ... });
//   connection->ask(ask, 10s, [=](Result<wire::v1::Answer> answer) { ... });  // once opened
//   connection->close();
//
// Everything happens on the one thread that runs `io`, callbacks included, and never inside the
// call that asked for it; each callback is called exactly once. A connection that has ended stays
// ended: opening another is the caller's decision. Errors, of opening and of every ask:
//
//   unreachable   nobody answers at that address within the deadline, or the connection broke
//   not_pinned    the node there has another identity than the roster says (the message shows both
//                 keys), or the node does not know this client (the message shows ours). The second
//                 is learned at the first ask: TLS 1.3 judges a client after the client's part
//   timed_out     this ask only: no answer within its deadline; one that comes later is dropped
//   too_large     this ask only: it does not fit a frame
//   malformed, busy, ...   the node could not read us, or we could not read the node
//
// A refusal is an answer, not an error: it came from the node's core, and what it means depends on
// what was asked.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "proto/channel/context.h"
#include "proto/channel/stream.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::driver {

// A node as the roster knows it.
struct Peer {
  std::string host;  // an address, or a name to look up; nothing rests on it
  std::uint16_t port;
  ed25519::Point identity;
};

struct Deadlines {
  // Looking the name up, TCP and TLS together.
  std::chrono::milliseconds connect = std::chrono::seconds(5);
  channel::Deadlines channel;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Opened = std::function<void(Status)>;
  using Answered = std::function<void(Result<wire::v1::Answer>)>;

  // `context` is a client's, and is not used after `opened` was called.
  static std::shared_ptr<Connection> open(boost::asio::io_context& io,
                                          const channel::Context& context, Peer peer,
                                          Deadlines deadlines, Opened opened);

  // The id is set here. Not before `opened` said Done. More than 64 open asks wait in the network:
  // a node reads no more than that.
  void ask(wire::v1::Ask ask, std::chrono::milliseconds deadline, Answered answered);

  // Whatever is open fails with `unreachable`.
  void close();

  bool is_open() const { return stream_ && !end_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using ErrorCode = boost::system::error_code;
  struct OpenAsk {
    Answered answered;
    std::unique_ptr<boost::asio::steady_timer> deadline;
  };

  Connection(boost::asio::io_context& io, const channel::Context& context, Peer peer,
             Deadlines deadlines, Opened opened);
  void look_up();
  void connect(const Tcp::resolver::results_type& endpoints);
  void shake_hands();
  void on_opened(const Status& done);
  void read();
  void on_answer(wire::v1::Answer answer);
  void answer(std::uint64_t id, Result<wire::v1::Answer> result);
  void end(Error why);
  std::string name() const { return peer_.host + ":" + std::to_string(peer_.port); }

  boost::asio::io_context& io_;
  const channel::Context& context_;
  const Peer peer_;
  const Deadlines deadlines_;
  Opened opened_;
  Tcp::resolver resolver_;
  Tcp::socket socket_;  // until the stream takes it
  boost::asio::steady_timer connecting_;
  std::shared_ptr<channel::Stream> stream_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, OpenAsk> open_;
  std::optional<Error> end_;
};

}  // namespace quorate::driver
