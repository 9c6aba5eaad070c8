#include "node/server/worker.h"

#include <chrono>
#include <string>
#include <utility>

#include "node/server/refusal.h"

namespace quorate::server {

std::uint64_t Worker::system_clock_ms() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
}

Worker::Worker(Handle handle, Clock clock, Limits limits)
    : handle_(std::move(handle)), clock_(std::move(clock)), limits_(limits) {
  thread_ = std::thread([this] { run(); });  // last: it sees all members
}

Worker::~Worker() { stop(); }

void Worker::ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    const auto mine = waiting_of_.find(client);
    const bool has_share = mine == waiting_of_.end() || mine->second < limits_.per_client;
    if (!is_stopping_ && has_share && queue_.size() < limits_.queue) {
      ++waiting_of_[client];
      queue_.push_back({client, std::move(ask), std::move(reply)});
      changed_.notify_one();
      return;
    }
    if (!is_stopping_) {
      wire::v1::Answer busy = refusal({Code::busy, "too many asks wait here; ask again in " +
                                                       std::to_string(limits_.wait_s) + " s"});
      busy.mutable_refused()->set_wait_s(limits_.wait_s);
      reply(std::move(busy));
      return;
    }
  }
  reply(refusal({Code::stopping, "this node is stopping"}));
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (is_stopping_) break;
    const Waiting next = std::move(queue_.front());
    queue_.pop_front();
    const auto mine = waiting_of_.find(next.client);
    if (--mine->second == 0) waiting_of_.erase(mine);
    lock.unlock();
    next.reply(handle_(next.client, next.ask, clock_()));
  }
  // Nobody adds to the queue any more.
  for (const Waiting& waiting : queue_) {
    waiting.reply(refusal({Code::stopping, "this node is stopping"}));
  }
  queue_.clear();
}

}  // namespace quorate::server
