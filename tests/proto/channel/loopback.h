// Two real sockets on this machine, one thread, and peers that do what ours never would.

#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/channel/certificate.h"
#include "proto/channel/context.h"

namespace quorate::testing {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

inline ed25519::SigningKey key(std::uint8_t number) {
  SecretBytes<32> seed;
  seed.writable()[0] = number;
  return ed25519::SigningKey(seed);
}

inline channel::Context context(channel::Side side, const ed25519::SigningKey& identity) {
  Result<channel::Context> made = channel::Context::make(side, identity);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return *std::move(made);
}

inline channel::PeerCheck only(const ed25519::Point& wanted) {
  return [wanted](const ed25519::Point& key) -> Status {
    if (key == wanted) return Done{};
    return fail(Code::not_pinned, "not this one");
  };
}

// Runs what is ready until the condition holds. The time is only a net: what a test waits for
// happens, or the test has failed.
template <typename Condition>
[[nodiscard]] bool run_until(asio::io_context& io, Condition condition) {
  const auto net = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    io.restart();
    if (io.run_one_until(net) == 0) return condition();
  }
  return true;
}

struct Sockets {
  Tcp::socket client;
  Tcp::socket node;
};

inline Sockets connected(asio::io_context& io) {
  Tcp::acceptor acceptor(io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  Sockets sockets{Tcp::socket(io), Tcp::socket(io)};
  sockets.client.connect(acceptor.local_endpoint());
  acceptor.accept(sockets.node);
  return sockets;
}

// ---- Peers of another make

struct Credentials {
  channel::PrivateKey key;
  channel::Certificate certificate;
  channel::Certificate second = {};  // of the chain
};

inline Credentials credentials(const ed25519::SigningKey& identity) {
  return {*channel::private_key(identity), *channel::self_signed(identity)};
}

// `padding` bytes of serial number make a certificate as long as one likes.
inline Credentials foreign(EVP_PKEY* owned, const EVP_MD* digest, std::size_t padding = 1) {
  Credentials out{channel::PrivateKey(owned), channel::Certificate(X509_new())};
  X509* const x = out.certificate.get();
  X509_set_version(x, 2);
  const Bytes serial(padding, 1);
  ASN1_STRING_set(X509_get_serialNumber(x), serial.data(), static_cast<int>(serial.size()));
  X509_gmtime_adj(X509_getm_notBefore(x), 0);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, owned);
  EXPECT_GT(X509_sign(x, owned, digest), 0);
  return out;
}

struct RawSettings {
  int version = TLS1_3_VERSION;
  std::string protocol = "quorate/1";  // empty: no ALPN
  std::string groups = "X25519";
};

inline asio::ssl::context raw_context(const Credentials* credentials, const RawSettings& settings) {
  asio::ssl::context out(asio::ssl::context::tls);
  SSL_CTX* const tls = out.native_handle();
  SSL_CTX_set_min_proto_version(tls, settings.version);
  SSL_CTX_set_max_proto_version(tls, settings.version);
  EXPECT_EQ(SSL_CTX_set1_groups_list(tls, settings.groups.c_str()), 1);
  SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, nullptr);
  if (credentials != nullptr) {
    EXPECT_EQ(SSL_CTX_use_certificate(tls, credentials->certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(tls, credentials->key.get()), 1);
    if (credentials->second) {
      EXPECT_EQ(SSL_CTX_add1_chain_cert(tls, credentials->second.get()), 1);
    }
  }
  if (!settings.protocol.empty()) {
    std::string offer(1, static_cast<char>(settings.protocol.size()));
    offer += settings.protocol;
    SSL_CTX_set_alpn_protos(tls, reinterpret_cast<const unsigned char*>(offer.data()),
                            static_cast<unsigned>(offer.size()));
  }
  return out;
}

// A TLS peer by OpenSSL alone: reads all it gets, and writes what it is told.
class RawPeer : public std::enable_shared_from_this<RawPeer> {
 public:
  RawPeer(Tcp::socket socket, const Credentials* credentials, const RawSettings& settings = {})
      : context_(raw_context(credentials, settings)), tls_(std::move(socket), context_) {}

  void handshake(asio::ssl::stream_base::handshake_type type) {
    tls_.async_handshake(type, [self = shared_from_this()](boost::system::error_code failed) {
      self->handshake_ = failed;
      if (failed) {
        self->hang_up();
      } else {
        self->read();
      }
    });
  }
  void write(Bytes bytes) {
    auto kept = std::make_shared<Bytes>(std::move(bytes));
    asio::async_write(tls_, asio::buffer(*kept),
                      [self = shared_from_this(), kept](boost::system::error_code, std::size_t) {});
  }
  void hang_up() {
    boost::system::error_code ignored;
    tls_.next_layer().close(ignored);
  }

  const std::optional<boost::system::error_code>& handshake_result() const { return handshake_; }
  bool is_closed() const { return closed_; }  // by the other side
  const Bytes& received() const { return received_; }
  SSL* native() { return tls_.native_handle(); }

 private:
  void read() {
    tls_.async_read_some(
        asio::buffer(chunk_),
        [self = shared_from_this()](boost::system::error_code failed, std::size_t n) {
          if (failed) {
            self->closed_ = true;
            self->hang_up();
            return;
          }
          append(self->received_, ByteView(self->chunk_).first(n));
          self->read();
        });
  }

  asio::ssl::context context_;
  asio::ssl::stream<Tcp::socket> tls_;
  ByteArray<4096> chunk_{};
  Bytes received_;
  std::optional<boost::system::error_code> handshake_;
  bool closed_ = false;
};

}  // namespace quorate::testing
