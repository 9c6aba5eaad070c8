// A production incident becomes a test: what nodes and clients recorded, run again.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "node/recording/recording.h"
#include "proto/recording/reader.h"
#include "proto/recording/writer.h"
#include "sim/replay/replay.h"
#include "tests/end_to_end/dev_quorum.h"
#include "tests/support/temporary_folder.h"

namespace quorate::testing {
namespace {

using recording::Entry;
using recording::NodeEntry;
using ::testing::HasSubstr;
using ::testing::Not;

Bytes bytes_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Played {
  sim::replay::Report report;
  std::string story;
};

Played play(const Bytes& bytes) {
  const TemporaryFolder folder;
  Played played;
  auto report = sim::replay::replay(bytes, folder.path(),
                                    [&](const std::string& line) { played.story += line + "\n"; });
  if (!report) throw std::runtime_error(report.error().message);
  played.report = *std::move(report);
  return played;
}

void expect_same(const Played& played) {
  EXPECT_FALSE(played.report.difference) << played.report.difference->what << "\n" << played.story;
  EXPECT_FALSE(played.report.broken) << played.report.broken->message << "\n" << played.story;
  EXPECT_GT(played.report.compared, 0U);
}

std::vector<Entry> entries_of(const Bytes& bytes) {
  std::vector<Entry> entries;
  recording::Reader reader = recording::Reader::open(bytes).value();
  while (auto entry = reader.next().value()) entries.push_back(*std::move(entry));
  return entries;
}

Bytes written(recording::Core core, const std::vector<Entry>& entries) {
  const TemporaryFolder folder;
  auto writer =
      recording::Writer::create(folder / "r", core, recording::Writer::usual_limit).value();
  for (const Entry& entry : entries) {
    if (!writer.append(entry)) ADD_FAILURE() << "an entry was not written";
  }
  return bytes_in(folder / "r");
}

// One incident, recorded by a node and by the clients: charlie is down, and somebody asks for what
// nobody allows. Then the power fails.
class Recording : public DevQuorum {
 protected:
  static void SetUpTestSuite() {
    begin("--custody file");
    shell().write("note.txt", "a note\n");
    stop_node("alpha");
    kill_node("charlie");
    run("setsid quorate-node run d/nodes/alpha --record alpha.rec >>d/nodes/alpha/log 2>&1 &");
    until(0, "quorate sign --root files --force --timeout 2 note.txt");
    signed_ = run("quorate sign --root files --force --record signed.rec note.txt");
    refused_ =
        run("quorate sign --root files --namespace mail --force --record refused.rec "
            "note.txt");
    kill_node("alpha");
  }
  void SetUp() override {}

  static Bytes recorded(const std::string& name) { return bytes_in(shell().folder() / name); }

  static inline Ended signed_;
  static inline Ended refused_;
};

TEST_F(Recording, OfAClientIsDoneAgainByteForByte) {
  ASSERT_EQ(signed_.exit, 0) << shown(signed_);
  const Played signing = play(recorded("signed.rec"));
  expect_same(signing);
  EXPECT_EQ(signing.report.core, recording::Core::coordinator);
  EXPECT_THAT(signing.story, HasSubstr("charlie is lost: "));
  EXPECT_THAT(signing.story, HasSubstr("has a signature, of 2"));

  ASSERT_EQ(refused_.exit, 1) << shown(refused_);
  const Played refusing = play(recorded("refused.rec"));
  expect_same(refusing);
  EXPECT_THAT(refusing.story, HasSubstr("alpha refused: "));
  EXPECT_THAT(refusing.story, HasSubstr("gives up: "));
}

TEST_F(Recording, OfANodeLeadsToTheSameDecisions) {
  const Played played = play(recorded("alpha.rec"));
  expect_same(played);
  EXPECT_EQ(played.report.core, recording::Core::node);
  EXPECT_THAT(played.story, HasSubstr("partial, verdict approved"));
  EXPECT_THAT(played.story, HasSubstr("verdict refused"));
  EXPECT_THAT(played.story, Not(HasSubstr("BUT NOW")));
}

TEST_F(Recording, HasNothingSecretAndIsItsOwnersAlone) {
  const Bytes bytes = recorded("alpha.rec");
  std::string passphrase = run("cat d/nodes/alpha/passphrase").out;
  while (!passphrase.empty() && passphrase.back() == '\n') passphrase.pop_back();
  ASSERT_GT(passphrase.size(), 5U);
  EXPECT_THAT(std::string(text_of(bytes)), Not(HasSubstr(passphrase)));
  EXPECT_EQ(run("stat -c %a alpha.rec signed.rec").out, "600\n600\n");
  const Ended again = run("quorate sign --root files --force --record signed.rec note.txt");
  EXPECT_NE(again.exit, 0) << "a recording is never written over";
}

TEST_F(Recording, OfAnotherPolicyThanTodaysNamesTheFirstDecisionThatDiffers) {
  std::vector<Entry> entries = entries_of(recorded("alpha.rec"));
  recording::Begin begin = recording::decode_begin(entries.front().body).value();
  begin.policy.policy.reset();  // as if the node allowed nothing
  entries.front().body = recording::encode(begin);
  const Played played = play(written(recording::Core::node, entries));
  ASSERT_TRUE(played.report.difference) << played.story;
  EXPECT_THAT(played.report.difference->what, HasSubstr("verdict approved; now refused: "));
  EXPECT_THAT(played.story, HasSubstr("BUT NOW"));
}

TEST_F(Recording, OfAClientThatDidSomethingElseSaysWhere) {
  std::vector<Entry> entries = entries_of(recorded("signed.rec"));
  ASSERT_GT(entries.size(), 4U);
  entries[2].body = entries[4].body;
  const Played played = play(written(recording::Core::coordinator, entries));
  ASSERT_TRUE(played.report.difference) << played.story;
  EXPECT_EQ(played.report.difference->entry, 3U);
}

TEST_F(Recording, ThatWasChangedOrCutIsToldSoAndNeverCrashes) {
  for (const char* name : {"alpha.rec", "signed.rec"}) {
    const Bytes whole = recorded(name);
    ASSERT_GT(whole.size(), 500U);
    Bytes changed = whole;
    changed[whole.size() / 2] ^= 1;
    const Played altered = play(changed);
    EXPECT_TRUE(altered.report.broken || altered.report.is_cut) << altered.story;
    EXPECT_FALSE(altered.report.difference) << "all that is left of it is as it was";

    const Played cut = play(Bytes(whole.begin(), whole.end() - 3));
    EXPECT_TRUE(cut.report.is_cut);
    EXPECT_FALSE(cut.report.broken);
    EXPECT_FALSE(cut.report.difference);
  }
}

// Whoever writes the file himself gets the checks right: what he writes may be nonsense still.
TEST_F(Recording, ThatSomebodyMadeUpIsRefusedAndNeverCrashes) {
  for (const char* name : {"alpha.rec", "signed.rec"}) {
    const Bytes whole = recorded(name);
    const std::vector<Entry> entries = entries_of(whole);
    const auto core = recording::Reader::open(whole)->core();
    for (std::size_t k = 0; k < entries.size() && k < 8; ++k) {
      for (std::size_t place = 0; place < entries[k].body.size();
           place += entries[k].body.size() / 5 + 1) {
        std::vector<Entry> changed(entries.begin(), entries.begin() + static_cast<long>(k) + 1);
        changed[k].body[place] ^= 0x81;
        (void)play(written(core, changed));
      }
      std::vector<Entry> twice(entries.begin(), entries.begin() + static_cast<long>(k) + 1);
      twice.push_back(entries[k]);
      (void)play(written(core, twice));
      std::vector<Entry> without = entries;
      without.erase(without.begin() + static_cast<long>(k));
      (void)play(written(core, without));
    }
  }
}

}  // namespace
}  // namespace quorate::testing
