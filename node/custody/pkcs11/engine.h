// The threads of a token: workers with one session each, because token calls block and cannot be
// cancelled, and a keeper that connects and reconnects.
//
// A caller waits for its job no longer than the deadline. A job that was not begun by then is
// withdrawn (token_busy); one that was begun is left behind, and the pool is one smaller until the
// call returns. When nobody is left the state is `suspect`, and callers are refused at once.

#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "node/custody/pkcs11/connection.h"

namespace quorate::custody::pkcs11 {

// What is to be done in one session. It owns all that it touches: a caller that gave up is gone
// when a slow token returns.
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  // On a worker's thread, twice at most. Nothing when it went well.
  virtual std::optional<Trouble> attempt(Session& session) = 0;
  // What it means when the token is well (the canary opens) and still fails this job.
  virtual Code declined() const { return Code::token_suspect; }

 private:
  friend class Engine;
  enum class Phase : unsigned char { waiting, running, done, abandoned };
  Phase phase_ = Phase::waiting;
  Status status_;
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(const Config& config, std::shared_ptr<Module> module, void* functions);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  void start();  // and waits for the first attempt to connect
  // Ends the threads. One that hangs in the token keeps this object alive until it returns.
  void stop();

  [[nodiscard]] Status run(const std::shared_ptr<Job>& job);
  Health health() const;
  void retry_now();
  Connection& connection() { return connection_; }

 private:
  using Clock = std::chrono::steady_clock;

  // A worker's last outcome: `crowded` says that the token gives it no session.
  struct Outcome {
    Status status;
    bool crowded = false;
  };

  void work();
  void keep();
  Outcome perform(Job& job, std::optional<Session>& session);
  Outcome judge(const Job& job, const Trouble& trouble, const Module::Use& use);
  std::optional<Trouble> attempt(Job& job, std::optional<Session>& session, const Module::Use& use);
  void discard(std::optional<Session>& session);
  void settle(const std::shared_ptr<Job>& job, Outcome outcome, std::uint64_t& rests_during);
  void give_up(const std::shared_ptr<Job>& job);
  void reconnect(const std::string& why);

  // With mutex_ held.
  void set_health(Health health);
  void request_reconnect(const std::string& why);
  std::size_t active_workers() const { return workers_ - lost_ - resting_; }

  Connection connection_;
  const std::size_t workers_;

  mutable std::mutex mutex_;
  std::condition_variable work_;      // jobs, or the end
  std::condition_variable progress_;  // of a job, of the first connection, of the end
  std::condition_variable keeper_;
  std::deque<std::shared_ptr<Job>> queue_;
  Health health_{State::absent, "not connected yet"};
  std::uint64_t connects_ = 0;  // attempts so far
  std::size_t lost_ = 0;        // workers in a call that was given up
  std::size_t resting_ = 0;     // workers without a session until the next connection
  std::size_t ended_ = 0;       // threads
  enum class Wish : unsigned char { none, reconnect, at_once } wish_ = Wish::none;
  enum class Life : unsigned char { running, stopping } life_ = Life::running;
  std::vector<std::thread> threads_;
};

}  // namespace quorate::custody::pkcs11
