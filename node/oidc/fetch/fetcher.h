// Asks providers for their keys, over the node's own TLS connections (libcurl): first the discovery
// document, then the keys that it points to.
//
// Bounded in everything: https and nothing else, the certificate and its name verified, no
// redirects, no proxy, no cookies, 256 KiB for a document, five seconds for both. What a person can
// compare between nodes, the SHA-256 of what was fetched, goes into the log; why a fetch failed is
// in the answer, and Providers::fetched() says it.
//
// The wiring, in the program:
//
//   fetcher_ = std::make_unique<oidc::Fetcher>(
//       [this](std::uint64_t ticket, const Result<oidc::Documents>& answer) {
//         worker_->post([this, ticket, answer] {
//           if (const Status fetched = core_->fetched(ticket, answer, read_clocks()); !fetched) {
//             spdlog::warn("{}", fetched.error().message);
//           }
//           worker_->retry_parked();
//         });
//       },
//       [](const std::string& line) { spdlog::info("{}", line); });
//   …
//   for (const oidc::Fetch& fetch : core_->take_fetches()) fetcher_->start(fetch);   after asks
//   …
//   fetcher_.reset();  worker_->stop();

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "crypto/base/result.h"
#include "node/oidc/providers.h"

namespace quorate::oidc {

class Fetcher {
 public:
  // Both are called on a thread of the fetcher's.
  using Arrived = std::function<void(std::uint64_t ticket, const Result<Documents>& answer)>;
  using Log = std::function<void(const std::string& line)>;
  struct Limits {
    std::uint64_t milliseconds = 5000;  // for both documents together
  };

  Fetcher(Arrived arrived, Log log, Limits limits = default_limits());
  // Gives up what is under way; nothing is called back any more when this returns.
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  // A thread of its own for each, so that a provider that is slow holds up none of the others.
  // There is at most one for each issuer: Providers sees to that.
  void start(const Fetch& fetch);

  static Limits default_limits() { return {}; }

 private:
  struct Running {
    std::thread thread;
    std::atomic<bool> has_ended{false};
  };

  void run(const Fetch& fetch, Running& running);

  const Arrived arrived_;
  const Log log_;
  const Limits limits_;
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;  // guards what follows
  std::list<Running> running_;
};

}  // namespace quorate::oidc
