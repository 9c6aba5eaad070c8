#include "proto/layout/labelled.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/support/known_answers.h"

namespace quorate::layout {
namespace {

TEST(Hash, GivesTheVectorsCeremonyAndHellos) {
  const auto vector = testing::known_answers("ceremony/create.json");
  EXPECT_EQ(to_hex(hash("proposal", testing::bytes(vector.at("proposal")))), vector.at("ceremony"));
  Bytes hellos;
  for (const auto& hello : vector.at("hello")) append(hellos, testing::bytes(hello.at("body")));
  EXPECT_EQ(to_hex(hash("hellos", hellos)), vector.at("hellos"));
}

TEST(Hash, IsSha256OfPrefixLabelAndData) {
  const std::string_view written("\0quorate/v1/tbs\0data", 20);
  Hash expected;
  crypto_hash_sha256(expected.data(), bytes_of(written).data(), written.size());
  EXPECT_EQ(hash("tbs", bytes_of("data")), expected);
}

RC_GTEST_PROP(Hash, TakesItsPartsAsOneString, (const Bytes& one, const Bytes& other)) {
  Bytes joined = one;
  append(joined, other);
  RC_ASSERT(hash("x", {one, other}) == hash("x", joined));
  RC_ASSERT(hash("x", joined) != hash("y", joined));
}

TEST(Signature, IsOverPrefixLabelAndBody) {
  const auto key =
      testing::signing_key("f18ca444724acbfeffc76fe1620681c174b30ae9c9c672c044b4e580d57cb843");
  const std::string_view written("\0quorate/v1/hello\0body", 22);
  EXPECT_EQ(sign(key, "hello", bytes_of("body")), key.sign(bytes_of(written)));
}

RC_GTEST_PROP(Signature, HoldsForItsKeyLabelAndBodyOnly, (const Bytes& body)) {
  const auto key =
      testing::signing_key("f18ca444724acbfeffc76fe1620681c174b30ae9c9c672c044b4e580d57cb843");
  const auto other =
      testing::signing_key("ff8e09560a1756205acd63e88fcf363b11cbfcf3f8dfd2dafde5b3e4992913fc");
  const ed25519::Signature signature = sign(key, "deal", body);
  RC_ASSERT(verifies(key.public_key(), "deal", body, signature));
  RC_ASSERT(!verifies(other.public_key(), "deal", body, signature));
  RC_ASSERT(!verifies(key.public_key(), "hello", body, signature));
  Bytes longer = body;
  longer.push_back(0);
  RC_ASSERT(!verifies(key.public_key(), "deal", longer, signature));
  RC_ASSERT(!verifies(key.public_key(), "deal", body, ByteView(signature).first(63)));
  // Nor does a plain signature over the body pass for a labelled one.
  RC_ASSERT(!verifies(key.public_key(), "deal", body, key.sign(body)));
}

}  // namespace
}  // namespace quorate::layout
