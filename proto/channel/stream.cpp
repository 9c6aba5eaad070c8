#include "proto/channel/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"

namespace quorate::channel {

namespace asio = boost::asio;

namespace {

// Whether the peer can hear nothing more. It must not be read from again: Asio waits for a change
// of the socket, and after its end there is none.
bool is_gone(boost::system::error_code failed) {
  return failed == asio::error::eof || failed == asio::ssl::error::stream_truncated ||
         failed == asio::error::connection_reset || failed == asio::error::broken_pipe;
}

}  // namespace

std::shared_ptr<Stream> Stream::make(Tcp::socket socket, const Context& context,
                                     Deadlines deadlines, PeerCheck check) {
  return std::shared_ptr<Stream>(
      new Stream(std::move(socket), context, deadlines, std::move(check)));
}

Stream::Stream(Tcp::socket socket, const Context& context, Deadlines deadlines, PeerCheck check)
    : side_(context.side()),
      identity_(context.identity()),
      deadlines_(deadlines),
      judgement_{std::move(check), std::nullopt, std::nullopt},
      tls_(std::move(socket), *context.tls_),
      reading_(tls_.get_executor()),
      writing_(tls_.get_executor()),
      idle_(tls_.get_executor()) {
  attach(tls_.native_handle(), judgement_);
  ErrorCode ignored;  // only speed is lost: a signature is two small messages
  tls_.next_layer().set_option(Tcp::no_delay(true), ignored);
}

// ---- The handshake

void Stream::handshake(std::function<void(Status)> done) {
  QUORATE_INVARIANT(!handshake_done_ && !judgement_.key);
  handshake_done_ = std::move(done);
  arm(reading_, deadlines_.handshake, [this] {
    end({Code::timed_out, "the TLS handshake took too long"});
  });
  tls_.async_handshake(
      side_ == Side::node ? asio::ssl::stream_base::server : asio::ssl::stream_base::client,
      [self = shared_from_this()](ErrorCode failed) { self->on_handshake(failed); });
}

Status Stream::judge_handshake(ErrorCode failed) const {
  if (failed) return tl::unexpected(explain(failed));
  if (!judgement_.key) return fail(Code::not_pinned, "the peer presented no certificate");
  // SSL_get0_alpn_selected wants no more than this.
  return check_protocol(const_cast<Stream*>(this)->tls_.native_handle());
}

void Stream::on_handshake(ErrorCode failed) {
  if (end_) return;
  reading_.cancel();
  if (Status verdict = judge_handshake(failed); !verdict) {
    end_ = verdict.error();
    // The peer must be able to read our alert, and counts as a handshake under way until then.
    closed_ = [done = std::exchange(handshake_done_, {})](const Error& why) {
      done(tl::unexpected(why));
    };
    arm(writing_, deadlines_.linger, [this] { close_socket(); });
    if (is_gone(failed)) {
      close_socket();
    } else {
      linger();
    }
    return;
  }
  restart_idle();
  std::exchange(handshake_done_, {})(Done{});
}

// ---- Reading

void Stream::read_frame(std::function<void(Result<Bytes>)> done) {
  QUORATE_INVARIANT(!read_done_);
  read_done_ = std::move(done);
  if (end_) {
    answer_read(tl::unexpected(*end_));
  } else if (!deliver_frame()) {
    read_some();
  }
}

// Whether there was one, or will never be one again.
bool Stream::deliver_frame() {
  Result<std::optional<Bytes>> next = frames_.next();
  if (next && !*next) return false;
  reading_.cancel();
  is_frame_timed_ = false;
  if (next) {
    restart_idle();
    answer_read(**std::move(next));
  } else {
    answer_read(tl::unexpected(std::move(next).error()));
  }
  return true;
}

// By way of the queue, so that no caller is called back inside its own call, and a peer that sends
// a thousand frames at once does not nest a thousand calls.
void Stream::answer_read(Result<Bytes> result) {
  asio::post(tls_.get_executor(), [self = shared_from_this(), done = std::exchange(read_done_, {}),
                                   result = std::move(result)] { done(result); });
}

void Stream::read_some() {
  if (frames_.is_inside_frame() && (!is_frame_timed_ || QUORATE_PLANTED(B33))) {
    is_frame_timed_ = true;
    arm(reading_, deadlines_.frame, [this] {
      end({Code::timed_out, "the peer began a frame and did not end it in time"});
    });
  }
  tls_.async_read_some(asio::buffer(chunk_),
                       [self = shared_from_this()](ErrorCode failed, std::size_t size) {
                         self->on_read(failed, size);
                       });
}

void Stream::on_read(ErrorCode failed, std::size_t size) {
  if (end_) {
    if (failed) close_socket();  // nobody is left to say goodbye to
    return;
  }
  if (failed) {
    end(explain(failed));
    return;
  }
  frames_.feed(ByteView(chunk_).first(size));
  if (!deliver_frame()) read_some();
}

// ---- Writing

Status Stream::write_frame(ByteView message, std::function<void()> written) {
  if (end_) return tl::unexpected(*end_);
  QUORATE_TRY(Bytes frame, wire::frame(message));
  outgoing_.push_back({std::move(frame), std::move(written)});
  if (!is_writing_) write_next();
  return Done{};
}

void Stream::write_next() {
  is_writing_ = true;
  Outgoing next = std::move(outgoing_.front());
  outgoing_.pop_front();
  arm(writing_, deadlines_.frame, [this] {
    end({Code::timed_out, "the peer did not take a frame in time"});
  });
  const auto bytes = asio::buffer(next.frame);
  // The handler owns the frame: the operation may look at it even after the socket was closed.
  asio::async_write(tls_, bytes,
                    [self = shared_from_this(), next = std::move(next)](
                        ErrorCode failed, std::size_t) { self->on_written(failed, next.written); });
}

void Stream::on_written(ErrorCode failed, const std::function<void()>& written) {
  if (is_socket_closed_) return;
  if (failed) {
    // Why the peer hung up may still wait to be read (an alert). So the reader reports, if there
    // is one; `is_writing_` stays, and nothing is written any more.
    if (read_done_) {
      arm(writing_, deadlines_.linger, [this, why = explain(failed)] { end(why); });
    } else {
      end(explain(failed));
    }
    return;
  }
  is_writing_ = false;
  writing_.cancel();
  if (!end_) restart_idle();
  if (!outgoing_.empty()) {
    write_next();
  } else if (end_) {
    say_goodbye();
  }
  if (written) written();
}

// ---- The end

void Stream::close(Error why) { end(std::move(why)); }

void Stream::close_after_writing(Error why) {
  QUORATE_INVARIANT(!handshake_done_);
  if (end_) return;
  end_ = std::move(why);
  reading_.cancel();
  idle_.cancel();
  if (read_done_) answer_read(tl::unexpected(*end_));
  if (!is_writing_) say_goodbye();
}

void Stream::say_goodbye() {
  arm(writing_, deadlines_.linger, [this] { close_socket(); });
  tls_.async_shutdown([self = shared_from_this()](ErrorCode failed) {
    if (!failed || is_gone(failed)) {
      self->close_socket();  // the peer said goodbye too
    } else {
      self->linger();
    }
  });
}

// A socket that is closed while the peer still sends answers with a reset, and a reset can
// overtake our last words. So the peer hears that we are done, and what it had begun to send is
// read and forgotten, until it closes too or the goodbye's deadline passes.
void Stream::linger() {
  if (is_socket_closed_) return;
  ErrorCode ignored;
  tls_.next_layer().shutdown(Tcp::socket::shutdown_send, ignored);
  tls_.next_layer().async_read_some(asio::buffer(chunk_),
                                    [self = shared_from_this()](ErrorCode failed, std::size_t) {
                                      if (failed) {
                                        self->close_socket();
                                      } else {
                                        self->linger();
                                      }
                                    });
}

// `end_` is set before.
void Stream::close_socket() {
  if (std::exchange(is_socket_closed_, true)) return;
  reading_.cancel();
  writing_.cancel();
  idle_.cancel();
  outgoing_.clear();
  ErrorCode ignored;  // there is nothing left to do about it
  tls_.next_layer().close(ignored);
  if (closed_) {
    asio::post(tls_.get_executor(), [self = shared_from_this(),
                                     closed = std::exchange(closed_, {})] { closed(*self->end_); });
  }
}

void Stream::end(Error why) {
  if (!end_) end_ = std::move(why);
  if (read_done_) answer_read(tl::unexpected(*end_));
  if (handshake_done_) {
    asio::post(tls_.get_executor(), [done = std::exchange(handshake_done_, {}), error = *end_] {
      done(tl::unexpected(error));
    });
  }
  close_socket();
}

// ---- Deadlines and reasons

void Stream::restart_idle() {
  arm(idle_, deadlines_.idle, [this] {
    end({Code::timed_out, "the connection was idle for too long"});
  });
}

void Stream::arm(asio::steady_timer& timer, Deadlines::Duration after,
                 std::function<void()> expired) {
  timer.expires_after(after);
  timer.async_wait(
      [self = shared_from_this(), &timer, expired = std::move(expired)](ErrorCode cancelled) {
        // A timer may have fired, and been set anew, before this handler had its turn.
        if (cancelled || timer.expiry() > asio::steady_timer::clock_type::now()) return;
        if (!self->is_socket_closed_) expired();
      });
}

Error Stream::explain(ErrorCode failed) const {
  if (judgement_.refusal) return *judgement_.refusal;
  if (failed.category() == asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned>(failed.value())) == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE) {
    const std::string ours = to_hex(identity_.bytes());
    return {Code::not_pinned,
            side_ == Side::client
                ? "this node does not know this client, whose identity key is " + ours
                : "the client does not take this node's identity key, " + ours};
  }
  if (failed == asio::error::eof || failed == asio::ssl::error::stream_truncated) {
    return {Code::unreachable, "the peer closed the connection"};
  }
  return {Code::unreachable, "the connection broke: " + failed.message()};
}

}  // namespace quorate::channel
