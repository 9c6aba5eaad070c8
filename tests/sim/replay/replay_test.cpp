// What stands in the entries of a recording: it comes back as it was, and anything else is refused
// before a core sees it. Recordings of real processes: tests/end_to_end/recording_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "client/recording/recording.h"
#include "node/recording/recording.h"
#include "proto/recording/writer.h"
#include "sim/replay/replay.h"
#include "tests/support/dealer.h"
#include "tests/support/temporary_folder.h"

namespace quorate::recording {
namespace {

using ::testing::HasSubstr;
using testing::identifier;
using testing::SeededEntropy;
using testing::TemporaryFolder;

ed25519::Point point(Entropy& entropy) {
  return ed25519::Point::base_times(ed25519::SecretScalar::draw(entropy));
}

frost::Commitment pair_of(std::uint16_t who, Entropy& entropy) {
  return {identifier(who), point(entropy), point(entropy)};
}

coordinator::Task task_of(Entropy& entropy) {
  const testing::DealtRoot root = testing::deal(2, std::uint16_t{3}, entropy);
  ceremony::EpochRecord record{"files", "file", {}, root.commitments, {}};
  record.members.epoch = 1;
  record.members.threshold = 2;
  for (std::uint16_t i = 1; i <= 3; ++i) {
    record.members.members.push_back({identifier(i), point(entropy)});
  }
  coordinator::Task task{record, "test", {}, {}, Bytes(40, 1)};
  for (std::uint16_t i = 1; i <= 3; ++i) {
    task.names.emplace(identifier(i), "node" + std::to_string(i));
  }
  task.blamed = {identifier(2)};
  return task;
}

std::vector<coordinator::Event> every_event(Entropy& entropy) {
  const coordinator::Fresh fresh{{7}, {pair_of(1, entropy), pair_of(1, entropy)}};
  return {coordinator::Start{{{identifier(1), {pair_of(1, entropy), {7}, 5}},
                              {identifier(3), {pair_of(3, entropy), {8}, 6}}}},
          coordinator::CommitmentsArrived{identifier(1), fresh},
          coordinator::PartialArrived{identifier(1), {Bytes(66, 2), {3}}, Bytes(100, 4), fresh},
          coordinator::Refused{identifier(2), 404, "busy\n", 3, fresh, Bytes(9, 9), {1}},
          coordinator::MalformedAnswer{identifier(2), "nonsense"},
          coordinator::Lost{identifier(3), "connection refused"},
          coordinator::Reconnected{identifier(3)},
          coordinator::Tick{},
          coordinator::Deadline{}};
}

Code code_of(const auto& result) { return result ? Code::internal : result.error().code; }

Bytes with_more(Bytes bytes) {
  bytes.push_back(0);
  return bytes;
}

TEST(ClientEntries, ComeBackAsTheyWereAndNothingCutOrLengthenedDoes) {
  SeededEntropy entropy(1);
  for (const coordinator::Event& event : every_event(entropy)) {
    const Bytes bytes = encode(event);
    const auto again = decode_event(bytes);
    ASSERT_TRUE(again) << event.index() << ": " << again.error().message;
    EXPECT_EQ(again->index(), event.index());
    EXPECT_EQ(encode(*again), bytes);
    EXPECT_EQ(code_of(decode_event(with_more(bytes))), Code::malformed);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(decode_event(ByteView(bytes).first(size))) << event.index() << ", " << size;
    }
  }
  coordinator::Latencies latencies;
  const coordinator::Task task = task_of(entropy);
  const ed25519::Point& quick = task.record.members.members[0].identity;
  const ed25519::Point& silent = task.record.members.members[2].identity;
  for (const std::uint64_t ms : {5, 7, 6}) latencies.record(quick, ms);
  latencies.record(silent, 9);
  latencies.record_silence(silent, 900);
  const Bytes bytes = encode(task, latencies);
  const auto again = decode_task(bytes);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(encode(again->task, again->latencies), bytes);
  EXPECT_EQ(again->latencies.median_ms(quick), latencies.median_ms(quick));
  EXPECT_TRUE(again->latencies.is_silent(silent));
  EXPECT_FALSE(again->latencies.is_silent(quick));
  EXPECT_EQ(code_of(decode_task(with_more(bytes))), Code::malformed);
}

TEST(ClientEntries, RefuseWhatNoDriverTells) {
  SeededEntropy entropy(2);
  EXPECT_EQ(code_of(decode_event(Bytes{0})), Code::malformed) << "no such event";
  EXPECT_EQ(code_of(decode_event(Bytes{10})), Code::malformed) << "no such event";
  EXPECT_EQ(code_of(decode_event(Bytes{7, 0, 0})), Code::malformed) << "the participant 0";
  EXPECT_EQ(code_of(decode_event(Bytes{6, 0, 1, 0xff, 0, 0, 0})), Code::too_large);
  Bytes start = encode(
      coordinator::Event(coordinator::Start{{{identifier(1), {pair_of(1, entropy), {}, 5}},
                                             {identifier(2), {pair_of(2, entropy), {}, 5}}}}));
  start[4] = 3;  // the first of the two is now behind the second
  EXPECT_EQ(code_of(decode_event(start)), Code::malformed);
  coordinator::Task task = task_of(entropy);
  task.hedge = {100, 50};
  EXPECT_EQ(code_of(decode_task(encode(task, {}))), Code::malformed);
}

TEST(NodeEntries, ComeBackAsTheyWereAndHaveOneForm) {
  SeededEntropy entropy(3);
  const node::Now now{1000, {5, -7}};
  Begin begin{"1.0",
              "version = 1\n",
              point(entropy),
              now,
              node::ClockWord::given,
              {"version = 1\n", {{"a", "{}"}, {"b", "[]"}}},
              {Bytes(10, 1), {}}};
  const Bytes begun = encode(begin);
  const auto again = decode_begin(begun);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(encode(*again), begun);
  EXPECT_EQ(again->policy, begin.policy);
  EXPECT_EQ(again->now.clocks.wall_minus_boot_ms, -7);
  EXPECT_EQ(code_of(decode_begin(with_more(begun))), Code::malformed);

  std::vector<AnswerLine> answers(2);
  answers[0].kind = AnswerLine::Kind::refused;
  answers[0].code = 400;
  answers[0].reason = "forgotten";
  answers[0].fresh = {pair_of(2, entropy)};
  answers[1].kind = AnswerLine::Kind::partial;
  answers[1].verdict = Bytes(50, 5);
  Bytes said = encode(answers);
  ASSERT_TRUE(decode_answers(said));
  EXPECT_EQ(encode(*decode_answers(said)), said);
  said[2] = 9;
  EXPECT_EQ(code_of(decode_answers(said)), Code::malformed) << "no such kind";

  const FetchedDocuments failed{now, 3, tl::unexpected(Error{Code::unreachable, "gone"})};
  const auto fetched = decode_fetched(encode(failed));
  ASSERT_TRUE(fetched && !fetched->answer);
  EXPECT_EQ(fetched->answer.error().message, "gone");
  const FetchedDocuments here{now, 4, oidc::Documents{"{}", 60}};
  EXPECT_EQ(decode_fetched(encode(here))->answer->max_age_s, 60U);

  Bytes reload = encode(Reload{now, {}});
  ASSERT_TRUE(decode_reload(reload));
  reload[24] = 2;
  EXPECT_EQ(code_of(decode_reload(reload)), Code::malformed) << "neither there nor not there";
  Bytes without = encode(Reload{now, {"text", {}}});
  without[24] = 0;
  EXPECT_EQ(code_of(decode_reload(without)), Code::malformed) << "the text of none";
}

class Replay : public ::testing::Test {
 protected:
  sim::replay::Report play(Core core, const std::vector<Entry>& entries) {
    const TemporaryFolder folder;
    auto writer = Writer::create(folder / "r", core, Writer::usual_limit).value();
    for (const Entry& entry : entries) {
      if (!writer.append(entry)) ADD_FAILURE() << "an entry was not written";
    }
    std::ifstream in(folder / "r", std::ios::binary);
    const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
    return sim::replay::replay(bytes, folder.path(), [](const std::string&) {}).value();
  }
  static Entry entry(ClientEntry kind, std::uint64_t time_ms, Bytes body) {
    return {static_cast<std::uint8_t>(kind), time_ms, std::move(body)};
  }

  SeededEntropy entropy_{4};
  const Entry task_ = entry(ClientEntry::task, 100, encode(task_of(entropy_), {}));
  const Entry start_ =
      entry(ClientEntry::event, 100, encode(coordinator::Event(coordinator::Start{})));
};

TEST_F(Replay, TellsNoCoreWhatNoDriverTellsIt) {
  const auto broken = [this](const std::vector<Entry>& entries) {
    const auto report = play(Core::coordinator, entries);
    return report.broken ? report.broken->message : "";
  };
  const Entry tick =
      entry(ClientEntry::event, 100, encode(coordinator::Event(coordinator::Tick{})));
  const Entry actions =
      entry(ClientEntry::actions, 100, encode(std::vector<coordinator::Action>()));
  Entry early = tick;
  early.time_ms = 99;
  EXPECT_THAT(broken({}), HasSubstr("before it has begun"));
  EXPECT_THAT(broken({start_}), HasSubstr("entry 1"));
  EXPECT_THAT(broken({task_, tick}), HasSubstr("not the start"));
  EXPECT_THAT(broken({task_, start_, actions, start_}), HasSubstr("a second time"));
  EXPECT_THAT(broken({task_, start_, actions, early}), HasSubstr("before the one before"));
  EXPECT_THAT(broken({task_, start_, start_}), HasSubstr("entry 3"));
  EXPECT_THAT(broken({task_, actions}), HasSubstr("no event"));
}

TEST_F(Replay, FindsTheFirstAnswerThatDiffers) {
  const auto report =
      play(Core::coordinator, {task_, start_, entry(ClientEntry::actions, 100, {0, 0})});
  EXPECT_EQ(report.compared, 1U);
  ASSERT_TRUE(report.difference);
  EXPECT_EQ(report.difference->entry, 3U);
  EXPECT_THAT(report.difference->what, HasSubstr("start, with 0 commitments"));
}

TEST_F(Replay, OfANodeBeginsWithItsStart) {
  EXPECT_TRUE(play(Core::node, {}).broken);
  EXPECT_TRUE(play(Core::node, {{4, 0, {}}}).broken);
  Begin begin{"1.0", "no toml", point(entropy_), {}, node::ClockWord::none, {}, {}};
  EXPECT_EQ(play(Core::node, {{1, 0, encode(begin)}}).broken->code, Code::configuration);
}

}  // namespace
}  // namespace quorate::recording
