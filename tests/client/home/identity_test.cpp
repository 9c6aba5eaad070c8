#include "client/home/identity.h"

#include <sys/stat.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

class IdentityTest : public ::testing::Test {
 protected:
  void write(const std::string& content, mode_t mode = 0600) {
    std::ofstream(path_) << content;
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
  }

  testing::TemporaryFolder folder_;
  Path path_ = folder_.path() / "home" / "identity.key";
  testing::SeededEntropy entropy_{1};
};

TEST_F(IdentityTest, IsMadeOnceAndOnlyItsOwnerMayReadIt) {
  const ed25519::Point made = load_or_create_identity(path_, entropy_)->public_key();
  EXPECT_EQ(load_or_create_identity(path_, entropy_)->public_key(), made);
  EXPECT_EQ(load_identity(path_)->public_key(), made);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(status.st_size, 65);
}

TEST_F(IdentityTest, IsRefusedWhereOthersCouldHaveReadIt) {
  ASSERT_TRUE(load_or_create_identity(path_, entropy_).has_value());
  for (const mode_t mode : {0640, 0604, 0660}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    const auto refused = load_or_create_identity(path_, entropy_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::configuration);
    EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
  }
}

TEST_F(IdentityTest, IsNeverReplacedWhereItIsDamaged) {
  std::filesystem::create_directory(path_.parent_path());
  for (const std::string& content : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                                     std::string(64, 'g'), std::string(64, 'a') + "\n\n"}) {
    write(content);
    const auto refused = load_or_create_identity(path_, entropy_);
    ASSERT_FALSE(refused.has_value()) << content;
    EXPECT_EQ(refused.error().code, Code::configuration);
    EXPECT_EQ(refused.error().message.find("aaaa"), std::string::npos);  // no secret in errors
  }
}

TEST_F(IdentityTest, IsNotMadeByLookingForIt) {
  EXPECT_EQ(load_identity(path_).error().code, Code::io);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace quorate::home
