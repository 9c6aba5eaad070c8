#include "node/server/connection.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "crypto/base/invariant.h"
#include "node/server/refusal.h"
#include "proto/wire/decode.h"
#include "proto/wire/frame.h"

namespace quorate::server {
namespace {

ed25519::Point key_of(const channel::Stream& stream) {
  QUORATE_INVARIANT(stream.peer_key().has_value());  // the handshake has succeeded
  return *stream.peer_key();
}

const Error stopping{Code::stopping, "this node is stopping"};

// Answers are small, but of a history: nothing stops 64 of those once they are asked for, so an ask
// counts beforehand for the longest that it may bring.
std::size_t size_of_answer_to(const wire::v1::Ask& ask) {
  return ask.has_history() ? wire::longest_message : 0;
}

}  // namespace

Connection::Connection(std::shared_ptr<channel::Stream> stream, boost::asio::io_context& io,
                       const Limits& limits, Service& service)
    : stream_(std::move(stream)),
      io_(io),
      limits_(limits),
      service_(service),
      client_(key_of(*stream_)) {}

void Connection::start(std::function<void()> ended) {
  stream_->when_closed(
      [self = shared_from_this(), ended = std::move(ended)](const Error&) { ended(); });
  read();
}

void Connection::finish() {
  is_finishing_ = true;
  if (asks_in_flight_ == 0) stream_->close_after_writing(stopping);
}

bool Connection::has_room() const {
  return asks_in_flight_ < limits_.asks_in_flight && bytes_in_flight_ < limits_.bytes_in_flight;
}

void Connection::read() {
  if (is_reading_ || is_finishing_ || !has_room() || !stream_->is_open()) return;
  is_reading_ = true;
  stream_->read_frame(
      [self = shared_from_this()](const Result<Bytes>& frame) { self->on_frame(frame); });
}

void Connection::on_frame(const Result<Bytes>& frame) {
  is_reading_ = false;
  if (!stream_->is_open()) return;
  if (!frame) {
    dismiss(*stream_, frame.error());
    return;
  }
  Result<wire::v1::Ask> ask = wire::decode_ask(*frame);
  if (!ask) {
    dismiss(*stream_, ask.error());
    return;
  }
  if (open_.contains(ask->id())) {
    dismiss(*stream_, {Code::malformed, "two open asks with the id " + std::to_string(ask->id())});
    return;
  }
  hand_over(*std::move(ask), frame->size());
  read();
}

void Connection::hand_over(wire::v1::Ask ask, std::size_t size) {
  const std::uint64_t id = ask.id();
  const std::size_t counted = size + size_of_answer_to(ask);
  open_.emplace(id, counted);
  ++asks_in_flight_;
  bytes_in_flight_ += counted;
  if (is_finishing_) {
    on_answer(id, refusal(stopping));
    return;
  }
  service_.ask(
      client_, std::move(ask),
      [weak = weak_from_this(), executor = io_.get_executor(), id](wire::v1::Answer answer) {
        boost::asio::post(executor, [weak, id, answer = std::move(answer)]() mutable {
          if (const auto self = weak.lock()) self->on_answer(id, std::move(answer));
        });
      });
}

void Connection::on_answer(std::uint64_t id, wire::v1::Answer answer) {
  const auto open = open_.find(id);
  if (open == open_.end()) return;  // the reply was called twice: the first counts
  bytes_in_flight_ -= open->second;
  open_.erase(open);
  answer.set_id(id);
  Status queued = write(answer);
  if (!queued && queued.error().code == Code::too_large) {
    answer = refusal({Code::too_large, "the answer does not fit a frame; ask for less"});
    answer.set_id(id);
    queued = write(answer);
  }
  // Else the connection has ended meanwhile, and nobody waits for the answer.
}

Status Connection::write(const wire::v1::Answer& answer) {
  const Bytes message = wire::encode(answer);
  QUORATE_CHECK(stream_->write_frame(
      message, [self = shared_from_this(), size = message.size()] { self->on_written(size); }));
  bytes_in_flight_ += message.size();
  return Done{};
}

void Connection::on_written(std::size_t size) {
  --asks_in_flight_;
  bytes_in_flight_ -= size;
  if (is_finishing_) {
    finish();
  } else {
    read();
  }
}

void dismiss(channel::Stream& stream, const Error& why) {
  // An error here means that the connection has ended already: there is nobody to tell.
  const Status queued = stream.write_frame(wire::encode(refusal(why)));
  if (queued) stream.close_after_writing(why);
}

}  // namespace quorate::server
