#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "node/custody/blob.h"
#include "tests/node/custody/pkcs11/token_fixture.h"

namespace quorate::custody::pkcs11 {
namespace {

using quorate::testing::a_share_key;
using quorate::testing::share_place;
using quorate::testing::TokenTest;
using ::testing::HasSubstr;

TEST_F(TokenTest, OpensAfterARestartWhatItSealed) {
  const Config config = initialized();
  EXPECT_EQ(config.mode, WrapMode::gcm);
  Bytes blob;
  {
    const auto backend = opened(config);
    EXPECT_EQ(backend->health().state, State::ready);
    EXPECT_EQ(backend->description(), "pkcs11");
    ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
    blob = seal_blob(*backend, share_place, Bytes{1, 2, 3}, entropy_).value();
  }
  const auto backend = opened(config);
  const auto secret = open_blob(*backend, share_place, blob);
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret->expose()[2], 3);
}

TEST_F(TokenTest, DoesNotOpenInAnotherModeThanAtInit) {
  Config config = initialized();
  config.mode = WrapMode::cbc;
  const auto backend = opened(config);
  EXPECT_TRUE(reaches(*backend, State::suspect));
}

TEST_F(TokenTest, SaysOfAnyChangedByteThatTheBlobIsDamaged) {
  const auto backend = opened(initialized());
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  const Bytes blob = seal_blob(*backend, share_place, Bytes{1, 2, 3}, entropy_).value();
  for (std::size_t i = 0; i < blob.size(); ++i) {
    Bytes changed = blob;
    changed[i] ^= 0x40;
    const auto opened_blob = open_blob(*backend, share_place, changed);
    ASSERT_FALSE(opened_blob);
    EXPECT_EQ(opened_blob.error().code, Code::blob_damaged)
        << "byte " << i << ": " << opened_blob.error().message;
  }
  EXPECT_EQ(backend->health().state, State::ready);
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
}

TEST_F(TokenTest, MakesAKeyOnceAndDestroysItForGood) {
  const auto backend = opened(initialized());
  EXPECT_FALSE(backend->has_key(a_share_key).value());
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  const Bytes blob = seal_blob(*backend, share_place, Bytes{1}, entropy_).value();
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));  // the same: the blob still opens
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
  EXPECT_TRUE(backend->has_key(a_share_key).value());

  ASSERT_TRUE(backend->destroy_key(a_share_key));
  ASSERT_TRUE(backend->destroy_key(a_share_key));
  EXPECT_FALSE(backend->has_key(a_share_key).value());
  EXPECT_EQ(open_blob(*backend, share_place, blob).error().code, Code::key_missing);
  EXPECT_EQ(backend->health().state, State::ready);  // one missing share is no missing seal key
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  EXPECT_EQ(open_blob(*backend, share_place, blob).error().code, Code::blob_damaged);
}

TEST_F(TokenTest, MakesOneKeyWhenManyThreadsAskForIt) {
  const auto backend = opened(initialized());
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(backend->create_key(a_share_key, entropy_)); });
  }
  for (std::thread& thread : threads) thread.join();
  // Two keys of one id would be refused.
  EXPECT_TRUE(seal_blob(*backend, share_place, Bytes{1}, entropy_));
}

TEST_F(TokenTest, ServesSixteenThreadsOverFourSessions) {
  const auto backend = opened(initialized());
  ASSERT_TRUE(backend->create_key(a_share_key, entropy_));
  std::vector<std::thread> threads;
  for (std::uint8_t number = 0; number < 16; ++number) {
    threads.emplace_back([&, number] {
      for (std::uint8_t round = 0; round < 20; ++round) {
        const auto blob = seal_blob(*backend, share_place, Bytes{number, round}, entropy_);
        ASSERT_TRUE(blob) << blob.error().message;
        const auto secret = open_blob(*backend, share_place, *blob);
        ASSERT_TRUE(secret) << secret.error().message;
        EXPECT_EQ(secret->expose()[0], number);
        EXPECT_EQ(secret->expose()[1], round);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TokenTest, ServesTwoTokensOfOneLabelInOneProcess) {
  const auto first = opened(initialized());
  ASSERT_TRUE(first->create_key(a_share_key, entropy_));
  const Bytes blob = seal_blob(*first, share_place, Bytes{1}, entropy_).value();
  token_ = make_token(token_.label);
  const auto second = opened(initialized());  // which restarts the module under the first
  ASSERT_TRUE(second->create_key(a_share_key, entropy_));
  EXPECT_EQ(open_blob(*second, share_place, blob).error().code, Code::blob_damaged);
  EXPECT_TRUE(open_blob(*first, share_place, blob));
}

TEST_F(TokenTest, IsNotTakenForAnotherOfTheSameLabel) {
  Config config = initialized();
  config.token.serial = "0123456789abcdef";
  const auto backend = opened(config);
  EXPECT_EQ(backend->health().state, State::wrong_token);
  EXPECT_EQ(backend->has_key(a_share_key).error().code, Code::token_wrong);
  config.token.label = "node-z";
  EXPECT_EQ(opened(config)->health().state, State::absent);
}

TEST_F(TokenTest, IsAConfigurationErrorWithoutAModule) {
  Config config = initialized();
  config.token.module_path = "/nothing/there.so";
  EXPECT_EQ(open(config).error().code, Code::configuration);
  config.token.module_path = "/lib/x86_64-linux-gnu/libc.so.6";
  EXPECT_EQ(open(config).error().code, Code::configuration);
}

TEST_F(TokenTest, WithAnotherCanaryIsSuspect) {
  Config config = initialized();
  config.canary.back() ^= 1;
  const auto backend = opened(config);
  EXPECT_EQ(backend->health().state, State::suspect);
  EXPECT_THAT(backend->health().advice, HasSubstr("canary"));
}

}  // namespace
}  // namespace quorate::custody::pkcs11
