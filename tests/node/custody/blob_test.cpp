#include "node/custody/blob.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/node/custody/memory_backend.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::custody {
namespace {

using quorate::testing::MemoryBackend;
using quorate::testing::SeededEntropy;
using ::testing::ElementsAreArray;

constexpr KeyId key{KeyKind::share, {1, 2, 3}};
const Bytes context = {9, 8, 7};

struct Sealed {
  MemoryBackend backend;
  SeededEntropy entropy{1};
  Place place{key, Purpose::frost_share, context};
  Bytes secret = Bytes(32, 0x42);
  Bytes blob;

  Sealed() {
    EXPECT_TRUE(backend.create_key(key, entropy));
    blob = seal_blob(backend, place, secret, entropy).value();
  }
  Code failure(const Place& where, ByteView what) {
    const auto opened = open_blob(backend, where, what);
    return opened ? Code::internal : opened.error().code;
  }
};

RC_GTEST_PROP(Blob, OpensToWhatWasSealed, (const std::vector<std::uint8_t>& more)) {
  MemoryBackend backend;
  SeededEntropy entropy(*rc::gen::arbitrary<std::uint64_t>());
  Bytes secret = more;
  secret.push_back(1);
  const Place place{backend.seal_key(), Purpose::identity, more};
  const Bytes blob = seal_blob(backend, place, secret, entropy).value();
  const GuardedMemory opened = open_blob(backend, place, blob).value();
  RC_ASSERT(Bytes(opened.expose().begin(), opened.expose().end()) == secret);
}

TEST(Blob, HasTheLayoutOfTheCustodyPage) {
  const Sealed sealed;
  const Bytes header = {'Q', 'S', 'B', '1', 1, 0, 0, 0, 1, 2, 3, 0,
                        0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0};
  ASSERT_EQ(sealed.blob.size(), 24 + 2 + 72 + 24 + 32 + 16);
  EXPECT_THAT(Bytes(sealed.blob.begin(), sealed.blob.begin() + 24), ElementsAreArray(header));
  EXPECT_EQ(sealed.blob[24] * 256 + sealed.blob[25], 72);
  EXPECT_THAT(Bytes(sealed.blob.begin() + 98, sealed.blob.begin() + 122), ::testing::Each(0));
}

TEST(Blob, HidesTheSecretAndNeverRepeatsItself) {
  Sealed sealed;
  const Bytes again =
      seal_blob(sealed.backend, sealed.place, sealed.secret, sealed.entropy).value();
  EXPECT_NE(again, sealed.blob);
  const Bytes run(8, 0x42);
  EXPECT_EQ(std::search(again.begin(), again.end(), run.begin(), run.end()), again.end());
}

TEST(Blob, IsRefusedWithAnyByteChanged) {
  Sealed sealed;
  for (std::size_t i = 0; i < sealed.blob.size(); ++i) {
    for (const std::uint8_t flip : ByteArray<2>{0x01, 0x80}) {
      Bytes changed = sealed.blob;
      changed[i] ^= flip;
      EXPECT_EQ(sealed.failure(sealed.place, changed), Code::blob_damaged) << "byte " << i;
    }
  }
}

TEST(Blob, IsRefusedCutShortOrWithMoreBehindIt) {
  Sealed sealed;
  for (std::size_t size = 0; size < sealed.blob.size(); ++size) {
    EXPECT_EQ(sealed.failure(sealed.place, ByteView(sealed.blob).first(size)), Code::blob_damaged);
  }
  Bytes longer = sealed.blob;
  longer.push_back(0);
  EXPECT_EQ(sealed.failure(sealed.place, longer), Code::blob_damaged);
}

TEST(Blob, DoesNotOpenInAnotherPlace) {
  Sealed sealed;
  ASSERT_TRUE(sealed.backend.create_key({KeyKind::ceremony, key.id}, sealed.entropy));
  const Place others[] = {
      {key, Purpose::ceremony, context},
      {key, Purpose::frost_share, {9, 8}},
      {key, Purpose::frost_share, {9, 8, 7, 0}},
      {sealed.backend.seal_key(), Purpose::frost_share, context},
      {{KeyKind::ceremony, key.id}, Purpose::frost_share, context},
  };
  for (const Place& other : others) {
    EXPECT_EQ(sealed.failure(other, sealed.blob), Code::blob_damaged);
  }
  EXPECT_TRUE(open_blob(sealed.backend, sealed.place, sealed.blob));
}

TEST(Blob, BlamesTheTokenWhenTheTokenIsAway) {
  Sealed sealed;
  sealed.backend.set_state(State::pin_locked);
  EXPECT_EQ(sealed.failure(sealed.place, sealed.blob), Code::pin_locked);
  sealed.backend.set_state(State::ready);
  ASSERT_TRUE(sealed.backend.destroy_key(key));
  EXPECT_EQ(sealed.failure(sealed.place, sealed.blob), Code::key_missing);
}

TEST(Blob, OfTheLargestSecretOpens) {
  Sealed sealed;
  const Bytes large(largest_secret, 3);
  const Bytes blob = seal_blob(sealed.backend, sealed.place, large, sealed.entropy).value();
  EXPECT_EQ(open_blob(sealed.backend, sealed.place, blob).value().size(), largest_secret);
  EXPECT_DEATH(
      (void)seal_blob(sealed.backend, sealed.place, Bytes(largest_secret + 1, 3), sealed.entropy),
      "largest_secret");
  EXPECT_DEATH((void)seal_blob(sealed.backend, sealed.place, {}, sealed.entropy), "secret.empty");
}

TEST(Canary, OpensUnderItsKeyOnly) {
  MemoryBackend backend;
  SeededEntropy entropy(2);
  const Bytes canary = seal_canary(backend, backend.seal_key(), entropy).value();
  EXPECT_TRUE(open_canary(backend, backend.seal_key(), canary));
  ASSERT_TRUE(backend.create_key(key, entropy));
  EXPECT_EQ(open_canary(backend, key, canary).error().code, Code::blob_damaged);
}

TEST(GuardedMemory, StartsZeroedAndMovesWithoutACopy) {
  GuardedMemory memory(100);
  EXPECT_THAT(memory.expose(), ::testing::Each(0));
  memory.writable()[99] = 5;
  const std::uint8_t* where = memory.expose().data();
  const GuardedMemory moved = std::move(memory);
  EXPECT_EQ(moved.expose().data(), where);
  EXPECT_EQ(moved.expose()[99], 5);
}

}  // namespace
}  // namespace quorate::custody
