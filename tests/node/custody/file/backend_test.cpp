#include "node/custody/file/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "node/custody/blob.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::custody::file {
namespace {

using quorate::testing::SeededEntropy;
using quorate::testing::TemporaryFolder;
using ::testing::HasSubstr;

constexpr Argon2Cost cheap{8, 1};
constexpr KeyId share_key{KeyKind::share, {1}};

class FileCustody : public ::testing::Test {
 protected:
  FileCustody() { EXPECT_TRUE(initialize(folder_.path(), bytes_of("correct"), cheap, entropy_)); }

  std::unique_ptr<Backend> reopened() { return open(folder_.path(), bytes_of("correct")).value(); }
  Code failure() {
    const auto backend = open(folder_.path(), bytes_of("correct"));
    return backend ? Code::internal : backend.error().code;
  }
  std::filesystem::path key_file(const std::string& kind) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "keys")) {
      if (entry.path().filename().string().starts_with(kind)) return entry.path();
    }
    return {};
  }
  static void change_byte(const std::filesystem::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const auto old = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(old ^ 1));
  }

  TemporaryFolder folder_;
  SeededEntropy entropy_{1};
};

TEST_F(FileCustody, SaysThatItIsNoHsm) {
  EXPECT_EQ(reopened()->description(), "file (not an HSM)");
  EXPECT_EQ(reopened()->wrap_mode(), WrapMode::passphrase);
  EXPECT_EQ(reopened()->health().state, State::ready);
}

TEST_F(FileCustody, OpensAfterARestartWhatItSealed) {
  Bytes blob;
  const Place place{share_key, Purpose::frost_share, {1, 2}};
  {
    const auto backend = reopened();
    ASSERT_TRUE(backend->create_key(share_key, entropy_));
    blob = seal_blob(*backend, place, Bytes{1, 2, 3}, entropy_).value();
  }
  const auto backend = reopened();
  ASSERT_TRUE(backend->create_key(share_key, entropy_));  // there already: stays the same
  EXPECT_EQ(open_blob(*backend, place, blob).value().expose()[2], 3);
  for (std::size_t i = 0; i < blob.size(); ++i) {
    Bytes changed = blob;
    changed[i] ^= 0x10;
    EXPECT_EQ(open_blob(*backend, place, changed).error().code, Code::blob_damaged) << i;
  }
}

TEST_F(FileCustody, DestroysAKeyForGood) {
  const auto backend = reopened();
  const Place place{share_key, Purpose::frost_share, {}};
  ASSERT_TRUE(backend->create_key(share_key, entropy_));
  const Bytes blob = seal_blob(*backend, place, Bytes{1}, entropy_).value();
  ASSERT_TRUE(backend->destroy_key(share_key));
  ASSERT_TRUE(backend->destroy_key(share_key));
  EXPECT_FALSE(backend->has_key(share_key).value());
  EXPECT_EQ(open_blob(*backend, place, blob).error().code, Code::key_missing);
  ASSERT_TRUE(backend->create_key(share_key, entropy_));
  EXPECT_EQ(open_blob(*backend, place, blob).error().code, Code::blob_damaged);
}

TEST_F(FileCustody, RefusesAnotherPassphrase) {
  const auto backend = open(folder_.path(), bytes_of("wrong"));
  ASSERT_FALSE(backend);
  EXPECT_EQ(backend.error().code, Code::pin_refused);
}

TEST_F(FileCustody, IsMadeOnceInAFolder) {
  const Status again = initialize(folder_.path(), bytes_of("other"), cheap, entropy_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::configuration);
  EXPECT_TRUE(reopened());
}

TEST_F(FileCustody, KeepsItsFilesToItself) {
  for (const auto& path : {folder_ / "custody.header", key_file("seal")}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << path;
  }
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "keys").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(FileCustody, SaysWhichPartIsDamagedOrGone) {
  const auto header = folder_ / "custody.header";
  change_byte(key_file("seal"), 30);
  EXPECT_EQ(failure(), Code::pin_refused);
  std::filesystem::remove(key_file("seal"));
  EXPECT_EQ(failure(), Code::key_missing);
  change_byte(header, 0);
  EXPECT_EQ(failure(), Code::configuration);
  change_byte(header, 0);
  std::filesystem::resize_file(header, 20);
  EXPECT_EQ(failure(), Code::configuration);
  std::filesystem::remove(header);
  EXPECT_EQ(failure(), Code::configuration);
}

TEST_F(FileCustody, RefusesCostsThatNoHeaderOfOursHas) {
  change_byte(folder_ / "custody.header", 4);  // 16 GiB
  EXPECT_EQ(failure(), Code::configuration);
}

TEST_F(FileCustody, IsAbsentWhileItsFolderIsAwayAndComesBackByItself) {
  const auto backend = reopened();
  ASSERT_TRUE(backend->create_key(share_key, entropy_));
  std::filesystem::rename(folder_ / "keys", folder_ / "away");
  EXPECT_EQ(backend->health().state, State::absent);
  EXPECT_EQ(backend->has_key(share_key).error().code, Code::token_absent);
  EXPECT_EQ(backend->destroy_key(share_key).error().code, Code::token_absent);
  EXPECT_EQ(backend->wrap(share_key, DataKey(), {}, entropy_).error().code, Code::token_absent);
  std::filesystem::rename(folder_ / "away", folder_ / "keys");
  EXPECT_EQ(backend->health().state, State::ready);
  EXPECT_TRUE(backend->has_key(share_key).value());
}

TEST_F(FileCustody, DoesNotTakeOneKeysFileForAnothers) {
  const auto backend = reopened();
  const KeyId other{KeyKind::ceremony, {1}};
  ASSERT_TRUE(backend->create_key(share_key, entropy_));
  ASSERT_TRUE(backend->create_key(other, entropy_));
  std::filesystem::copy_file(key_file("share"), key_file("ceremony"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(backend->wrap(other, DataKey(), {}, entropy_).error().code, Code::key_missing);
}

}  // namespace
}  // namespace quorate::custody::file
