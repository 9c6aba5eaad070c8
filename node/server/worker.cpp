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
    if (!is_stopping_ && has_room_for(client)) {
      queue_of(client).push_back({{client, std::move(ask)}, std::move(reply)});
      ++waiting_;
      changed_.notify_one();
      return;
    }
    if (!is_stopping_) {
      reply(come_again(Code::busy, "too many asks wait here"));
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
  waiting_ += parked_.size();
  for (; !parked_.empty(); parked_.pop_back()) {  // the last first, so that the first ends in front
    queue_of(parked_.back().asked.client).push_front(std::move(parked_.back()));
  }
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
    changed_.wait(lock, [this] { return is_stopping_ || !tasks_.empty() || waiting_ > 0; });
    if (is_stopping_) break;
    if (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      continue;
    }
    std::vector<Waiting> batch = take_batch();
    lock.unlock();
    serve(std::move(batch));
  }
  // Nobody adds to the queues any more.
  const auto refuse = [](const std::deque<Waiting>& asks) {
    for (const Waiting& one : asks) {
      one.reply(refusal({Code::stopping, "this node is stopping"}));
    }
  };
  for (const auto& [client, asks] : queues_) refuse(asks);
  refuse(parked_);
  queues_.clear();
  turns_.clear();
  waiting_ = 0;
  parked_.clear();
}

bool Worker::has_room_for(const ed25519::Point& client) const {
  const auto queue = queues_.find(client);
  return waiting_ < limits_.queue &&
         (queue == queues_.end() || queue->second.size() < limits_.per_client);
}

bool Worker::can_park_for(const ed25519::Point& client) const {
  const auto of_client = std::count_if(parked_.begin(), parked_.end(), [&](const Waiting& one) {
    return one.asked.client == client;
  });
  return parked_.size() < limits_.parked &&
         static_cast<std::size_t>(of_client) < limits_.parked_per_client;
}

// For somebody who adds to it at once: a client without asks gets a turn here.
std::deque<Worker::Waiting>& Worker::queue_of(const ed25519::Point& client) {
  const auto [queue, is_new] = queues_.try_emplace(client);
  if (is_new) turns_.push_back(client);
  return queue->second;
}

std::vector<Worker::Waiting> Worker::take_batch() {
  std::vector<Waiting> batch;
  std::size_t histories = 0;
  while (waiting_ > 0 && batch.size() < limits_.batch) {
    const auto queue = queues_.find(turns_.front());
    QUORATE_INVARIANT(queue != queues_.end() && !queue->second.empty());
    Waiting& next = queue->second.front();
    if (next.asked.ask.has_history() && histories++ == limits_.histories) break;
    batch.push_back(std::move(next));
    queue->second.pop_front();
    --waiting_;
    turns_.pop_front();
    if (queue->second.empty()) {
      queues_.erase(queue);
    } else {
      turns_.push_back(queue->first);
    }
  }
  return batch;
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
    if (can_park_for(asks[i].client)) {
      parked_.push_back({std::move(asks[i]), std::move(batch[i].reply)});
    } else {
      batch[i].reply(come_again(Code::provider_unavailable,
                                "too many requests wait for this provider's keys"));
    }
  }
}

wire::v1::Answer Worker::come_again(Code code, const std::string& why) const {
  wire::v1::Answer answer =
      refusal({code, why + "; ask again in " + std::to_string(limits_.wait_s) + " s"});
  answer.mutable_refused()->set_wait_s(limits_.wait_s);
  return answer;
}

}  // namespace quorate::server
