#include "client/driver/connection.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "client/driver/answer.h"
#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/wire/decode.h"

namespace quorate::driver {

namespace asio = boost::asio;

std::shared_ptr<Connection> Connection::open(asio::io_context& io, const channel::Context& context,
                                             Peer peer, Deadlines deadlines, Opened opened) {
  std::shared_ptr<Connection> connection(
      new Connection(io, context, std::move(peer), deadlines, std::move(opened)));
  connection->look_up();
  return connection;
}

Connection::Connection(asio::io_context& io, const channel::Context& context, Peer peer,
                       Deadlines deadlines, Opened opened)
    : io_(io),
      context_(context),
      peer_(std::move(peer)),
      deadlines_(deadlines),
      opened_(std::move(opened)),
      resolver_(io),
      socket_(io),
      connecting_(io) {
  QUORATE_INVARIANT(context_.side() == channel::Side::client);
}

// ---- Opening

void Connection::look_up() {
  connecting_.expires_after(deadlines_.connect);
  connecting_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
    if (cancelled || !self->opened_) return;
    self->end({Code::unreachable, self->name() + " did not answer within " +
                                      std::to_string(self->deadlines_.connect.count()) + " ms"});
  });
  ErrorCode no_address;
  const auto address = asio::ip::make_address(peer_.host, no_address);
  if (!no_address) {
    connect(Tcp::resolver::results_type::create(Tcp::endpoint(address, peer_.port), peer_.host,
                                                std::to_string(peer_.port)));
    return;
  }
  resolver_.async_resolve(
      peer_.host, std::to_string(peer_.port),
      [self = shared_from_this()](ErrorCode failed, const Tcp::resolver::results_type& found) {
        if (self->end_) return;
        if (failed) {
          self->end({Code::unreachable, "looking up " + self->name() + ": " + failed.message()});
        } else {
          self->connect(found);
        }
      });
}

void Connection::connect(const Tcp::resolver::results_type& endpoints) {
  asio::async_connect(socket_, endpoints,
                      [self = shared_from_this()](ErrorCode failed, const Tcp::endpoint&) {
                        if (self->end_) return;
                        if (failed) {
                          self->end({Code::unreachable, self->name() + ": " + failed.message()});
                        } else {
                          self->shake_hands();
                        }
                      });
}

void Connection::shake_hands() {
  const auto check = [name = name(), wanted = peer_.identity](const ed25519::Point& key) -> Status {
    if (key == wanted) return Done{};
    return fail(Code::not_pinned, "the node at " + name + " has the identity key " +
                                      to_hex(key.bytes()) + "; the roster says " +
                                      to_hex(wanted.bytes()));
  };
  stream_ = channel::Stream::make(std::move(socket_), context_, deadlines_.channel, check);
  stream_->handshake([self = shared_from_this()](const Status& done) { self->on_opened(done); });
}

void Connection::on_opened(const Status& done) {
  if (end_) return;
  if (!done) {
    Error why = done.error();
    if (why.code != Code::not_pinned) why = {Code::unreachable, name() + ": " + why.message};
    end(std::move(why));
    return;
  }
  connecting_.cancel();
  // What the channel says of its end is what every ask gets.
  stream_->when_closed([self = shared_from_this()](const Error& why) {
    self->end({why.code == Code::timed_out ? Code::unreachable : why.code,
               self->name() + ": " + why.message});
  });
  read();  // from the first moment: the node may have turned us away
  std::exchange(opened_, {})(Done{});
}

// ---- Asking

void Connection::ask(wire::v1::Ask ask, std::chrono::milliseconds deadline, Answered answered) {
  const std::uint64_t id = ++last_id_;
  ask.set_id(id);
  auto timer = std::make_unique<asio::steady_timer>(io_, deadline);
  timer->async_wait([self = shared_from_this(), id, deadline](ErrorCode cancelled) {
    if (cancelled) return;
    self->answer(id, fail(Code::timed_out, self->name() + " gave no answer within " +
                                               std::to_string(deadline.count()) + " ms"));
  });
  open_.emplace(id, OpenAsk{std::move(answered), std::move(timer)});
  QUORATE_INVARIANT(stream_ != nullptr && !opened_);
  Status queued = end_ ? Status(tl::unexpected(*end_)) : stream_->write_frame(wire::encode(ask));
  if (!queued) {
    asio::post(io_, [self = shared_from_this(), id, why = std::move(queued).error()] {
      self->answer(id, tl::unexpected(why));
    });
  }
}

void Connection::read() {
  stream_->read_frame([self = shared_from_this()](const Result<Bytes>& frame) {
    if (self->end_) return;
    if (!frame) {
      // A form error leaves the channel open, and the rest closes it: then this does nothing.
      self->stream_->close(frame.error());
      return;
    }
    Result<wire::v1::Answer> answer = wire::decode_answer(*frame);
    if (!answer) {
      self->stream_->close(answer.error());
      return;
    }
    self->on_answer(*std::move(answer));
    if (self->is_open()) self->read();
  });
}

void Connection::on_answer(wire::v1::Answer answer_of_node) {
  const std::uint64_t id = answer_of_node.id();
  if (id == 0) {
    const wire::v1::Refused& refused = answer_of_node.refused();
    stream_->close({code_of_number(refused.code()).value_or(Code::malformed),
                    "the node closes the connection: " + printable(refused.reason())});
  } else if (id > last_id_) {
    stream_->close({Code::malformed, "the node answered what was not asked"});
  } else {
    // Answered twice, or too late: nobody waits any more.
    answer(id, std::move(answer_of_node));
  }
}

void Connection::answer(std::uint64_t id, Result<wire::v1::Answer> result) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const Answered answered = std::move(found->second.answered);
  open_.erase(found);  // and its timer
  answered(std::move(result));
}

// ---- Ending

void Connection::close() { end({Code::unreachable, "the connection was closed"}); }

void Connection::end(Error why) {
  if (end_) return;
  end_ = std::move(why);
  connecting_.cancel();
  resolver_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
  if (stream_) stream_->close(*end_);
  asio::post(io_, [self = shared_from_this()] {
    if (self->opened_) std::exchange(self->opened_, {})(tl::unexpected(*self->end_));
    // Whoever asks again from within gets its error by another turn of the queue.
    for (const auto& [id, ask] : std::exchange(self->open_, {})) {
      ask.answered(tl::unexpected(*self->end_));
    }
  });
}

}  // namespace quorate::driver
