#include "node/server/worker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "crypto/base/invariant.h"
#include "node/server/refusal.h"

namespace quorate::server {

Worker::Worker(Handle handle, Limits limits) : handle_(std::move(handle)), limits_(limits) {
  thread_ = std::thread([this] { run(); });  // last: it sees all members
}

Worker::~Worker() { stop(); }

void Worker::ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    const auto mine = waiting_of_.find(client);
    const bool has_share = mine == waiting_of_.end() || mine->second < limits_.per_client;
    if (!is_stopping_ && has_share && queue_.size() + parked_.size() < limits_.queue) {
      ++waiting_of_[client];
      queue_.push_back({{client, std::move(ask)}, std::move(reply)});
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

void Worker::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  tasks_.push_back(std::move(task));
  changed_.notify_one();
}

void Worker::retry_parked() {
  const std::lock_guard lock(mutex_);
  queue_.insert(queue_.begin(), std::make_move_iterator(parked_.begin()),
                std::make_move_iterator(parked_.end()));
  parked_.clear();
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
    changed_.wait(lock, [this] { return is_stopping_ || !tasks_.empty() || !queue_.empty(); });
    if (is_stopping_) break;
    if (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      continue;
    }
    std::vector<Waiting> batch;
    while (!queue_.empty() && batch.size() < limits_.batch) {
      const auto mine = waiting_of_.find(queue_.front().asked.client);
      if (--mine->second == 0) waiting_of_.erase(mine);
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    lock.unlock();
    serve(std::move(batch));
  }
  // Nobody adds to the queue any more.
  for (const auto* waiting : {&queue_, &parked_}) {
    for (const Waiting& one : *waiting) {
      one.reply(refusal({Code::stopping, "this node is stopping"}));
    }
  }
  queue_.clear();
  parked_.clear();
}

void Worker::serve(std::vector<Waiting> batch) {
  std::vector<Asked> asks;
  asks.reserve(batch.size());
  for (Waiting& one : batch) asks.push_back(std::move(one.asked));
  auto answers = handle_(asks);
  QUORATE_INVARIANT(answers.size() == asks.size());
  for (std::size_t i = 0; i < asks.size(); ++i) {
    if (answers[i]) {
      batch[i].reply(*std::move(answers[i]));
      continue;
    }
    const std::lock_guard lock(mutex_);
    ++waiting_of_[asks[i].client];
    parked_.push_back({std::move(asks[i]), std::move(batch[i].reply)});
  }
}

}  // namespace quorate::server
