// One TLS connection that carries frames; node and client use the same class. docs/protocol.md,
// "Channel".
//
//   auto stream = Stream::make(std::move(connected_socket), context, deadlines, check);
//   stream->handshake([=](Status done) { ... });        // once, first
//   stream->read_frame([=](Result<Bytes> message) {...});  // one at a time, again after each
//   answer stream->write_frame(message, [=] { ... });          // any number: queued in order
//   stream->close();  or  stream->close_after_writing();          // when_closed() tells
//
// Everything happens on the one thread that runs the socket's io_context, callbacks included, and
// never inside the call that asked for it. A callback is called exactly once, and is forgotten
// then, so it may own the Stream's owner. After the first failure the connection is closed, and
// whatever is asked of it fails with the same error:
//
//   not_pinned    the peer has another key than PeerCheck wants, or does not take ours
//   timed_out     a deadline passed
//   unreachable   the connection broke, was closed, or never was TLS of our kind
//   malformed, too_large   from read_frame only: the peer's frame is none (wire/frame.h). This
//                 closes nothing, so that the node can say so before it does
//
// A TLS 1.3 client has ended its handshake before the node judges its key. So "this node does not
// know this client" comes out of the client's first read_frame.

#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/channel/context.h"
#include "proto/wire/frame.h"

namespace quorate::channel {

struct Deadlines {
  using Duration = std::chrono::milliseconds;
  Duration handshake = std::chrono::seconds(5);  // the whole of it
  Duration frame = std::chrono::seconds(10);     // first to last byte, not from byte to byte
  Duration idle = std::chrono::minutes(10);      // without a whole frame either way
  Duration linger = std::chrono::seconds(1);     // what a peer has to take our last words
};

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  // The socket is connected, or accepted. The context may go before the Stream does.
  static std::shared_ptr<Stream> make(boost::asio::ip::tcp::socket socket, const Context& context,
                                      Deadlines deadlines, PeerCheck check);

  void handshake(std::function<void(Status)> done);
  void read_frame(std::function<void(Result<Bytes>)> done);
  // `written` says that the frame has been handed to the operating system; it is dropped uncalled
  // when the connection ends before. Refuses what no frame holds: `malformed`, `too_large`.
  [[nodiscard]] Status write_frame(ByteView message, std::function<void()> written = {});

  // `closed` is called once, when the connection has been closed by whomever and the socket is
  // gone. Not before the handshake's callback said Done: a failed handshake needs no second word.
  void when_closed(std::function<void(const Error& why)> closed) { closed_ = std::move(closed); }

  // At once. Whoever waits for a read or a handshake gets `why`.
  void close(Error why);
  // First sends what is queued and TLS's goodbye, and lets the peer take it (Deadlines::linger).
  // Not during the handshake. Ends a pending read at once; nothing can be read or queued after it.
  void close_after_writing(Error why);

  bool is_open() const { return !end_.has_value(); }
  // The peer's key: after a successful handshake always, after a refused one where it was seen.
  const std::optional<ed25519::Point>& peer_key() const { return judgement_.key; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using ErrorCode = boost::system::error_code;
  struct Outgoing {
    Bytes frame;
    std::function<void()> written;
  };
  // Room for one TLS record.
  static constexpr std::size_t chunk_size = 16'384;

  Stream(Tcp::socket socket, const Context& context, Deadlines deadlines, PeerCheck check);

  Status judge_handshake(ErrorCode failed) const;
  void on_handshake(ErrorCode failed);
  bool deliver_frame();
  void answer_read(Result<Bytes> result);
  void read_some();
  void on_read(ErrorCode failed, std::size_t size);
  void write_next();
  void on_written(ErrorCode failed, const std::function<void()>& written);
  void say_goodbye();
  void linger();
  void close_socket();
  void end(Error why);
  void restart_idle();
  Error explain(ErrorCode failed) const;
  void arm(boost::asio::steady_timer& timer, Deadlines::Duration after,
           std::function<void()> expired);

  Side side_;
  ed25519::Point identity_;
  Deadlines deadlines_;
  Judgement judgement_;
  boost::asio::ssl::stream<Tcp::socket> tls_;
  boost::asio::steady_timer reading_;  // the deadline of the handshake, then of incoming frames
  boost::asio::steady_timer writing_;  // of outgoing frames, then of the goodbye
  boost::asio::steady_timer idle_;

  std::function<void(Status)> handshake_done_;
  std::function<void(Result<Bytes>)> read_done_;
  wire::FrameReader frames_;
  std::array<std::uint8_t, chunk_size> chunk_{};
  bool is_frame_timed_ = false;
  std::deque<Outgoing> outgoing_;
  bool is_writing_ = false;
  std::optional<Error> end_;  // why nothing goes on
  bool is_socket_closed_ = false;
  std::function<void(const Error&)> closed_;
};

}  // namespace quorate::channel
