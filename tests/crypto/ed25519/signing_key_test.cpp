#include "crypto/ed25519/signing_key.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/known_answers.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::ed25519 {
namespace {

using testing::known_answers;

static_assert(!std::is_copy_constructible_v<SigningKey>);

SigningKey any_key(std::uint64_t seed) {
  testing::SeededEntropy entropy(seed);
  SecretBytes<32> bytes;
  entropy.fill(bytes.writable());
  return SigningKey(bytes);
}

TEST(SigningKey, VerifiesAsWycheproofSays) {
  std::size_t cases = 0;
  for (const auto& group : known_answers("wycheproof/ed25519_test.json", "testGroups")) {
    const Point key = testing::point(group.at("publicKey").at("pk"));
    for (const auto& example : group.at("tests")) {
      ++cases;
      EXPECT_EQ(verifies(key, testing::bytes(example.at("msg")), testing::bytes(example.at("sig"))),
                example.at("result") == "valid")
          << "tcId " << example.at("tcId") << ": " << example.at("comment");
    }
  }
  EXPECT_EQ(cases, 151U);
}

TEST(SigningKey, SignsAsRfc8032) {  // section 7.1, test 2
  const SigningKey key =
      testing::signing_key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  EXPECT_EQ(testing::hex_of(key.public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(testing::hex_of(key.sign(Bytes{0x72})),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_EQ(testing::hex_of(key.seed()),
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
}

RC_GTEST_PROP(SigningKey, SignaturesVerifyAndNoChangedBitDoes,
              (std::uint64_t seed, const Bytes& message)) {
  const SigningKey key = any_key(seed);
  const Signature signature = key.sign(message);
  RC_ASSERT(verifies(key.public_key(), message, signature));
  RC_ASSERT(!verifies(any_key(seed + 1).public_key(), message, signature));
  const auto bit = *rc::gen::inRange<std::size_t>(0, 8 * (signature.size() + message.size()));
  Signature changed = signature;
  Bytes other = message;
  std::uint8_t& byte = bit / 8 < 64 ? changed[bit / 8] : other[bit / 8 - 64];
  byte ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!verifies(key.public_key(), other, changed));
}

TEST(SigningKey, SignaturesHaveSixtyFourBytes) {
  const SigningKey key = any_key(7);
  const Signature signature = key.sign({});
  Bytes longer(signature.begin(), signature.end());
  longer.push_back(0);
  EXPECT_FALSE(verifies(key.public_key(), {}, longer));
  EXPECT_FALSE(verifies(key.public_key(), {}, ByteView(signature).first(63)));
  EXPECT_FALSE(verifies(key.public_key(), {}, {}));
}

}  // namespace
}  // namespace quorate::ed25519
