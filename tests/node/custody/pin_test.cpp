#include "node/custody/pin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include "tests/support/temporary_folder.h"

namespace quorate::custody {
namespace {

using quorate::testing::TemporaryFolder;
using ::testing::HasSubstr;

// Each test runs with neither variable set, whatever the shell around it says.
class PinTest : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void clear() {
    ::unsetenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): one thread
    ::unsetenv("QUORATE_PIN");            // NOLINT(concurrency-mt-unsafe): one thread
  }
  static void set(const char* variable, const std::string& value) {
    ::setenv(variable, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
  }
  static std::string text(const Result<Pin>& pin) {
    return pin ? std::string(text_of(pin->bytes.expose())) : "no PIN: " + pin.error().message;
  }

  TemporaryFolder folder_;
};

TEST_F(PinTest, ComesFromTheFileWithoutItsNewline) {
  EXPECT_EQ(text(read_pin({folder_.write("pin", "1234\n")})), "1234");
  EXPECT_EQ(text(read_pin({folder_.write("pin", "1234")})), "1234");
  EXPECT_EQ(text(read_pin({folder_.write("pin", " a:b \n\n")})), " a:b \n");
}

TEST_F(PinTest, IsRefusedFromAFileThatOthersMayRead) {
  const auto file = folder_.write("pin", "1234");
  for (const mode_t mode : {0640u, 0604u, 0620u, 0601u}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto pin = read_pin({file});
    ASSERT_FALSE(pin);
    EXPECT_EQ(pin.error().code, Code::pin_missing);
    EXPECT_THAT(pin.error().message, HasSubstr("chmod 600"));
  }
}

TEST_F(PinTest, IsMissingWhereTheFileIsEmptyTooLongAFolderOrNotThere) {
  for (const auto& file :
       {folder_.write("empty", ""), folder_.write("newline", "\n"),
        folder_.write("long", std::string(256, '1')),
        folder_.write("longer", std::string(1000, '1')), folder_.path(), folder_ / "nothing"}) {
    const auto pin = read_pin({file});
    ASSERT_FALSE(pin) << file;
    EXPECT_EQ(pin.error().code, Code::pin_missing);
  }
  std::string with_newline(256, '1');
  with_newline.back() = '\n';
  EXPECT_EQ(text(read_pin({folder_.write("just", with_newline)})), std::string(255, '1'));
}

TEST_F(PinTest, PrefersTheFileThenTheCredentialThenTheEnvironment) {
  EXPECT_EQ(read_pin({}).error().code, Code::pin_missing);
  set("QUORATE_PIN", "environment");
  EXPECT_EQ(text(read_pin({})), "environment");
  EXPECT_THAT(read_pin({})->origin, HasSubstr("unsafe"));
  set("CREDENTIALS_DIRECTORY", folder_.path().string());
  EXPECT_EQ(text(read_pin({})), "environment");  // no such credential
  const auto credential = folder_.write("pin", "credential\n");
  ASSERT_EQ(::chmod(credential.c_str(), 0440), 0);  // as systemd's access list looks
  EXPECT_EQ(text(read_pin({})), "credential");
  EXPECT_EQ(text(read_pin({folder_.write("named", "file")})), "file");
  // A named file that is wrong is not passed over.
  EXPECT_FALSE(read_pin({folder_ / "nothing"}));
}

TEST_F(PinTest, FileNamesAreThoseOfTheNodesDirectory) {
  EXPECT_EQ(pin_file_in("/node", "pin"), "/node/pin");
  EXPECT_EQ(pin_file_in("/node", "/run/pin"), "/run/pin");
}

}  // namespace
}  // namespace quorate::custody
