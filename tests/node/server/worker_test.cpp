#include "node/server/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/base/code.h"
#include "tests/proto/channel/loopback.h"

namespace quorate::server {
namespace {

using testing::key;

// A gate that the core waits at, so that a test decides how long an ask takes.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void await_arrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return arrived_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int arrived_ = 0;
};

class Replies {
 public:
  Service::Reply next() {
    return [this](wire::v1::Answer answer) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));
      changed_.notify_all();
    };
  }
  std::vector<wire::v1::Answer> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30),
                                  [&] { return answers_.size() >= count; }));
    return answers_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<wire::v1::Answer> answers_;
};

wire::v1::Ask ask(std::uint64_t epoch) {
  wire::v1::Ask out;
  out.mutable_commit()->set_epoch(epoch);
  return out;
}

std::vector<std::optional<wire::v1::Answer>> answer_all(std::size_t count) {
  return std::vector<std::optional<wire::v1::Answer>>(count, wire::v1::Answer());
}

std::optional<wire::v1::Answer> echo(const wire::v1::Ask& one) {
  wire::v1::Answer out;
  out.mutable_commitments()->set_epoch(one.commit().epoch());
  return out;
}

TEST(Worker, HandsOverWithTheClientsKeyAndAnswersEachAskWithItsOwn) {
  Replies replies;
  const auto core = [](std::span<const Worker::Asked> asks) {
    std::vector<std::optional<wire::v1::Answer>> out;
    for (const Worker::Asked& asked : asks) {
      EXPECT_EQ(asked.client, key(2).public_key());
      out.push_back(echo(asked.ask));
    }
    return out;
  };
  Worker worker(core, {});
  for (std::uint64_t i = 0; i < 100; ++i) worker.ask(key(2).public_key(), ask(i), replies.next());
  const auto answers = replies.await(100);
  ASSERT_EQ(answers.size(), 100U);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(answers[i].commitments().epoch(), i);
}

TEST(Worker, HandsOverTogetherWhatCameMeanwhileAndNoMoreThanABatch) {
  Gate gate;
  Replies replies;
  std::vector<std::size_t> batches;
  const auto core = [&](std::span<const Worker::Asked> asks) {
    gate.pass();
    batches.push_back(asks.size());
    return answer_all(asks.size());
  };
  Worker worker(core, {.batch = 4});
  worker.ask(key(2).public_key(), ask(0), replies.next());
  gate.await_arrival();
  for (int i = 0; i < 6; ++i) worker.ask(key(2).public_key(), ask(0), replies.next());
  gate.open();
  replies.await(7);
  worker.stop();
  EXPECT_EQ(batches, (std::vector<std::size_t>{1, 4, 2}));
}

TEST(Worker, ParksAnAskUntilItIsToldToTryAgain) {
  Replies parked, served;
  bool is_ready = false;  // the worker's thread alone looks
  const auto core = [&](std::span<const Worker::Asked> asks) {
    std::vector<std::optional<wire::v1::Answer>> out;
    for (const Worker::Asked& asked : asks) {
      const bool may_wait = asked.ask.commit().epoch() == 7;
      out.push_back(may_wait && !is_ready ? std::nullopt : echo(asked.ask));
    }
    return out;
  };
  Worker worker(core, {.queue = 2});
  worker.ask(key(2).public_key(), ask(7), parked.next());
  worker.ask(key(2).public_key(), ask(8), served.next());
  EXPECT_EQ(served.await(1).at(0).commitments().epoch(), 8U);
  worker.post([&] {
    is_ready = true;
    worker.retry_parked();
  });
  EXPECT_EQ(parked.await(1).at(0).commitments().epoch(), 7U);
}

TEST(Worker, CountsWhatIsParkedAndRefusesItWhenItStops) {
  Replies parked, refused;
  Gate gate;
  gate.open();
  const auto core = [&](std::span<const Worker::Asked> asks) {
    gate.pass();
    return std::vector<std::optional<wire::v1::Answer>>(asks.size());
  };
  Worker worker(core, {.queue = 1});
  worker.ask(key(2).public_key(), ask(0), parked.next());
  gate.await_arrival();
  // A task runs when what was in hand has been parked.
  std::promise<void> is_parked;
  worker.post([&] { is_parked.set_value(); });
  is_parked.get_future().wait();
  worker.ask(key(3).public_key(), ask(0), refused.next());
  EXPECT_EQ(refused.await(1).at(0).refused().code(), number(Code::busy));
  worker.stop();
  EXPECT_EQ(parked.await(1).at(0).refused().code(), number(Code::stopping));
}

TEST(Worker, RefusesAtOnceWhatItsQueueDoesNotHold) {
  Gate gate;
  Replies served, refused;
  const auto core = [&](std::span<const Worker::Asked> asks) {
    gate.pass();
    return answer_all(asks.size());
  };
  Worker worker(core, {.queue = 2, .wait_s = 3});
  worker.ask(key(2).public_key(), ask(0), served.next());
  gate.await_arrival();  // so that it is in hand, not in the queue
  for (int i = 0; i < 2; ++i) worker.ask(key(2).public_key(), ask(0), served.next());
  worker.ask(key(2).public_key(), ask(0), refused.next());
  const auto answer = refused.await(1).at(0);
  EXPECT_EQ(answer.refused().code(), number(Code::busy));
  EXPECT_EQ(answer.refused().wait_s(), 3U);
  gate.open();
  for (const auto& one : served.await(3)) EXPECT_FALSE(one.has_refused());
}

TEST(Worker, LetsTheAskInHandEndWhenItStopsAndRefusesTheRest) {
  Gate gate;
  Replies in_hand, waiting;
  const auto core = [&](std::span<const Worker::Asked> asks) {
    gate.pass();
    return answer_all(asks.size());
  };
  Worker worker(core, {});
  worker.ask(key(2).public_key(), ask(0), in_hand.next());
  gate.await_arrival();
  worker.ask(key(2).public_key(), ask(0), waiting.next());
  // The gate opens when the worker is known to be stopping: it says so to whoever asks.
  std::atomic<bool> is_stopping = false;
  std::thread opener([&] {
    while (!is_stopping) {
      worker.ask(key(2).public_key(), ask(0), [&](const wire::v1::Answer& answer) {
        if (answer.refused().code() == number(Code::stopping)) is_stopping = true;
      });
      std::this_thread::yield();
    }
    gate.open();
  });
  worker.stop();
  opener.join();
  EXPECT_FALSE(in_hand.await(1).at(0).has_refused());
  EXPECT_EQ(waiting.await(1).at(0).refused().code(), number(Code::stopping));
}

}  // namespace
}  // namespace quorate::server
