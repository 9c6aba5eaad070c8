// What a client, or a stranger, can't make grow.

#include <gtest/gtest.h>

#include "proto/wire/frame.h"
#include "tests/node/server/running_server.h"

namespace quorate::server {
namespace {

TEST_F(RunningServer, ReadsNoMoreThanItsLimitOfAsksInFlight) {
  settings_.limits.asks_in_flight = 3;
  settings_.stop = std::chrono::milliseconds(50);  // what is open stays so
  start();
  const auto stream = client(2);
  for (std::uint64_t id = 1; id <= 5; ++id) send(*stream, describe(id));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 3; }));
  settle();
  EXPECT_EQ(desk_.kept.size(), 3U);
  desk_.answer(0, "alpha");
  EXPECT_EQ(next(*stream)->id(), 1U);
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 4; }));
  settle();
  EXPECT_EQ(desk_.kept.size(), 4U);
}

TEST_F(RunningServer, ReadsNoMoreThanItsLimitOfBytesInFlight) {
  settings_.limits.bytes_in_flight = 1000;
  settings_.stop = std::chrono::milliseconds(50);  // what is open stays so
  start();
  const auto stream = client(2);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    wire::v1::Ask ask;
    ask.set_id(id);
    ask.mutable_sign()->set_request(std::string(600, 'x'));
    send(*stream, wire::encode(ask));
  }
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 2; }));
  settle();
  EXPECT_EQ(desk_.kept.size(), 2U);
  desk_.answer(1, "alpha");
  EXPECT_EQ(next(*stream)->id(), 2U);
  EXPECT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 3; }));
}

TEST_F(RunningServer, ReadsNoMoreFromAClientThatDoesNotTakeItsAnswers) {
  settings_.stop = std::chrono::milliseconds(50);  // what is open stays so
  receive_buffer_ = 4096;  // so that an answer can't all go where nobody reads it
  start();
  const auto stream = client(2);
  constexpr std::size_t answers = 24;  // more than 8 MiB, and what a system takes for sockets
  for (std::uint64_t id = 1; id <= answers; ++id) send(*stream, describe(id));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == answers; }));
  for (std::size_t i = 0; i < answers; ++i) desk_.answer(i, std::string(1'000'000, 'x'));
  for (std::uint64_t id = answers + 1; id <= answers + 3; ++id) send(*stream, describe(id));
  settle();
  EXPECT_EQ(desk_.kept.size(), answers + 1);  // the read that had begun before the answers
  for (std::uint64_t id = 1; id <= answers; ++id) EXPECT_EQ(next(*stream)->id(), id);
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == answers + 3; }));
  desk_.answer(answers + 2, "alpha");
  EXPECT_EQ(next(*stream)->id(), answers + 3);
}

TEST_F(RunningServer, CountsAHistoryForAWholeFrameUntilItIsAnswered) {
  settings_.limits.bytes_in_flight = 3 * wire::longest_message;
  settings_.stop = std::chrono::milliseconds(50);  // what is open stays so
  start();
  const auto stream = client(2);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    wire::v1::Ask ask;
    ask.set_id(id);
    ask.mutable_history()->set_count(1);
    send(*stream, wire::encode(ask));
  }
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 3; }));
  settle();
  EXPECT_EQ(desk_.kept.size(), 3U);
  desk_.answer(0, "short");
  EXPECT_EQ(next(*stream)->id(), 1U);
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 4; }));
  settle();
  EXPECT_EQ(desk_.kept.size(), 4U);
}

TEST_F(RunningServer, FreesAConnectionThatDiesWhileItIsNotRead) {
  settings_.limits.asks_in_flight = 1;
  start();
  const auto stream = client(2);
  send(*stream, describe(1));
  send(*stream, describe(2));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  stream->close({Code::unreachable, "gone"});
  // Nothing is read, so only an answer that does not get through tells the node.
  std::size_t answered = 0;
  EXPECT_TRUE(run_until(io_, [&] {
    while (answered < desk_.kept.size()) desk_.answer(answered++, "alpha");
    return server_->connections() == 0;
  }));
}

TEST_F(RunningServer, GivesOneClientOnlySoManyConnections) {
  settings_.limits.connections_per_client = 2;
  start();
  const auto first = client(2);
  const auto second = client(2);
  const auto third = client(2);
  expect_dismissed(*third, Code::busy);
  EXPECT_EQ(server_->connections(), 2U);
  const auto other = client(3);
  send(*other, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  first->close({Code::unreachable, "gone"});
  ASSERT_TRUE(run_until(io_, [&] { return server_->connections() == 2; }));
  const auto again = client(2);
  send(*again, describe(1));
  EXPECT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 2; }));
}

TEST_F(RunningServer, HasOnlySoManyConnections) {
  settings_.limits.connections = 1;
  start();
  const auto first = client(2);
  const auto second = client(3);
  expect_dismissed(*second, Code::busy);
  EXPECT_EQ(server_->connections(), 1U);
}

// Whether the server has hung up on this socket.
bool is_hung_up(boost::asio::io_context& io, testing::Tcp::socket& socket) {
  bool ended = false;
  char byte = 0;
  socket.async_read_some(
      boost::asio::buffer(&byte, 1),
      [&](boost::system::error_code failed, std::size_t) { ended = failed.failed(); });
  return run_until(io, [&] { return ended; });
}

TEST_F(RunningServer, DropsTheOldestHandshakeOfAnAddressForANewOneAndNoClient) {
  settings_.limits.handshakes_per_address = 2;
  start();
  const auto client_before = client(2);
  auto oldest = socket();
  auto second = socket();
  ASSERT_TRUE(run_until(io_, [&] { return server_->handshakes() == 2; }));
  auto third = socket();
  EXPECT_TRUE(is_hung_up(io_, oldest));
  EXPECT_EQ(server_->handshakes(), 2U);
  const auto client_after = client(3);  // makes `second` go
  EXPECT_TRUE(is_hung_up(io_, second));
  for (const auto& stream : {client_before, client_after}) send(*stream, describe(1));
  EXPECT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 2; }));
}

TEST_F(RunningServer, DropsTheOldestHandshakeOfAllWhenThereAreTooMany) {
  settings_.limits.handshakes = 3;
  start();
  auto oldest = socket();
  ASSERT_TRUE(run_until(io_, [&] { return server_->handshakes() == 1; }));
  const auto second = socket();
  const auto third = socket();
  ASSERT_TRUE(run_until(io_, [&] { return server_->handshakes() == 3; }));
  const auto fourth = socket();
  EXPECT_TRUE(is_hung_up(io_, oldest));
  EXPECT_EQ(server_->handshakes(), 3U);
}

TEST_F(RunningServer, DropsAHandshakeThatDoesNotEnd) {
  settings_.deadlines.handshake = std::chrono::milliseconds(50);
  start();
  auto silent = socket();
  EXPECT_TRUE(is_hung_up(io_, silent));
  EXPECT_EQ(server_->handshakes(), 0U);
}

}  // namespace
}  // namespace quorate::server
