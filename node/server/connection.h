// One client's connection, from the end of the handshake on. It reads an ask, gives it to the
// Service, reads the next; answers leave in the order in which they are ready.

#pragma once

#include <functional>
#include <map>
#include <memory>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "node/server/server.h"
#include "node/server/service.h"
#include "proto/channel/stream.h"

namespace quorate::server {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<channel::Stream> stream, boost::asio::io_context& io,
             const Limits& limits, Service& service);

  const ed25519::Point& client() const { return client_; }

  // `ended` is called once, when nothing is left of the connection.
  void start(std::function<void()> ended);
  // Reads no more, and closes when all that is in flight is answered.
  void finish();
  void close(const Error& why) { stream_->close(why); }

 private:
  void read();
  void on_frame(const Result<Bytes>& frame);
  void hand_over(wire::v1::Ask ask, std::size_t size);
  void on_answer(std::uint64_t id, wire::v1::Answer answer);
  Status write(const wire::v1::Answer& answer);
  void on_written(std::size_t size);
  bool has_room() const;

  std::shared_ptr<channel::Stream> stream_;
  boost::asio::io_context& io_;
  const Limits limits_;
  Service& service_;
  const ed25519::Point client_;
  std::map<std::uint64_t, std::size_t> open_;  // what each ask without an answer counts for, by id
  // Asks whose answer has not left yet, so that a client that does not read fills no queue; and
  // what they count for in bytes: first what `open_` says, then what is written.
  std::size_t asks_in_flight_ = 0;
  std::size_t bytes_in_flight_ = 0;
  bool is_reading_ = false;
  bool is_finishing_ = false;
};

// Says why with an answer of id 0, lets the client take it, and closes.
void dismiss(channel::Stream& stream, const Error& why);

}  // namespace quorate::server
