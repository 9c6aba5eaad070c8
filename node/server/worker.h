// One thread on which a node's core runs, so that the thread of the sockets never waits for a disk
// or a token, and the core needs no lock.
//
//   Worker worker(handle, limits);
//   server = Server::open(…, worker);
//   worker.post([&] { core.reload(…); worker.retry_parked(); });     from any thread
//   …
//   server->stop(…);  worker.stop();
//
// What waits is handed over together: asks that came while the disk was busy with the last batch
// share the next sync, and none waits for a batch to fill. When the queue is full an ask is refused
// at once with `busy` and when to come again: an answer that comes after its client gave up is work
// for nothing.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "node/server/service.h"

namespace quorate::server {

class Worker : public Service {
 public:
  struct Asked {
    ed25519::Point client;
    wire::v1::Ask ask;
  };
  // Called on the worker's thread with all that waits, in order of arrival; gives one answer each.
  // Nothing in an answer's place: the ask is parked until retry_parked(), and then comes again.
  using Handle =
      std::function<std::vector<std::optional<wire::v1::Answer>>(std::span<const Asked> asks)>;
  using Task = std::function<void()>;
  struct Limits {
    std::size_t queue = 512;       // asks that wait or are parked, of all clients together
    std::size_t per_client = 128;  // of one: so that nobody alone makes the others wait
    std::size_t batch = 256;       // that are handed over together
    std::uint32_t wait_s = 1;      // what a refused client is told to wait
  };

  Worker(Handle handle, Limits limits);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // From any thread.
  void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) override;

  // Has the task run on the worker's thread, before asks that wait. From any thread. Once the
  // worker is stopping it is dropped.
  void post(Task task);

  // Hands over what is parked once more, before asks that wait. From a task.
  void retry_parked();

  // Lets the asks in hand end, refuses those that wait, and all later ones, with `stopping`;
  // returns when the thread has ended. Not from within Handle.
  void stop();

 private:
  struct Waiting {
    Asked asked;
    Reply reply;
  };
  void run();
  void serve(std::vector<Waiting> batch);

  const Handle handle_;
  const Limits limits_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::deque<Waiting> queue_;
  std::deque<Waiting> parked_;
  std::map<ed25519::Point, std::size_t> waiting_of_;  // per client, those in queue_ and parked_
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace quorate::server
