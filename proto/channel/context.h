// How Quorate speaks TLS: 1.3 only, ALPN `quorate/1`, X25519, Ed25519, no resumption, no tickets,
// no early data, no server name; both sides present one self-signed certificate. docs/protocol.md,
// "Channel". One Context serves all connections of one side of a process; Stream uses it.
//
// There is no CA and no host name to check: OpenSSL's verification is replaced as a whole, so that
// not one extension of a stranger's certificate is parsed for a decision. What replaces it is the
// PeerCheck of the Stream: is this the key I want?

#pragma once

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/signing_key.h"

namespace quorate::channel {

enum class Side { client, node };

// Called during the handshake with the peer's key; Done lets it in. The error (with the code
// `not_pinned`) becomes the handshake's. The peer learns only the alert `bad_certificate`.
using PeerCheck = std::function<Status(const ed25519::Point&)>;

class Context {
 public:
  // Fails with `internal` when OpenSSL does. The identity is not kept beyond OpenSSL's own copy.
  [[nodiscard]] static Result<Context> make(Side side, const ed25519::SigningKey& identity);

  Side side() const { return side_; }
  const ed25519::Point& identity() const { return identity_; }

 private:
  friend class Stream;
  Context(Side side, const ed25519::Point& identity, SSL_CTX* owned);

  Side side_;
  ed25519::Point identity_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
};

// One connection's judgement of its peer, tied to its SSL for the handshake. Stream owns it.
struct Judgement {
  PeerCheck check;
  std::optional<ed25519::Point> key;  // the peer's, once seen, also when it was refused
  std::optional<Error> refusal;
};
void attach(SSL* connection, Judgement& judgement);

// Done when both sides agreed on `quorate/1`. A peer that offers no ALPN at all is found only here:
// OpenSSL asks the node's callback only when there is an offer.
Status check_protocol(const SSL* connection);

}  // namespace quorate::channel
