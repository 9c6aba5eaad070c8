#include "node/server/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
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

// Hands over `asks` of one client, all of which the core parks, and returns when it has.
void park(Worker& worker, std::uint8_t client, int asks, Replies& replies) {
  std::promise<void> are_queued;
  // A task runs before asks that wait, and when what was in hand has been parked.
  worker.post([&] { are_queued.get_future().wait(); });
  for (int i = 0; i < asks; ++i) {
    worker.ask(key(client).public_key(), ask(0), replies.next());
  }
  are_queued.set_value();
  Replies last;
  worker.ask(key(client).public_key(), ask(1), last.next());
  last.await(1);
  const auto are_parked =
      std::make_shared<std::promise<void>>();  // outlives this call for a moment
  worker.post([are_parked] { are_parked->set_value(); });
  are_parked->get_future().wait();
}

// Parks the asks of epoch 0.
std::vector<std::optional<wire::v1::Answer>> park_first_epoch(std::span<const Worker::Asked> asks) {
  std::vector<std::optional<wire::v1::Answer>> out;
  for (const Worker::Asked& asked : asks) {
    out.push_back(asked.ask.commit().epoch() == 0 ? std::nullopt : echo(asked.ask));
  }
  return out;
}

TEST(Worker, RefusesWhatIsParkedWhenItStops) {
  Replies parked;
  Worker worker(park_first_epoch, {});
  park(worker, 2, 3, parked);
  worker.stop();
  for (const auto& answer : parked.await(3)) {
    EXPECT_EQ(answer.refused().code(), number(Code::stopping));
  }
}

TEST(Worker, LetsWhatIsParkedTakeNoPlaceInTheQueue) {
  Replies parked, served;
  Worker worker(park_first_epoch, {.queue = 2, .per_client = 2});
  for (int i = 0; i < 4; ++i) park(worker, 2, 1, parked);
  for (const std::uint8_t client : {std::uint8_t{2}, std::uint8_t{3}}) {
    worker.ask(key(client).public_key(), ask(1), served.next());
  }
  for (const auto& answer : served.await(2)) EXPECT_TRUE(answer.has_commitments());
  worker.stop();
  for (const auto& answer : parked.await(4)) {
    EXPECT_EQ(answer.refused().code(), number(Code::stopping));
  }
}

TEST(Worker, ParksOnlySoManyOfOneClientAndOfAll) {
  Replies of_2, of_3, of_4;
  Worker worker(park_first_epoch, {.parked = 5, .parked_per_client = 3, .wait_s = 4});
  park(worker, 2, 4, of_2);
  const auto refused = of_2.await(1).at(0).refused();
  EXPECT_EQ(refused.code(), number(Code::provider_unavailable));
  EXPECT_EQ(refused.wait_s(), 4U);
  EXPECT_EQ(refused.reason(), "too many requests wait for this provider's keys; ask again in 4 s");
  park(worker, 3, 2, of_3);
  park(worker, 4, 1, of_4);
  EXPECT_EQ(of_4.await(1).at(0).refused().code(), number(Code::provider_unavailable));
  worker.stop();
  const auto last_of_2 = of_2.await(4);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(last_of_2.at(i).refused().code(), number(Code::stopping));
  }
  for (const auto& answer : of_3.await(2)) {
    EXPECT_EQ(answer.refused().code(), number(Code::stopping));
  }
}

TEST(Worker, HandsOverWhatWasParkedBeforeItsClientsOtherAsksInOrderOfArrival) {
  Replies replies;
  std::promise<void> are_parked;
  std::vector<std::uint64_t> epochs;
  bool is_ready = false;
  const auto core = [&](std::span<const Worker::Asked> asks) {
    std::vector<std::optional<wire::v1::Answer>> out;
    for (const Worker::Asked& asked : asks) {
      if (is_ready) epochs.push_back(asked.ask.commit().epoch());
      out.push_back(is_ready ? echo(asked.ask) : std::nullopt);
      if (!is_ready && asked.ask.commit().epoch() == 2) are_parked.set_value();
    }
    return out;
  };
  Worker worker(core, {});
  for (std::uint64_t epoch : {1, 2}) {
    worker.ask(key(2).public_key(), ask(epoch), replies.next());
  }
  are_parked.get_future().wait();
  std::promise<void> is_queued;
  worker.post([&] {
    is_queued.get_future().wait();
    is_ready = true;
    worker.retry_parked();
  });
  worker.ask(key(2).public_key(), ask(3), replies.next());
  is_queued.set_value();
  replies.await(3);
  worker.stop();
  EXPECT_EQ(epochs, (std::vector<std::uint64_t>{1, 2, 3}));
}

// Holds the first ask, of epoch 0, until the gate opens; writes down what comes then.
struct Batches {
  using Batch = std::vector<std::pair<ed25519::Point, std::uint64_t>>;
  Gate gate;
  std::vector<Batch> seen;

  Worker::Handle handle() {
    return [this](std::span<const Worker::Asked> asks) {
      gate.pass();
      Batch batch;
      for (const Worker::Asked& asked : asks) {
        batch.emplace_back(asked.client, asked.ask.has_history() ? asked.ask.history().from()
                                                                 : asked.ask.commit().epoch());
      }
      seen.push_back(std::move(batch));
      return answer_all(asks.size());
    };
  }
};

TEST(Worker, LetsClientsTakeTurns) {
  Batches batches;
  Replies replies;
  Worker worker(batches.handle(), {.batch = 4});
  const auto two = key(2).public_key();
  const auto three = key(3).public_key();
  const auto four = key(4).public_key();
  worker.ask(two, ask(0), replies.next());
  batches.gate.await_arrival();
  for (std::uint64_t i = 1; i <= 5; ++i) worker.ask(two, ask(i), replies.next());
  for (std::uint64_t i = 1; i <= 2; ++i) worker.ask(three, ask(i), replies.next());
  worker.ask(four, ask(1), replies.next());
  batches.gate.open();
  replies.await(9);
  worker.stop();
  EXPECT_EQ(batches.seen, (std::vector<Batches::Batch>{
                              {{two, 0}},
                              {{two, 1}, {three, 1}, {four, 1}, {two, 2}},
                              {{three, 2}, {two, 3}, {two, 4}, {two, 5}},
                          }));
}

TEST(Worker, HandsOverOnlySoManyHistoriesTogether) {
  Batches batches;
  Replies replies;
  Worker worker(batches.handle(), {.histories = 2});
  const auto two = key(2).public_key();
  const auto three = key(3).public_key();
  worker.ask(two, ask(0), replies.next());
  batches.gate.await_arrival();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    wire::v1::Ask history;
    history.mutable_history()->set_from(i);
    worker.ask(two, history, replies.next());
  }
  worker.ask(three, ask(9), replies.next());
  batches.gate.open();
  replies.await(7);
  worker.stop();
  EXPECT_EQ(batches.seen, (std::vector<Batches::Batch>{
                              {{two, 0}},
                              {{two, 1}, {three, 9}, {two, 2}},
                              {{two, 3}, {two, 4}},
                              {{two, 5}},
                          }));
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
