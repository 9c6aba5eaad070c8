// A web server on loopback, with TLS and a certificate of its own making, that answers with just
// the bytes it was given: for sound answers, and for such as no proper server would send.

#pragma once

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace quorate::testing {

enum class Lifetime { current, over };

class TlsPages {
 public:
  // The certificate is for `host`, which is an address.
  explicit TlsPages(const std::string& host = "127.0.0.1", Lifetime lifetime = Lifetime::current);
  ~TlsPages();
  TlsPages(const TlsPages&) = delete;
  TlsPages& operator=(const TlsPages&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string ca_file() const { return folder_ / "ca.pem"; }

  // What is sent for a path, to the letter; then the connection is closed.
  void put_raw(const std::string& path, const std::string& bytes);
  // A page with status 200; `headers` are lines that each end with CR LF.
  void put(const std::string& path, const std::string& body, const std::string& headers = {});
  // What is sent for a path, and then nothing, while the connection stays open.
  void put_unfinished(const std::string& path, const std::string& bytes);
  // Connections are taken, and nothing is said on them.
  void fall_silent();

  std::vector<std::string> asked() const;  // paths, in order
  void wait_until_asked(const std::string& path);

 private:
  struct Answer {
    std::string bytes;
    bool stays_open = false;
  };
  using Socket = boost::asio::ip::tcp::socket;

  void accept();
  void serve(Socket socket);
  void wait_for_the_end();

  TemporaryFolder folder_;
  boost::asio::io_context io_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::string, Answer> answers_;
  std::vector<std::string> asked_;
  std::list<std::thread> connections_;
  bool is_silent_ = false;
  bool is_over_ = false;

  std::thread thread_;
};

}  // namespace quorate::testing
