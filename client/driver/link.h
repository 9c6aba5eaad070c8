// One node, as the drivers of the cores see it: connected to again whenever the connection breaks,
// with one question at a time. What to ask, and whether to ask again, the cores say.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/driver/connection.h"
#include "client/home/roster.h"
#include "crypto/base/result.h"
#include "proto/channel/context.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::driver {

// How long to wait before each further attempt to connect: doubled from the first to the last, and
// each time somewhere between half of it and all, at random: clients that lost a node together must
// not come back together.
struct Pace {
  std::chrono::milliseconds connect = std::chrono::seconds(5);  // one attempt, handshake included
  std::chrono::milliseconds first_pause = std::chrono::milliseconds(50);
  std::chrono::milliseconds last_pause = std::chrono::seconds(1);
};

class Link {
 public:
  // Whom the link tells what happens to it. Called on the loop's thread, never inside ask().
  struct Listener {
    std::function<void(const std::string& why)> lost;  // again after each attempt that fails
    std::function<void()> back;                        // after `lost`: connected again
  };
  using Answered = std::function<void(const wire::v1::Answer&)>;

  Link(boost::asio::io_context& loop, const channel::Context& context, home::RosterNode node,
       Pace pace);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const home::RosterNode& node() const { return node_; }

  // Connects, and from then on whenever the connection is lost.
  void connect();
  void listen(Listener listener) { listener_ = std::move(listener); }

  // Replaces the question before it, whose answer is then dropped. While the first attempt to
  // connect is under way the question waits for it; after `lost` it is dropped until `back`.
  void ask(wire::v1::Ask ask, Answered answered);
  // Nothing is awaited any more, and nobody is told.
  void forget();

  bool is_awaited() const { return question_.has_value(); }
  // Why there is no connection, where there is none.
  const std::optional<Error>& trouble() const { return trouble_; }

 private:
  struct Question {
    wire::v1::Ask ask;  // until it was sent
    Answered answered;
    std::uint64_t number;
  };
  enum class State { idle, connecting, open };

  // A callback that does nothing when the link is gone.
  template <typename Function>
  auto while_alive(Function function);

  void on_opened(const Status& opened);
  void on_answer(std::uint64_t number, const Result<wire::v1::Answer>& answer);
  void on_lost(const Error& why);
  void send();

  boost::asio::io_context& loop_;
  const channel::Context& context_;
  home::RosterNode node_;
  Pace pace_;
  Listener listener_;
  boost::asio::steady_timer pause_timer_;
  std::chrono::milliseconds pause_;
  State state_ = State::idle;
  std::shared_ptr<Connection> connection_;
  std::optional<Question> question_;
  std::uint64_t questions_ = 0;
  std::optional<Error> trouble_;
  std::shared_ptr<Link*> alive_;  // gone with the link, while the loop may still hold callbacks
};

}  // namespace quorate::driver
