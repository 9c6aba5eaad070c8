// One thread on which a node's core runs, so that the thread of the sockets never waits for a disk
// or a token, and the core needs no lock.
//
//   Worker worker(core.handle…, Worker::system_clock_ms, limits);
//   server = Server::open(…, worker);
//   …
//   server->stop(…);  worker.stop();
//
// When the queue is full an ask is refused at once with `busy` and when to come again: an answer
// that comes after its client gave up is work for nothing.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "node/server/service.h"

namespace quorate::server {

class Worker : public Service {
 public:
  // Called on the worker's thread, one ask at a time, in order of arrival.
  using Handle = std::function<wire::v1::Answer(const ed25519::Point& client,
                                                const wire::v1::Ask& ask, std::uint64_t now_ms)>;
  using Clock = std::function<std::uint64_t()>;
  struct Limits {
    std::size_t queue = 512;       // asks that wait, of all clients together
    std::size_t per_client = 128;  // of one: so that nobody alone makes the others wait
    std::uint32_t wait_s = 1;      // what a refused client is told to wait
  };

  // Unix time in milliseconds.
  static std::uint64_t system_clock_ms();

  Worker(Handle handle, Clock clock, Limits limits);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // From any thread.
  void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) override;

  // Lets the ask in hand end, refuses those that wait, and all later ones, with `stopping`; returns
  // when the thread has ended. Not from within Handle.
  void stop();

 private:
  struct Waiting {
    ed25519::Point client;
    wire::v1::Ask ask;
    Reply reply;
  };
  void run();

  const Handle handle_;
  const Clock clock_;
  const Limits limits_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::map<ed25519::Point, std::size_t> waiting_of_;  // per client, those in queue_
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace quorate::server
