#include "client/driver/connection.h"

#include <gtest/gtest.h>

#include <vector>

#include "crypto/base/hex.h"
#include "proto/wire/decode.h"
#include "tests/proto/channel/loopback.h"

namespace quorate::driver {
namespace {

using channel::Side;
using channel::Stream;
using testing::context;
using testing::key;
using testing::run_until;
using testing::Tcp;

constexpr std::chrono::milliseconds soon(50);
constexpr std::chrono::milliseconds late(30'000);

using Outcome = std::optional<Result<wire::v1::Answer>>;

wire::v1::Ask describe() {
  wire::v1::Ask ask;
  ask.mutable_describe();
  return ask;
}

wire::v1::Answer named(std::uint64_t id, const std::string& name) {
  wire::v1::Answer answer;
  answer.set_id(id);
  answer.mutable_description()->set_name(name);
  return answer;
}

// A node that does what the test says: it keeps asks, and answers what it is told to.
class DriverConnection : public ::testing::Test {
 protected:
  DriverConnection() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    acceptor_.async_accept([this](boost::system::error_code failed, Tcp::socket socket) {
      if (failed) return;
      node_ = Stream::make(std::move(socket), node_context_, {},
                           [this](const ed25519::Point& client) -> Status {
                             if (client == known_) return Done{};
                             return fail(Code::not_pinned, "a stranger");
                           });
      node_->handshake([this](const Status& done) {
        if (done) collect();
      });
    });
  }
  void TearDown() override {
    if (connection_) connection_->close();
    if (node_) node_->close({Code::unreachable, "the test is over"});
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    io_.restart();
    io_.poll();
  }

  void collect() {
    node_->read_frame([this](const Result<Bytes>& frame) {
      if (!frame) return;
      asks_.push_back(*wire::decode_ask(*frame));
      collect();
    });
  }
  void answer(const Bytes& message) { EXPECT_TRUE(node_->write_frame(message).has_value()); }

  Status open(const ed25519::Point& expected, Deadlines deadlines = {}) {
    return open_to({"127.0.0.1", acceptor_.local_endpoint().port(), expected}, deadlines);
  }
  Status open_to(Peer peer, Deadlines deadlines = {}) {
    std::optional<Status> opened;
    connection_ = Connection::open(io_, client_context_, std::move(peer), deadlines,
                                   [&](const Status& done) { opened = done; });
    EXPECT_FALSE(opened.has_value());  // never inside the call
    if (!run_until(io_, [&] { return opened.has_value(); })) {
      return fail(Code::internal, "no callback");
    }
    return *opened;
  }
  void ask(Outcome& outcome, std::chrono::milliseconds deadline = late) {
    connection_->ask(describe(), deadline, [&](const Result<wire::v1::Answer>& answer) {
      EXPECT_FALSE(outcome.has_value());  // once
      outcome = answer;
    });
    EXPECT_FALSE(outcome.has_value());
  }
  void await(const Outcome& outcome) {
    ASSERT_TRUE(run_until(io_, [&] { return outcome.has_value(); }));
  }

  boost::asio::io_context io_;
  channel::Context node_context_ = context(Side::node, key(1));
  channel::Context client_context_ = context(Side::client, key(2));
  ed25519::Point known_ = key(2).public_key();
  Tcp::acceptor acceptor_;
  std::shared_ptr<Stream> node_;
  std::vector<wire::v1::Ask> asks_;
  std::shared_ptr<Connection> connection_;
};

TEST_F(DriverConnection, MatchesAnswersToAsksInAnyOrder) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome first, second;
  ask(first);
  ask(second);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 2; }));
  ASSERT_NE(asks_[0].id(), asks_[1].id());
  answer(wire::encode(named(asks_[1].id(), "second")));
  answer(wire::encode(named(asks_[0].id(), "first")));
  await(first);
  await(second);
  EXPECT_EQ((*first)->description().name(), "first");
  EXPECT_EQ((*second)->description().name(), "second");
}

TEST_F(DriverConnection, LooksANameUp) {
  const auto opened =
      open_to({"localhost", acceptor_.local_endpoint().port(), key(1).public_key()});
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
}

TEST_F(DriverConnection, ShowsBothKeysOfANodeThatIsNotThePinnedOne) {
  const Status opened = open(key(9).public_key());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::not_pinned);
  EXPECT_NE(opened.error().message.find(to_hex(key(1).public_key().bytes())), std::string::npos);
  EXPECT_NE(opened.error().message.find(to_hex(key(9).public_key().bytes())), std::string::npos);
  EXPECT_FALSE(connection_->is_open());
}

TEST_F(DriverConnection, ShowsItsOwnKeyWhenTheNodeDoesNotKnowIt) {
  known_ = key(8).public_key();
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  await(outcome);
  ASSERT_FALSE(outcome->has_value());
  EXPECT_EQ(outcome->error().code, Code::not_pinned);
  EXPECT_NE(outcome->error().message.find("this node does not know this client"),
            std::string::npos);
  EXPECT_NE(outcome->error().message.find(to_hex(key(2).public_key().bytes())), std::string::npos);
}

TEST_F(DriverConnection, IsUnreachableWhereNobodyListens) {
  const auto port = acceptor_.local_endpoint().port();
  acceptor_.close();
  const Status opened = open_to({"127.0.0.1", port, key(1).public_key()});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::unreachable);
  EXPECT_NE(opened.error().message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
}

TEST_F(DriverConnection, IsUnreachableWhenTheHandshakeTakesTooLong) {
  Tcp::acceptor silent(io_, {boost::asio::ip::address_v4::loopback(), 0});
  Deadlines deadlines;
  deadlines.connect = soon;
  const Status opened =
      open_to({"127.0.0.1", silent.local_endpoint().port(), key(1).public_key()}, deadlines);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::unreachable);
}

TEST_F(DriverConnection, TellsAnAskThatItsTimeIsUpAndDropsWhatComesLater) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome slow;
  ask(slow, soon);
  await(slow);
  EXPECT_EQ(slow->error().code, Code::timed_out);
  Outcome next;
  ask(next);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 2; }));
  answer(wire::encode(named(asks_[0].id(), "too late")));
  answer(wire::encode(named(asks_[1].id(), "in time")));
  await(next);
  EXPECT_EQ((*next)->description().name(), "in time");
}

TEST_F(DriverConnection, PassesARefusalOnAsAnAnswer) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 1; }));
  wire::v1::Answer refusal;
  refusal.set_id(asks_[0].id());
  refusal.mutable_refused()->set_code(number(Code::busy));
  answer(wire::encode(refusal));
  await(outcome);
  ASSERT_TRUE(outcome->has_value());
  EXPECT_EQ((*outcome)->refused().code(), number(Code::busy));
}

TEST_F(DriverConnection, FailsAllAsksWithWhatTheNodeSaidWhenItDismissedUs) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome first, second;
  ask(first);
  ask(second);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 2; }));
  wire::v1::Answer dismissal;
  dismissal.mutable_refused()->set_code(number(Code::too_large));
  dismissal.mutable_refused()->set_reason("too many fields");
  answer(wire::encode(dismissal));
  for (const Outcome* outcome : {&first, &second}) {
    await(*outcome);
    EXPECT_EQ((*outcome)->error().code, Code::too_large);
    EXPECT_NE((*outcome)->error().message.find("too many fields"), std::string::npos);
  }
  Outcome third;
  ask(third);
  await(third);
  EXPECT_EQ(third->error().code, Code::too_large);
}

TEST_F(DriverConnection, ClosesWhenTheNodeTalksNonsense) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 1; }));
  answer(Bytes{0xFF});
  await(outcome);
  EXPECT_EQ(outcome->error().code, Code::malformed);
  EXPECT_FALSE(connection_->is_open());
}

TEST_F(DriverConnection, ClosesWhenTheNodeAnswersWhatWasNotAsked) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 1; }));
  answer(wire::encode(named(asks_[0].id() + 1, "nobody asked")));
  await(outcome);
  EXPECT_EQ(outcome->error().code, Code::malformed);
}

TEST_F(DriverConnection, FailsOpenAsksWhenTheNodeGoesAway) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 1; }));
  node_->close({Code::unreachable, "killed"});
  await(outcome);
  EXPECT_EQ(outcome->error().code, Code::unreachable);
}

TEST_F(DriverConnection, FailsOpenAsksWhenItIsClosed) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  Outcome outcome;
  ask(outcome);
  connection_->close();
  await(outcome);
  EXPECT_EQ(outcome->error().code, Code::unreachable);
}

TEST_F(DriverConnection, TellsOnlyTheAskThatItDoesNotFitAFrame) {
  ASSERT_TRUE(open(key(1).public_key()).has_value());
  wire::v1::Ask large;
  large.mutable_sign()->set_request(std::string(wire::longest_message, 'x'));
  Outcome refused, other;
  connection_->ask(large, late, [&](const Result<wire::v1::Answer>& answer) { refused = answer; });
  await(refused);
  EXPECT_EQ(refused->error().code, Code::too_large);
  ask(other);
  ASSERT_TRUE(run_until(io_, [&] { return asks_.size() == 1; }));
  answer(wire::encode(named(asks_[0].id(), "alpha")));
  await(other);
  EXPECT_TRUE(other->has_value());
}

}  // namespace
}  // namespace quorate::driver
