// A recording comes back as it was written, up to where its writer died; and whatever else a file
// may be, it is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "proto/recording/reader.h"
#include "proto/recording/writer.h"
#include "tests/support/temporary_folder.h"

namespace quorate::recording {
namespace {

using testing::TemporaryFolder;

Bytes read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Bytes written(const std::vector<Entry>& entries) {
  const TemporaryFolder folder;
  Writer writer = Writer::create(folder / "r", Core::node, Writer::usual_limit).value();
  for (const Entry& entry : entries) {
    if (!writer.append(entry)) ADD_FAILURE() << "an entry was not written";
  }
  return read(folder / "r");
}

struct Found {
  std::vector<Entry> entries;
  std::optional<Error> error;
  bool is_cut = false;
};

Found found_in(ByteView bytes) {
  Found found;
  Result<Reader> reader = Reader::open(bytes);
  if (!reader) return {{}, reader.error(), false};
  while (true) {
    Result<std::optional<Entry>> entry = reader->next();
    if (!entry) {
      found.error = entry.error();
      const auto again = reader->next();
      EXPECT_TRUE(!again && again.error().code == found.error->code) << "and says so for ever";
      return found;
    }
    if (!*entry) break;
    found.entries.push_back(**std::move(entry));
  }
  found.is_cut = reader->is_cut();
  EXPECT_EQ(reader->count(), found.entries.size());
  return found;
}

const std::vector<Entry> three = {{1, 1000, {1, 2, 3}}, {2, 2000, {}}, {200, 2000, Bytes(300, 7)}};

TEST(Recording, ComesBackAsItWasWritten) {
  const Found found = found_in(written(three));
  EXPECT_EQ(found.entries, three);
  EXPECT_FALSE(found.error);
  EXPECT_FALSE(found.is_cut);
}

TEST(Recording, IsReadableUpToAnyByteWhereItsWriterDied) {
  const Bytes whole = written(three);
  for (std::size_t size = 6; size < whole.size(); ++size) {
    const Found found = found_in(ByteView(whole).first(size));
    EXPECT_FALSE(found.error) << size << ": " << found.error->message;
    ASSERT_LE(found.entries.size(), 2U) << size;
    EXPECT_TRUE(std::equal(found.entries.begin(), found.entries.end(), three.begin()));
    // A cut between two entries can't be seen, and any other one is said.
    EXPECT_EQ(
        found.is_cut,
        written({three.begin(), three.begin() + static_cast<std::ptrdiff_t>(found.entries.size())})
                .size() != size);
  }
}

// A changed length may look like a writer that died; anything else is named.
RC_GTEST_PROP(Recording, NeverTakesAChangedByteForWhatWasWritten, ()) {
  Bytes bytes = written(three);
  const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[place] = static_cast<std::uint8_t>(bytes[place] ^ *rc::gen::inRange(1, 256));
  const Found found = found_in(bytes);
  RC_ASSERT(found.error || found.is_cut);
  RC_ASSERT(found.entries.size() < three.size());
  RC_ASSERT(std::equal(found.entries.begin(), found.entries.end(), three.begin()));
}

TEST(Recording, RefusesWhatIsNone) {
  const Bytes good = written(three);
  const auto code_of = [](const Bytes& bytes) {
    const Found found = found_in(bytes);
    return found.error ? std::optional(found.error->code) : std::nullopt;
  };
  const auto with = [&good](std::size_t place, std::uint8_t value) {
    Bytes bytes = good;
    bytes[place] = value;
    return bytes;
  };
  EXPECT_EQ(code_of({}), Code::malformed);
  EXPECT_EQ(code_of({'Q', 'R', 'E', 'C', 1}), Code::malformed);
  EXPECT_EQ(code_of(with(0, 'q')), Code::malformed);
  EXPECT_EQ(code_of(with(4, 2)), Code::malformed) << "a later version";
  EXPECT_EQ(code_of(with(5, 3)), Code::malformed) << "of something else";
  EXPECT_EQ(code_of(with(6, 0xff)), Code::too_large) << "four bytes that claim four gigabytes";
  Bytes too_short = with(9, 3);
  EXPECT_EQ(code_of(too_short), Code::malformed);
  Bytes behind = good;
  behind.insert(behind.end(), 40, 0);
  EXPECT_EQ(code_of(behind), Code::malformed) << "zeros behind the end";
}

TEST(Writer, WritesAFileOfItsOwnerAloneAndOverNone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Writer::create(folder / "r", Core::node, 1000));
  struct stat status {};
  ASSERT_EQ(stat((folder / "r").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto again = Writer::create(folder / "r", Core::node, 1000);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::io);
  const auto nowhere = Writer::create(folder / "none" / "r", Core::node, 1000);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Code::io);
}

TEST(Writer, StopsAtItsLimitSaysSoOnceAndLeavesWhatIsReadable) {
  const TemporaryFolder folder;
  Writer writer = Writer::create(folder / "r", Core::coordinator, 100).value();
  ASSERT_TRUE(writer.append({1, 1, Bytes(20, 1)}));
  const Status over = writer.append({1, 2, Bytes(60, 1)});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Code::too_large);
  EXPECT_FALSE(writer.is_open());
  EXPECT_TRUE(writer.append({1, 3, {}})) << "and is silent from then on";
  const Found found = found_in(read(folder / "r"));
  EXPECT_EQ(found.entries.size(), 1U);
  EXPECT_FALSE(found.error);
}

}  // namespace
}  // namespace quorate::recording
