// Who gets through the handshake, and what the others are told.

#include <gtest/gtest.h>

#include "crypto/base/hex.h"
#include "proto/channel/stream.h"
#include "tests/proto/channel/loopback.h"

namespace quorate::channel {
namespace {

using testing::connected;
using testing::context;
using testing::credentials;
using testing::Credentials;
using testing::foreign;
using testing::key;
using testing::only;
using testing::RawPeer;
using testing::RawSettings;
using testing::run_until;

class Handshake : public ::testing::Test {
 protected:
  ~Handshake() override {
    for (const auto& stream : streams_) stream->close({Code::unreachable, "the test is over"});
    io_.restart();
    io_.poll();
  }

  // Our node, which knows client 2, against any client.
  std::shared_ptr<Stream> node() {
    auto stream =
        Stream::make(std::move(sockets_.node), node_, deadlines_, only(key(2).public_key()));
    stream->handshake([this](const Status& done) { node_done_ = done; });
    streams_.push_back(stream);
    return stream;
  }
  // Our client, which expects node 1, against any node.
  std::shared_ptr<Stream> client() {
    auto stream =
        Stream::make(std::move(sockets_.client), client_, deadlines_, only(key(1).public_key()));
    stream->handshake([this](const Status& done) { client_done_ = done; });
    streams_.push_back(stream);
    return stream;
  }
  std::shared_ptr<RawPeer> raw_client(const Credentials* who, const RawSettings& settings = {}) {
    auto raw = std::make_shared<RawPeer>(std::move(sockets_.client), who, settings);
    raw->handshake(asio_client);
    return raw;
  }

  void expect_node_refuses(const Credentials* who, Code code, const RawSettings& settings = {}) {
    const auto stream = node();
    const auto raw = raw_client(who, settings);
    ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
    ASSERT_FALSE(node_done_->has_value());
    EXPECT_EQ(node_done_->error().code, code) << node_done_->error().message;
    EXPECT_FALSE(stream->is_open());
  }

  static constexpr auto asio_client = boost::asio::ssl::stream_base::client;
  static constexpr auto asio_server = boost::asio::ssl::stream_base::server;

  boost::asio::io_context io_;
  Deadlines deadlines_;
  Context node_ = context(Side::node, key(1));
  Context client_ = context(Side::client, key(2));
  testing::Sockets sockets_ = connected(io_);
  std::optional<Status> node_done_, client_done_;
  std::vector<std::shared_ptr<Stream>> streams_;
};

TEST_F(Handshake, ShowsEachSideTheOthersKey) {
  const auto at_node = node();
  const auto at_client = client();
  ASSERT_TRUE(run_until(io_, [&] { return node_done_ && client_done_; }));
  EXPECT_TRUE(node_done_->has_value());
  EXPECT_TRUE(client_done_->has_value());
  EXPECT_EQ(at_node->peer_key(), key(2).public_key());
  EXPECT_EQ(at_client->peer_key(), key(1).public_key());
}

TEST_F(Handshake, WithANodeOfAnotherKeyFailsAtTheClient) {
  node_ = context(Side::node, key(9));
  const auto at_node = node();
  const auto at_client = client();
  ASSERT_TRUE(run_until(io_, [&] { return node_done_ && client_done_; }));
  ASSERT_FALSE(client_done_->has_value());
  EXPECT_EQ(client_done_->error().code, Code::not_pinned);
  EXPECT_EQ(at_client->peer_key(), key(9).public_key());  // so that the message can show it
  ASSERT_FALSE(node_done_->has_value());
  EXPECT_EQ(node_done_->error().code, Code::not_pinned);  // the alert bad_certificate
}

TEST_F(Handshake, OfAnUnknownClientIsLearnedAtItsFirstReadWithItsOwnKey) {
  client_ = context(Side::client, key(3));
  const auto at_node = node();
  const auto at_client = client();
  std::optional<Result<Bytes>> read;
  ASSERT_TRUE(run_until(io_, [&] { return client_done_.has_value(); }));
  ASSERT_TRUE(client_done_->has_value());
  // It may well ask before it learns: that must not hide why.
  ASSERT_TRUE(at_client->write_frame(Bytes(100, 1)).has_value());
  at_client->read_frame([&](const Result<Bytes>& frame) { read = frame; });
  ASSERT_TRUE(run_until(io_, [&] { return node_done_ && read; }));
  ASSERT_FALSE(node_done_->has_value());
  EXPECT_EQ(node_done_->error().code, Code::not_pinned);
  ASSERT_FALSE(read->has_value());
  EXPECT_EQ(read->error().code, Code::not_pinned);
  EXPECT_NE(read->error().message.find("this node does not know this client"), std::string::npos);
  EXPECT_NE(read->error().message.find(to_hex(key(3).public_key().bytes())), std::string::npos);
}

TEST_F(Handshake, TakesARawClientThatDoesAllThatIsAsked) {  // else the refusals below prove nothing
  const Credentials who = credentials(key(2));
  const auto at_node = node();
  const auto raw = raw_client(&who);
  ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
  EXPECT_TRUE(node_done_->has_value());
  EXPECT_STREQ(SSL_get_version(raw->native()), "TLSv1.3");
  at_node->close_after_writing({Code::unreachable, "the test is over"});
  ASSERT_TRUE(run_until(io_, [&] { return raw->is_closed(); }));
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(raw->native())), 0);  // no ticket came
}

TEST_F(Handshake, RefusesTls12) {
  const Credentials who = credentials(key(2));
  expect_node_refuses(&who, Code::unreachable, {.version = TLS1_2_VERSION});
}

TEST_F(Handshake, RefusesAnotherProtocol) {
  const Credentials who = credentials(key(2));
  expect_node_refuses(&who, Code::unreachable, {.protocol = "quorate/2"});
}

TEST_F(Handshake, RefusesAClientThatNamesNoProtocol) {
  const Credentials who = credentials(key(2));
  expect_node_refuses(&who, Code::unreachable, {.protocol = ""});
}

TEST_F(Handshake, RefusesAnotherGroup) {
  const Credentials who = credentials(key(2));
  expect_node_refuses(&who, Code::unreachable, {.groups = "P-256"});
}

TEST_F(Handshake, RefusesAClientWithoutCertificate) {
  expect_node_refuses(nullptr, Code::unreachable);
}

TEST_F(Handshake, RefusesAChainOfTwoEvenWhenTheFirstIsAllowed) {
  Credentials who = credentials(key(2));
  who.second = *self_signed(key(4));
  expect_node_refuses(&who, Code::not_pinned);
  if (HasFatalFailure()) return;
  EXPECT_NE(node_done_->error().message.find("chain"), std::string::npos);
}

TEST_F(Handshake, RefusesACertificateMessageOfMoreThan4KiB) {
  const auto padded = [](std::size_t padding) {
    return foreign(private_key(key(2))->release(), nullptr, padding);
  };
  const Credentials long_one = padded(4000);
  expect_node_refuses(&long_one, Code::unreachable);
  node_done_.reset();
  sockets_ = connected(io_);
  const Credentials fitting = padded(3000);
  const auto at_node = node();
  const auto raw = raw_client(&fitting);
  ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
  EXPECT_TRUE(node_done_->has_value());
}

TEST_F(Handshake, RefusesRsaAndP256Clients) {
  const Credentials rsa = foreign(EVP_RSA_gen(2048), EVP_sha256());
  expect_node_refuses(&rsa, Code::unreachable);
  node_done_.reset();
  sockets_ = connected(io_);
  const Credentials p256 = foreign(EVP_EC_gen("P-256"), EVP_sha256());
  expect_node_refuses(&p256, Code::unreachable);
}

TEST_F(Handshake, RefusesANodeThatAgreesOnNoProtocolOrHasAnRsaKey) {
  const Credentials rsa = foreign(EVP_RSA_gen(2048), EVP_sha256());
  const Credentials right = credentials(key(1));
  for (const Credentials* who : {&right, &rsa}) {
    client_done_.reset();
    sockets_ = connected(io_);
    const auto at_client = client();
    const auto raw = std::make_shared<RawPeer>(std::move(sockets_.node), who, RawSettings{});
    raw->handshake(asio_server);  // it selects no ALPN
    ASSERT_TRUE(run_until(io_, [&] { return client_done_.has_value(); }));
    ASSERT_FALSE(client_done_->has_value());
    EXPECT_EQ(client_done_->error().code, Code::unreachable);
  }
}

TEST_F(Handshake, RefusesWhatIsNoTls) {
  const auto at_node = node();
  boost::asio::write(sockets_.client, boost::asio::buffer("GET / HTTP/1.1\r\n\r\n", 18));
  // The end comes, not a reset.
  std::string received;
  boost::system::error_code ended;
  boost::asio::async_read(sockets_.client, boost::asio::dynamic_buffer(received),
                          [&](boost::system::error_code why, std::size_t) { ended = why; });
  ASSERT_TRUE(run_until(io_, [&] { return ended.failed(); }));
  EXPECT_EQ(ended, boost::asio::error::eof);
  sockets_.client.close();
  ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
  EXPECT_EQ(node_done_->error().code, Code::unreachable);
}

TEST_F(Handshake, EndsWithAPeerThatHangsUp) {
  deadlines_.linger = std::chrono::minutes(10);
  const auto at_node = node();
  boost::asio::write(sockets_.client, boost::asio::buffer("\x16\x03\x01", 3));
  sockets_.client.close();
  ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
  EXPECT_EQ(node_done_->error().code, Code::unreachable);
}

TEST_F(Handshake, HasADeadlineThatBytesDoNotProlong) {
  deadlines_.handshake = std::chrono::milliseconds(50);
  const auto at_node = node();
  boost::asio::write(sockets_.client, boost::asio::buffer("\x16\x03\x01\x02\x00\x01", 6));
  ASSERT_TRUE(run_until(io_, [&] { return node_done_.has_value(); }));
  ASSERT_FALSE(node_done_->has_value());
  EXPECT_EQ(node_done_->error().code, Code::timed_out);
}

}  // namespace
}  // namespace quorate::channel
