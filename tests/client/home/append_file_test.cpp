#include "client/home/append_file.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

Bytes bytes(std::string_view text) {
  const ByteView view = bytes_of(text);
  return {view.begin(), view.end()};
}

class AppendFileTest : public ::testing::Test {
 protected:
  void append(std::uint64_t from, std::string_view text) const {
    AppendFile file = AppendFile::open(path, from, Shorter::refuse).value();
    ASSERT_TRUE(file.append(bytes_of(text)).has_value());
    ASSERT_TRUE(file.sync().has_value());
    EXPECT_EQ(file.size(), from + text.size());
  }
  testing::TemporaryFolder folder;
  const Path path = folder / "new" / "file";
};

TEST_F(AppendFileTest, GrowsAndCutsOffWhatLiesBehind) {
  append(0, "hello");
  append(5, " world");
  append(4, "p");
  EXPECT_EQ(read_file(path, 100).value(), "hellp");
}

TEST_F(AppendFileTest, NoticesThatSomethingIsGone) {
  append(0, "hello");
  EXPECT_EQ(AppendFile::open(path, 6, Shorter::refuse).error().code, Code::io);
  EXPECT_EQ(AppendFile::open(path, 6, Shorter::accept)->size(), 5u);
}

TEST_F(AppendFileTest, IsReadNoFurtherThanAsked) {
  append(0, std::string(600'000, 'a') + "tail");
  FileReader reader = FileReader::open(path, 600'002).value();
  EXPECT_EQ(reader.read(599'999)->size(), 599'999u);
  EXPECT_EQ(reader.read(3).value(), bytes("ata"));
  EXPECT_EQ(reader.left(), 0u);
  EXPECT_FALSE(reader.read(1).has_value());
  FileReader beyond = FileReader::open(path, 600'005).value();
  EXPECT_EQ(beyond.read(600'005).error().code, Code::io);
}

TEST_F(AppendFileTest, ReadsBlobsWithinTheirLimit) {
  append(0, std::string("\0\0\0\3abc\0\0\0\4", 11));
  FileReader reader = FileReader::open(path, 11).value();
  EXPECT_EQ(reader.read_blob(3).value(), bytes("abc"));
  EXPECT_EQ(reader.read_blob(3).error().code, Code::malformed);
}

}  // namespace
}  // namespace quorate::home
