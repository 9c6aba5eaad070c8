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
// share the next sync, and none waits for a batch to fill. Clients take turns, an ask a turn, so
// that whoever asks a lot waits for himself. When the queue is full an ask is refused at once with
// `busy` and when to come again: an answer that comes after its client gave up is work for nothing.
//
// A parked ask waits for somebody else, so it takes no place in the queue: invented key ids in
// tokens must not lock out those who need no provider. Parked asks have places of their own, and
// beyond them the ask is refused with `provider_unavailable` and the same wait.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
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
  // Called on the worker's thread with what waits, the asks of one client in order of arrival;
  // gives one answer each. Nothing in an answer's place: the ask is parked until retry_parked(),
  // and then comes again.
  using Handle =
      std::function<std::vector<std::optional<wire::v1::Answer>>(std::span<const Asked> asks)>;
  using Task = std::function<void()>;
  struct Limits {
    std::size_t queue = 512;       // asks that wait, of all clients together
    std::size_t per_client = 128;  // of one
    std::size_t parked = 64;       // asks that are parked, of all clients together
    std::size_t parked_per_client = 8;
    std::size_t batch = 256;    // that are handed over together
    std::size_t histories = 8;  // in one batch: each is answered with up to a megabyte
    std::uint32_t wait_s = 1;   // what a refused client is told to wait
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

  // Hands over what is parked once more, before what else its clients ask, and whether or not the
  // queue is full. From a task.
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
  bool has_room_for(const ed25519::Point& client) const;
  bool can_park_for(const ed25519::Point& client) const;
  std::deque<Waiting>& queue_of(const ed25519::Point& client);
  std::vector<Waiting> take_batch();
  void serve(std::vector<Waiting> batch);
  wire::v1::Answer come_again(Code code, const std::string& why) const;

  const Handle handle_;
  const Limits limits_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::map<ed25519::Point, std::deque<Waiting>> queues_;  // per client, none of them empty
  std::deque<ed25519::Point> turns_;                      // whose queue is next; each client once
  std::size_t waiting_ = 0;                               // in all queues together
  std::deque<Waiting> parked_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace quorate::server
