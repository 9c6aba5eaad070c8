#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/world/queue.h"
#include "sim/world/stream.h"
#include "sim/world/trace.h"

namespace quorate::sim {
namespace {

TEST(Streams, AreNamedByLabelsAndSeedsAlone) {
  Stream a(7, "net/a>b/loss");
  Stream same(7, "net/a>b/loss");
  Stream other_label(7, "net/b>a/loss");
  Stream other_seed(8, "net/a>b/loss");
  const std::uint64_t first = a.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other_label.next());
  EXPECT_NE(first, other_seed.next());
  EXPECT_EQ(first, a.output(0));
  EXPECT_EQ(a.next(), same.output(1));
}

TEST(Streams, ExponentialTimesHaveTheirMeanAndTheirTail) {
  Stream stream(1, "exponential");
  constexpr std::uint64_t mean = 1'000'000;
  constexpr int draws = 200'000;
  std::uint64_t sum = 0;
  int beyond_three = 0;
  for (int i = 0; i < draws; ++i) {
    const std::uint64_t drawn = stream.exponential(mean);
    sum += drawn;
    if (drawn > 3 * mean) ++beyond_three;
  }
  EXPECT_NEAR(static_cast<double>(sum) / draws, 1e6, 1e4);
  EXPECT_NEAR(static_cast<double>(beyond_three) / draws, 0.0498, 0.003);  // e^-3
}

TEST(Streams, LogUniformStaysWithinItsBounds) {
  Stream stream(1, "log");
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t drawn = stream.log_uniform(3, 5000);
    EXPECT_GE(drawn, 3U);
    EXPECT_LE(drawn, 5000U);
  }
}

TEST(Streams, ChancesAreMetAsOftenAsTheySay) {
  Stream stream(1, "chance");
  int met = 0;
  for (int i = 0; i < 100'000; ++i) met += stream.chance(percent(25)) ? 1 : 0;
  EXPECT_NEAR(met, 25'000, 600);
  EXPECT_FALSE(stream.chance(0));
}

TEST(StreamEntropy, IsTheSameForTheSameSeedAndNeverRepeats) {
  StreamEntropy a(1, "node1/entropy");
  StreamEntropy b(1, "node1/entropy");
  ByteArray<32> first{};
  ByteArray<32> again{};
  ByteArray<32> second{};
  a.fill(first);
  b.fill(again);
  a.fill(second);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, second);
}

TEST(Queue, RunsByTimeAndThenByOrderOfArrival) {
  Queue queue;
  std::string order;
  queue.at(20, [&] { order += 'c'; });
  queue.at(10, [&] {
    order += 'a';
    queue.in(0, [&] { order += 'b'; });
  });
  queue.at(20, [&] { order += 'd'; });
  while (queue.run_next(30)) {
  }
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(queue.now(), 30U);
  EXPECT_EQ(queue.events(), 4U);
}

TEST(Trace, HashesWhatHappenedAndNotWhatWasSaid) {
  std::string said;
  Trace read(
      [&](Time /*time*/, std::string_view /*host*/, std::string_view text) { said += text; });
  Trace unread;
  for (Trace* trace : {&read, &unread}) {
    trace->event(1, "node1", "partial", Bytes{1, 2});
    trace->say(1, "node1", [] { return std::string("hello"); });
  }
  EXPECT_EQ(said, "hello");
  EXPECT_EQ(read.hash(), unread.hash());
  unread.event(2, "node1", "crash");
  EXPECT_NE(read.hash(), unread.hash());
  Trace moved;  // the same bytes, cut at another place
  moved.event(1, "node1", "partia", Bytes{'l', 1, 2});
  EXPECT_NE(read.hash(), moved.hash());
}

}  // namespace
}  // namespace quorate::sim
