// One HTTPS page, with bounds. See fetcher.h.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "crypto/base/result.h"

namespace quorate::oidc {

struct Page {
  std::string body;
  std::optional<std::uint64_t> max_age_s;  // of Cache-Control
};

// One connection to a provider, for its pages one after the other.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  // `is_stopping` ends a transfer early, when it becomes true.
  Connection(const std::string& ca_file, Clock::time_point deadline,
             const std::atomic<bool>& is_stopping);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `provider_unavailable` says why not.
  [[nodiscard]] Result<Page> get(const std::string& url);

 private:
  struct Handle;

  std::unique_ptr<Handle> handle_;
  Clock::time_point deadline_;
};

}  // namespace quorate::oidc
