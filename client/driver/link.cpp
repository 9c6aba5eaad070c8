#include "client/driver/link.h"

#include <sodium/randombytes.h>
#include <algorithm>
#include <utility>

namespace quorate::driver {
namespace {

// The cores have deadlines of their own, and none is longer than a ceremony's.
constexpr std::chrono::milliseconds longest_ask = std::chrono::hours(1);

std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  const auto half = pause / 2;
  return half + std::chrono::milliseconds(
                    randombytes_uniform(static_cast<std::uint32_t>(half.count()) + 1));
}

}  // namespace

Link::Link(boost::asio::io_context& loop, const channel::Context& context, home::RosterNode node,
           Pace pace)
    : loop_(loop),
      context_(context),
      node_(std::move(node)),
      pace_(pace),
      pause_timer_(loop),
      pause_(pace.first_pause),
      alive_(std::make_shared<Link*>(this)) {}

Link::~Link() {
  if (connection_) connection_->close();
}

template <typename Function>
auto Link::while_alive(Function function) {
  return [alive = std::weak_ptr<Link*>(alive_), function](const auto& result) {
    if (const auto link = alive.lock()) function(**link, result);
  };
}

void Link::connect() {
  state_ = State::connecting;
  Deadlines deadlines;
  deadlines.connect = pace_.connect;
  connection_ = Connection::open(
      loop_, context_, Peer{node_.address.host, node_.address.port, node_.identity}, deadlines,
      while_alive([](Link& link, const Status& opened) { link.on_opened(opened); }));
}

void Link::ask(wire::v1::Ask ask, Answered answered) {
  if (trouble_) return;
  question_ = Question{std::move(ask), std::move(answered), ++questions_};
  if (state_ == State::open) send();
}

void Link::forget() {
  question_.reset();
  listener_ = {};
}

void Link::on_opened(const Status& opened) {
  if (!opened) {
    on_lost(opened.error());
    return;
  }
  state_ = State::open;
  const bool was_lost = std::exchange(trouble_, std::nullopt).has_value();
  if (question_) send();
  if (was_lost && listener_.back) listener_.back();
}

void Link::send() {
  connection_->ask(std::move(question_->ask), longest_ask,
                   while_alive([number = question_->number](Link& link, const auto& answer) {
                     link.on_answer(number, answer);
                   }));
}

// A connection proves itself with its first answer. Before that it may be one that the node turns
// away as soon as it has seen our key, and the pauses grow on.
void Link::on_answer(std::uint64_t number, const Result<wire::v1::Answer>& answer) {
  if (!answer) {
    if (state_ == State::open) on_lost(answer.error());
    return;
  }
  pause_ = pace_.first_pause;
  if (!question_ || question_->number != number) return;  // another question took its place
  const Answered answered = std::move(question_->answered);
  question_.reset();
  answered(*answer);
}

void Link::on_lost(const Error& why) {
  state_ = State::idle;
  if (connection_) connection_->close();
  connection_.reset();
  question_.reset();
  trouble_ = why;
  pause_timer_.expires_after(jittered(pause_));
  pause_ = std::min(2 * pause_, pace_.last_pause);
  pause_timer_.async_wait(while_alive([](Link& link, boost::system::error_code cancelled) {
    if (!cancelled) link.connect();
  }));
  if (listener_.lost) listener_.lost(why.message);
}

}  // namespace quorate::driver
