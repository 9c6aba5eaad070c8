// A server of node 1 with clients 2 and 3 on its list, and what tests do to it.

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "node/server/server.h"
#include "proto/wire/decode.h"
#include "tests/proto/channel/loopback.h"

namespace quorate::server {

using testing::connected;
using testing::context;
using testing::key;
using testing::only;
using testing::run_until;

// Keeps every ask until the test answers it.
class Desk : public Service {
 public:
  struct Kept {
    ed25519::Point client;
    wire::v1::Ask ask;
    Reply reply;
  };
  void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) override {
    kept.push_back({client, std::move(ask), std::move(reply)});
  }
  void answer(std::size_t which, const std::string& name) {
    wire::v1::Answer out;
    out.mutable_description()->set_name(name);
    kept.at(which).reply(out);
  }

  std::vector<Kept> kept;
};

class RunningServer : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const auto& stream : streams_) stream->close({Code::unreachable, "the test is over"});
    if (server_) {
      bool stopped = is_stopped_;
      if (!stopped) server_->stop([&] { stopped = true; });
      EXPECT_TRUE(run_until(io_, [&] { return stopped; }));
    }
  }

  void start() {
    settings_.listen = {boost::asio::ip::address_v4::loopback(), 0};
    auto server = Server::open(
        io_, key(1), settings_,
        [this](const ed25519::Point& client) { return allowed_.contains(client); }, desk_);
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = *std::move(server);
  }

  testing::Tcp::socket socket() {
    testing::Tcp::socket out(io_);
    out.open(testing::Tcp::v4());
    if (receive_buffer_)
      out.set_option(testing::Tcp::socket::receive_buffer_size(*receive_buffer_));
    out.connect({boost::asio::ip::address_v4::loopback(), server_->port()});
    return out;
  }
  // A client that has been let in, or could think so: TLS 1.3 tells it later.
  std::shared_ptr<channel::Stream> client(std::uint8_t number) {
    const auto tls = context(channel::Side::client, key(number));
    auto stream = channel::Stream::make(socket(), tls, {}, only(key(1).public_key()));
    bool done = false;
    stream->handshake([&](const Status& status) { done = status.has_value(); });
    EXPECT_TRUE(run_until(io_, [&] { return done; }));
    streams_.push_back(stream);
    return stream;
  }

  static Bytes describe(std::uint64_t id) {
    wire::v1::Ask ask;
    ask.set_id(id);
    ask.mutable_describe();
    return wire::encode(ask);
  }
  static void send(channel::Stream& stream, const Bytes& message) {
    EXPECT_TRUE(stream.write_frame(message).has_value());
  }
  Result<wire::v1::Answer> next(channel::Stream& stream) {
    std::optional<Result<Bytes>> frame;
    stream.read_frame([&](const Result<Bytes>& read) { frame = read; });
    if (!run_until(io_, [&] { return frame.has_value(); })) {
      return fail(Code::internal, "nothing came");
    }
    QUORATE_TRY(const Bytes message, *frame);
    return wire::decode_answer(message);
  }
  void expect_dismissed(channel::Stream& stream, Code code) {
    const auto answer = next(stream);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->id(), 0U);
    EXPECT_EQ(answer->refused().code(), number(code)) << answer->refused().reason();
    EXPECT_EQ(next(stream).error().code, Code::unreachable);
  }
  // All that could still happen without waiting has happened.
  void settle() {
    io_.restart();
    while (io_.run_one_for(std::chrono::milliseconds(50)) > 0) {
    }
  }

  boost::asio::io_context io_;
  std::optional<int> receive_buffer_;  // of clients; the system's when not set
  Settings settings_;
  std::set<ed25519::Point> allowed_{key(2).public_key(), key(3).public_key()};
  Desk desk_;
  std::unique_ptr<Server> server_;
  std::vector<std::shared_ptr<channel::Stream>> streams_;
  bool is_stopped_ = false;
};

}  // namespace quorate::server
