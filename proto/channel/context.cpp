#include "proto/channel/context.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/channel/certificate.h"

namespace quorate::channel {
namespace {

// In the form of the TLS extension: length, then the name.
constexpr std::string_view protocols = "\x09quorate/1";

// A certificate with one Ed25519 key takes some 300 bytes; OpenSSL's own limit is 100 KiB.
constexpr long longest_certificate_message = 4096;

int judgement_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

Status judge(X509_STORE_CTX* store, Judgement& judgement) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_untrusted(store);
  if (chain == nullptr || sk_X509_num(chain) != 1) {
    return fail(Code::not_pinned, "the peer presented a chain of certificates instead of one");
  }
  QUORATE_TRY(const ed25519::Point key, key_of(*sk_X509_value(chain, 0)));
  judgement.key = key;
  return judgement.check(key);
}

// Takes the place of the whole of OpenSSL's verification.
int verify(X509_STORE_CTX* store, void*) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  QUORATE_INVARIANT(ssl != nullptr);
  auto* const judgement = static_cast<Judgement*>(SSL_get_ex_data(ssl, judgement_index()));
  QUORATE_INVARIANT(judgement != nullptr);
  if (Status verdict = judge(store, *judgement); !verdict) {
    judgement->refusal = std::move(verdict).error();
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);  // the alert bad_certificate
    return 0;
  }
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  const ByteView ours = bytes_of(protocols);
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, ours.data(), static_cast<unsigned>(ours.size()),
                            offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

Status set_up(SSL_CTX* tls, Side side, const ed25519::SigningKey& identity) {
  QUORATE_TRY(const PrivateKey key, private_key(identity));
  QUORATE_TRY(const Certificate certificate, self_signed(identity));
  SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(tls, longest_certificate_message);
  SSL_CTX_set_cert_verify_callback(tls, verify, nullptr);
  SSL_CTX_set_verify(
      tls, side == Side::node ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER,
      nullptr);
  if (side == Side::node) SSL_CTX_set_alpn_select_cb(tls, select_protocol, nullptr);
  const ByteView offer = bytes_of(protocols);
  // SSL_CTX_set_alpn_protos is the one that returns 0 for success.
  const bool done =
      SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) == 1 &&
      SSL_CTX_set_max_proto_version(tls, TLS1_3_VERSION) == 1 &&
      SSL_CTX_set_num_tickets(tls, 0) == 1 && SSL_CTX_set_max_early_data(tls, 0) == 1 &&
      SSL_CTX_set1_groups_list(tls, "X25519") == 1 &&
      SSL_CTX_set1_sigalgs_list(tls, "ed25519") == 1 &&
      SSL_CTX_set1_client_sigalgs_list(tls, "ed25519") == 1 &&
      SSL_CTX_use_certificate(tls, certificate.get()) == 1 &&
      SSL_CTX_use_PrivateKey(tls, key.get()) == 1 &&
      (side == Side::node ||
       SSL_CTX_set_alpn_protos(tls, offer.data(), static_cast<unsigned>(offer.size())) == 0);
  if (!done) return fail(Code::internal, "OpenSSL does not take our TLS settings");
  return Done{};
}

}  // namespace

Context::Context(Side side, const ed25519::Point& identity, SSL_CTX* owned)
    : side_(side), identity_(identity), tls_(std::make_unique<boost::asio::ssl::context>(owned)) {}

Result<Context> Context::make(Side side, const ed25519::SigningKey& identity) {
  SSL_CTX* const tls = SSL_CTX_new(TLS_method());
  if (tls == nullptr) return fail(Code::internal, "OpenSSL failed to make a TLS context");
  Context context(side, identity.public_key(), tls);
  QUORATE_CHECK(set_up(tls, side, identity));
  return context;
}

void attach(SSL* connection, Judgement& judgement) {
  QUORATE_INVARIANT(SSL_set_ex_data(connection, judgement_index(), &judgement) == 1);
}

Status check_protocol(const SSL* connection) {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(connection, &chosen, &size);
  if (text_of(ByteView(chosen, size)) != protocols.substr(1)) {
    return fail(Code::unreachable, "the peer does not speak quorate/1");
  }
  return Done{};
}

}  // namespace quorate::channel
