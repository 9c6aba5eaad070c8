#include "node/oidc/fetch/fetcher.h"

#include <chrono>

#include <curl/curl.h>
#include <sodium.h>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "node/oidc/discovery.h"
#include "node/oidc/fetch/page.h"
#include "node/oidc/url.h"

namespace quorate::oidc {
namespace {

std::string digest_of(const std::string& text) {
  ByteArray<32> digest;
  const ByteView bytes = bytes_of(text);
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return to_hex(digest);
}

Result<Documents> fetch_both(const Fetch& fetch, Connection& connection, const Fetcher::Log& log) {
  QUORATE_TRY(const Page discovery, connection.get(discovery_url(fetch.identifier)));
  QUORATE_TRY(const std::string keys_at, keys_url(discovery.body, fetch.identifier));
  QUORATE_TRY(Page keys, connection.get(keys_at));
  log("issuer " + fetch.name + ": fetched the discovery document, sha256 " +
      digest_of(discovery.body) + ", and the keys at " + keys_at + ", sha256 " +
      digest_of(keys.body));
  return Documents{std::move(keys.body), keys.max_age_s};
}

}  // namespace

Fetcher::Fetcher(Arrived arrived, Log log, Limits limits)
    : arrived_(std::move(arrived)), log_(std::move(log)), limits_(limits) {
  // Once for the process; the library counts further calls, and nothing is gained by undoing it.
  QUORATE_INVARIANT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

Fetcher::~Fetcher() {
  is_stopping_ = true;
  const std::lock_guard lock(mutex_);
  for (Running& running : running_) running.thread.join();
}

void Fetcher::start(const Fetch& fetch) {
  const std::lock_guard lock(mutex_);
  for (auto running = running_.begin(); running != running_.end();) {
    if (!running->has_ended) {
      ++running;
      continue;
    }
    running->thread.join();
    running = running_.erase(running);
  }
  Running& running = running_.emplace_back();
  running.thread = std::thread([this, fetch, &running] { run(fetch, running); });
}

void Fetcher::run(const Fetch& fetch, Running& running) {
  const auto deadline = Connection::Clock::now() + std::chrono::milliseconds(limits_.milliseconds);
  Connection connection(fetch.ca_file, deadline, is_stopping_);
  const Result<Documents> answer = fetch_both(fetch, connection, log_);
  if (!is_stopping_) arrived_(fetch.ticket, answer);
  running.has_ended = true;
}

}  // namespace quorate::oidc
