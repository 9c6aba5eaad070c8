#include "node/server/server.h"

#include <gtest/gtest.h>

#include <thread>

#include "proto/wire/frame.h"
#include "tests/node/server/running_server.h"
#include "tests/proto/wire/raw.h"

namespace quorate::server {
namespace {

TEST_F(RunningServer, HandsAnAskOverWithTheKeyOfItsChannelAndBringsTheAnswerBack) {
  start();
  const auto stream = client(2);
  send(*stream, describe(41));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  EXPECT_EQ(desk_.kept[0].client, key(2).public_key());
  EXPECT_TRUE(desk_.kept[0].ask.has_describe());
  desk_.answer(0, "alpha");
  const auto answer = next(*stream);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->id(), 41U);  // though the service set none
  EXPECT_EQ(answer->description().name(), "alpha");
}

TEST_F(RunningServer, AnswersInTheOrderInWhichAnswersAreReadyAndOnce) {
  start();
  const auto stream = client(2);
  send(*stream, describe(1));
  send(*stream, describe(2));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 2; }));
  desk_.answer(1, "second");
  desk_.answer(1, "second again");
  desk_.answer(0, "first");
  EXPECT_EQ(next(*stream)->description().name(), "second");
  EXPECT_EQ(next(*stream)->description().name(), "first");
}

TEST_F(RunningServer, TakesRepliesFromOtherThreads) {
  start();
  const auto stream = client(2);
  for (std::uint64_t id = 1; id <= 20; ++id) send(*stream, describe(id));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 20; }));
  std::thread even([&] {
    for (std::size_t i = 0; i < 20; i += 2) desk_.answer(i, "even");
  });
  std::thread odd([&] {
    for (std::size_t i = 1; i < 20; i += 2) desk_.answer(i, "odd");
  });
  std::set<std::uint64_t> answered;
  for (int i = 0; i < 20; ++i) {
    const auto answer = next(*stream);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->description().name(), answer->id() % 2 == 1 ? "even" : "odd");
    answered.insert(answer->id());
  }
  even.join();
  odd.join();
  EXPECT_EQ(answered.size(), 20U);
}

TEST_F(RunningServer, SurvivesAReplyAfterItsClientHasGone) {
  start();
  const auto stream = client(2);
  send(*stream, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  stream->close({Code::unreachable, "gone"});
  ASSERT_TRUE(run_until(io_, [&] { return server_->connections() == 0; }));
  desk_.answer(0, "too late");
  settle();
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(RunningServer, DismissesWhoeverSendsWhatIsNoAsk) {
  start();
  const Bytes hostile[] = {
      {0xFF, 0xFF},                                              // no protobuf
      wire::raw::join({describe(1), wire::raw::number(99, 1)}),  // an unknown field
      wire::raw::piece(2, {}),                                   // no id
  };
  for (const Bytes& message : hostile) {
    const auto stream = client(2);
    send(*stream, message);
    expect_dismissed(*stream, Code::malformed);
  }
  Bytes many;
  for (int i = 0; i < 9000; ++i) append(many, wire::raw::piece(4, {}));
  const auto stream = client(2);
  send(*stream, wire::raw::join({wire::raw::number(1, 1), wire::raw::piece(4, many)}));
  expect_dismissed(*stream, Code::too_large);
  EXPECT_TRUE(desk_.kept.empty());
}

TEST_F(RunningServer, DismissesWhoeverSendsWhatIsNoFrame) {
  start();
  const auto who = testing::credentials(key(2));
  for (const auto& [header, code] : {std::pair(Bytes{0, 0, 0, 0}, Code::malformed),
                                     std::pair(Bytes{0xFF, 0, 0, 0}, Code::too_large)}) {
    const auto raw = std::make_shared<testing::RawPeer>(socket(), &who);
    raw->handshake(boost::asio::ssl::stream_base::client);
    ASSERT_TRUE(run_until(io_, [&] { return raw->handshake_result().has_value(); }));
    raw->write(header);
    ASSERT_TRUE(run_until(io_, [&] { return raw->is_closed(); }));
    wire::FrameReader frames;
    frames.feed(raw->received());
    const auto frame = frames.next();
    ASSERT_TRUE(frame && *frame);
    const auto answer = wire::decode_answer(**frame);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->id(), 0U);
    EXPECT_EQ(answer->refused().code(), number(code));
  }
}

TEST_F(RunningServer, DismissesAClientThatUsesAnOpenIdAgainButNotAClosedOne) {
  start();
  const auto stream = client(2);
  send(*stream, describe(5));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  desk_.answer(0, "alpha");
  EXPECT_EQ(next(*stream)->id(), 5U);
  send(*stream, describe(5));
  send(*stream, describe(5));
  expect_dismissed(*stream, Code::malformed);
  EXPECT_EQ(desk_.kept.size(), 2U);
}

TEST_F(RunningServer, SaysSoWhenAnAnswerDoesNotFitAFrame) {
  start();
  const auto stream = client(2);
  send(*stream, describe(5));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  desk_.answer(0, std::string(wire::longest_message, 'x'));
  const auto answer = next(*stream);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->id(), 5U);
  EXPECT_EQ(answer->refused().code(), number(Code::too_large));
}

TEST_F(RunningServer, TurnsUnknownClientsAway) {
  start();
  const auto stream = client(7);
  const auto answer = next(*stream);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Code::not_pinned);
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(RunningServer, ClosesTheConnectionsOfAClientThatIsTakenOffTheList) {
  start();
  const auto leaving = client(2);
  const auto staying = client(3);
  ASSERT_TRUE(run_until(io_, [&] { return server_->connections() == 2; }));
  allowed_.erase(key(2).public_key());
  server_->recheck_clients();
  EXPECT_EQ(next(*leaving).error().code, Code::unreachable);
  send(*staying, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  EXPECT_EQ(server_->connections(), 1U);
  EXPECT_EQ(next(*client(2)).error().code, Code::not_pinned);
}

TEST_F(RunningServer, StopsWhenWhatIsInFlightIsAnswered) {
  start();
  const auto busy = client(2);
  const auto idle = client(3);
  send(*busy, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  server_->stop([&] { is_stopped_ = true; });
  EXPECT_EQ(next(*idle).error().code, Code::unreachable);
  send(*busy, describe(2));  // comes too late, and learns so
  const auto refused = next(*busy);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->id(), 2U);
  EXPECT_EQ(refused->refused().code(), number(Code::stopping));
  EXPECT_FALSE(is_stopped_);
  desk_.answer(0, "alpha");
  EXPECT_EQ(next(*busy)->description().name(), "alpha");
  EXPECT_EQ(next(*busy).error().code, Code::unreachable);
  EXPECT_TRUE(run_until(io_, [&] { return is_stopped_; }));
  boost::system::error_code refused_to_connect;
  testing::Tcp::socket late(io_);
  late.connect({boost::asio::ip::address_v4::loopback(), server_->port()}, refused_to_connect);
  EXPECT_EQ(refused_to_connect, boost::asio::error::connection_refused);
}

TEST_F(RunningServer, StopsThoughAnAnswerNeverComes) {
  settings_.stop = std::chrono::milliseconds(50);
  start();
  const auto stream = client(2);
  send(*stream, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  const auto half_open = socket();
  ASSERT_TRUE(run_until(io_, [&] { return server_->handshakes() == 1; }));
  server_->stop([&] { is_stopped_ = true; });
  EXPECT_TRUE(run_until(io_, [&] { return is_stopped_; }));
}

TEST_F(RunningServer, SaysWhichAddressItCannotListenOn) {
  start();
  Settings taken;
  taken.listen = {boost::asio::ip::address_v4::loopback(), server_->port()};
  const auto second = Server::open(
      io_, key(1), taken, [](const ed25519::Point&) { return true; }, desk_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::io);
  EXPECT_NE(second.error().message.find("127.0.0.1:" + std::to_string(server_->port())),
            std::string::npos);
}

}  // namespace
}  // namespace quorate::server
