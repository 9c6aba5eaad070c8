#include "node/server/server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <sstream>
#include <utility>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "node/server/connection.h"

namespace quorate::server {
namespace {

// accept() fails when the process has no file descriptors left; they come back.
constexpr auto accept_again_after = std::chrono::milliseconds(100);

}  // namespace

Result<std::unique_ptr<Server>> Server::open(boost::asio::io_context& io,
                                             const ed25519::SigningKey& identity, Settings settings,
                                             Allowed allowed, Service& service) {
  QUORATE_TRY(channel::Context context, channel::Context::make(channel::Side::node, identity));
  std::unique_ptr<Server> server(
      new Server(io, std::move(context), std::move(settings), std::move(allowed), service));
  QUORATE_CHECK(server->listen());
  server->accept();
  return server;
}

Server::Server(boost::asio::io_context& io, channel::Context context, Settings settings,
               Allowed allowed, Service& service)
    : io_(io),
      context_(std::move(context)),
      settings_(std::move(settings)),
      allowed_(std::move(allowed)),
      service_(service),
      acceptor_(io),
      retry_(io),
      stopping_(io) {}

Server::~Server() = default;

Status Server::listen() {
  ErrorCode failed;
  const auto step = [&failed](auto&& action) {
    if (!failed) action();
  };
  // A node that starts again must not wait for the old connections' TIME_WAIT.
  step([&] { acceptor_.open(settings_.listen.protocol(), failed); });
  step([&] { acceptor_.set_option(Tcp::acceptor::reuse_address(true), failed); });
  step([&] { acceptor_.bind(settings_.listen, failed); });
  step([&] { acceptor_.listen(Tcp::acceptor::max_listen_connections, failed); });
  step([&] { port_ = acceptor_.local_endpoint(failed).port(); });
  if (failed) {
    std::ostringstream address;
    address << settings_.listen;
    return fail(Code::io, "cannot listen on " + address.str() + ": " + failed.message());
  }
  return Done{};
}

void Server::accept() {
  acceptor_.async_accept(
      [this](ErrorCode failed, Tcp::socket socket) { on_accept(failed, std::move(socket)); });
}

void Server::on_accept(ErrorCode failed, Tcp::socket socket) {
  if (failed == boost::asio::error::operation_aborted || is_stopping_) return;
  if (failed) {
    retry_.expires_after(accept_again_after);
    retry_.async_wait([this](ErrorCode cancelled) {
      if (!cancelled) accept();
    });
    return;
  }
  ErrorCode gone;
  const auto peer = socket.remote_endpoint(gone);
  if (!gone && !is_away_) {
    make_room_for(peer.address());
    start_handshake(std::move(socket), peer.address());
  }
  accept();
}

void Server::make_room_for(const boost::asio::ip::address& address) {
  const auto same = [&](const Handshake& other) { return other.address == address; };
  const auto of_this = std::count_if(handshakes_.begin(), handshakes_.end(), same);
  auto oldest = handshakes_.end();
  if (static_cast<std::size_t>(of_this) >= settings_.limits.handshakes_per_address) {
    oldest = std::find_if(handshakes_.begin(), handshakes_.end(), same);
  } else if (handshakes_.size() >= settings_.limits.handshakes) {
    oldest = handshakes_.begin();
  }
  if (oldest == handshakes_.end()) return;
  oldest->stream->close({Code::busy, "too many handshakes are under way"});
  handshakes_.erase(oldest);
}

void Server::start_handshake(Tcp::socket socket, const boost::asio::ip::address& address) {
  auto stream = channel::Stream::make(
      std::move(socket), context_, settings_.deadlines,
      [this](const ed25519::Point& client) -> Status {
        if (allowed_(client)) return Done{};
        return fail(Code::not_pinned, "no client with the key " + to_hex(client.bytes()));
      });
  handshakes_.push_back({address, stream});
  stream->handshake([this, stream](const Status& done) {
    // Gone already, if it had to make room for another.
    handshakes_.remove_if([&](const Handshake& other) { return other.stream == stream; });
    if (done) welcome(stream);
    if (is_stopping_) finish_stopping();
  });
}

void Server::welcome(const std::shared_ptr<channel::Stream>& stream) {
  const auto connection = std::make_shared<Connection>(stream, io_, settings_.limits, service_);
  const ed25519::Point client = connection->client();
  if (is_stopping_ || !allowed_(client)) {  // the list may have changed since the handshake
    stream->close({Code::not_pinned, "this client is not welcome any more"});
    return;
  }
  std::size_t& of_this_client = per_client_[client];
  if (of_this_client >= settings_.limits.connections_per_client) {
    dismiss(*stream, {Code::busy, "this client has as many connections as it may have: " +
                                      std::to_string(of_this_client)});
    return;
  }
  if (connections_.size() >= settings_.limits.connections) {
    if (of_this_client == 0) per_client_.erase(client);
    dismiss(*stream, {Code::busy, "this node has as many connections as it may have: " +
                                      std::to_string(connections_.size())});
    return;
  }
  ++of_this_client;
  connections_.insert(connection);
  connection->start([this, connection] { forget(connection); });
}

void Server::forget(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  const auto of_this_client = per_client_.find(connection->client());
  QUORATE_INVARIANT(of_this_client != per_client_.end());
  if (--of_this_client->second == 0) per_client_.erase(of_this_client);
  if (is_stopping_) finish_stopping();
}

void Server::recheck_clients() {
  for (const auto& connection : connections_) {
    if (!allowed_(connection->client())) {
      connection->close({Code::not_pinned, "this client was taken off the node's list"});
    }
  }
}

void Server::stay_away() {
  is_away_ = true;
  const Error why{Code::unreachable, "this node is away"};
  for (const Handshake& handshake : handshakes_) handshake.stream->close(why);
  for (const auto& connection : connections_) connection->close(why);
}

void Server::stop(std::function<void()> stopped) {
  QUORATE_INVARIANT(!is_stopping_);
  is_stopping_ = true;
  stopped_ = std::move(stopped);
  ErrorCode ignored;
  acceptor_.close(ignored);
  retry_.cancel();
  const Error why{Code::stopping, "this node is stopping"};
  for (const Handshake& handshake : handshakes_) handshake.stream->close(why);
  for (const auto& connection : connections_) connection->finish();
  stopping_.expires_after(settings_.stop);
  stopping_.async_wait([this, why](ErrorCode cancelled) {
    if (cancelled) return;
    for (const auto& connection : connections_) connection->close(why);
  });
  boost::asio::post(io_, [this] { finish_stopping(); });
}

void Server::finish_stopping() {
  if (!handshakes_.empty() || !connections_.empty() || !stopped_) return;
  stopping_.cancel();
  std::exchange(stopped_, {})();
}

}  // namespace quorate::server
