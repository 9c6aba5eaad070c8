// The token goes away and comes back, in the ways that SoftHSM knows.

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "node/custody/blob.h"
#include "tests/node/custody/pkcs11/token_fixture.h"

namespace quorate::custody::pkcs11 {
namespace {

using quorate::testing::a_share_key;
using quorate::testing::share_place;
using quorate::testing::TokenTest;

std::vector<std::filesystem::path> objects_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".object" && entry.path().stem() != "token") {
      found.push_back(entry.path());
    }
  }
  return found;
}

TEST_F(TokenTest, WorksAgainWhenItsFolderComesBackUnderLoad) {
  const auto backend = opened(initialized());
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  const Bytes blob = seal_blob(*backend, share_place, Bytes{42}, entropy_).value();
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        const auto secret = open_blob(*backend, share_place, blob);
        if (secret && secret->expose()[0] != 42) ++wrong;
        // While the folder is away the token may be absent or suspect, but nothing of ours may be
        // called damaged, or missing for good.
        const Code code = secret ? Code::token_absent : secret.error().code;
        if (code != Code::token_absent && code != Code::token_suspect) ++wrong;
      }
    });
  }
  const auto folder = folder_of(token_);
  const auto away = folder_ / "away";
  for (int round = 0; round < 3; ++round) {
    std::filesystem::rename(folder, away);
    EXPECT_TRUE(reaches(*backend, State::absent));
    std::filesystem::rename(away, folder);
    EXPECT_TRUE(reaches(*backend, State::ready));
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
}

TEST_F(TokenTest, ClaimsNothingAboutKeysWhileItIsAway) {
  const auto backend = opened(initialized());
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  const auto folder = folder_of(token_);
  const auto away = folder_ / "away";
  std::filesystem::rename(folder, away);
  EXPECT_FALSE(backend->destroy_key(a_share_key));
  EXPECT_FALSE(backend->has_key(a_share_key));
  std::filesystem::rename(away, folder);
  EXPECT_TRUE(reaches(*backend, State::ready));
  EXPECT_TRUE(backend->has_key(a_share_key).value());
}

TEST_F(TokenTest, StartsWithoutItsTokenAndFindsItLater) {
  const Config config = initialized();
  const auto folder = folder_of(token_);
  const auto away = folder_ / "away";
  std::filesystem::rename(folder, away);
  make_token("another");  // so that the module starts at all
  const auto backend = opened(config);
  EXPECT_TRUE(reaches(*backend, State::absent));
  std::filesystem::rename(away, folder);
  EXPECT_TRUE(reaches(*backend, State::ready));
}

TEST_F(TokenTest, WhoseSealKeyIsGoneIsKeyMissingAndGetsNoNewOne) {
  const auto backend = opened(initialized());
  const auto folder = folder_of(token_);
  const auto objects = objects_in(folder);
  ASSERT_EQ(objects.size(), 1);
  std::filesystem::remove(objects.front());
  EXPECT_FALSE(
      seal_blob(*backend, {backend->seal_key(), Purpose::identity, {}}, Bytes{1}, entropy_));
  EXPECT_TRUE(reaches(*backend, State::key_missing));
  EXPECT_EQ(backend->create_key(a_share_key, entropy_).error().code, Code::key_missing);
  EXPECT_TRUE(objects_in(folder).empty());
}

TEST_F(TokenTest, InitialisedAnewIsAnotherToken) {
  const auto backend = opened(initialized());
  const auto folder = folder_of(token_);
  std::filesystem::remove_all(folder);
  make_token(token_.label);
  EXPECT_FALSE(backend->has_key(a_share_key));
  EXPECT_TRUE(reaches(*backend, State::wrong_token));
}

}  // namespace
}  // namespace quorate::custody::pkcs11
