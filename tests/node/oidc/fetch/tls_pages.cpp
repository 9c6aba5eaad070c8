#include "tests/node/oidc/fetch/tls_pages.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/base/invariant.h"

namespace quorate::testing {
namespace {

namespace asio = boost::asio;

std::string text_of(BIO* memory) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

struct Identity {
  std::string certificate;  // PEM, both
  std::string key;
};

Identity make_identity(const std::string& host, Lifetime lifetime) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  X509* certificate = X509_new();
  QUORATE_INVARIANT(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  const bool is_over = lifetime == Lifetime::over;
  X509_gmtime_adj(X509_getm_notBefore(certificate), is_over ? -7200 : -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), is_over ? -3600 : 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common = reinterpret_cast<const unsigned char*>("a test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const std::string names = "IP:" + host;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  QUORATE_INVARIANT(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  QUORATE_INVARIANT(X509_sign(certificate, key, EVP_sha256()) > 0);

  BIO* certificate_text = BIO_new(BIO_s_mem());
  BIO* key_text = BIO_new(BIO_s_mem());
  QUORATE_INVARIANT(
      PEM_write_bio_X509(certificate_text, certificate) == 1 &&
      PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {text_of(certificate_text), text_of(key_text)};
}

}  // namespace

TlsPages::TlsPages(const std::string& host, Lifetime lifetime)
    : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
  const Identity identity = make_identity(host, lifetime);
  folder_.write("ca.pem", identity.certificate);
  tls_.use_certificate_chain(asio::buffer(identity.certificate));
  tls_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
  port_ = acceptor_.local_endpoint().port();
  thread_ = std::thread([this] { accept(); });
}

TlsPages::~TlsPages() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // which wakes accept()
  thread_.join();
  for (std::thread& connection : connections_) connection.join();
}

void TlsPages::put_raw(const std::string& path, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  answers_[path] = {bytes, false};
}

void TlsPages::put(const std::string& path, const std::string& body, const std::string& headers) {
  put_raw(path, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\nConnection: close\r\n" + headers + "\r\n" +
                    body);
}

void TlsPages::put_unfinished(const std::string& path, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  answers_[path] = {bytes, true};
}

void TlsPages::fall_silent() {
  const std::lock_guard lock(mutex_);
  is_silent_ = true;
}

std::vector<std::string> TlsPages::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void TlsPages::wait_until_asked(const std::string& path) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return std::find(asked_.begin(), asked_.end(), path) != asked_.end(); });
}

void TlsPages::wait_for_the_end() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_over_; });
}

void TlsPages::accept() {
  for (;;) {
    boost::system::error_code failed;
    Socket socket(io_);
    acceptor_.accept(socket, failed);
    const std::lock_guard lock(mutex_);
    if (failed || is_over_) return;
    connections_.emplace_back(
        [this, held = std::make_shared<Socket>(std::move(socket))] { serve(std::move(*held)); });
  }
}

void TlsPages::serve(Socket socket) {
  {
    std::unique_lock lock(mutex_);
    if (is_silent_) {
      lock.unlock();
      wait_for_the_end();
      return;
    }
  }
  boost::system::error_code failed;  // what the other side does is its own business
  asio::ssl::stream<Socket> stream(std::move(socket), tls_);
  stream.handshake(asio::ssl::stream_base::server, failed);
  if (failed) return;
  std::string request;
  asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", failed);
  if (failed) return;
  const std::size_t begin = request.find(' ') + 1;
  const std::string path = request.substr(begin, request.find(' ', begin) - begin);
  Answer answer{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false};
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(path);
    if (const auto found = answers_.find(path); found != answers_.end()) answer = found->second;
  }
  changed_.notify_all();
  asio::write(stream, asio::buffer(answer.bytes), failed);
  if (answer.stays_open) wait_for_the_end();
  if (!failed) stream.shutdown(failed);
}

}  // namespace quorate::testing
