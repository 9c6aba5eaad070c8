#include "crypto/dkg/envelope.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/support/known_answers.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::dkg {
namespace {

using ed25519::Scalar;
using ed25519::SecretScalar;
using testing::SeededEntropy;

static_assert(!std::is_copy_constructible_v<ReceiveKey>);

RC_GTEST_PROP(Envelope, OpensForItsReceiverOnly, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const ReceiveKey receiver = ReceiveKey::generate(entropy);
  const ReceiveKey other = ReceiveKey::generate(entropy);
  const SecretScalar share = SecretScalar::draw(entropy);
  const Envelope envelope = seal(share, receiver.public_key, entropy).value();
  RC_ASSERT(open(envelope, receiver).value().expose() == share.expose());
  RC_ASSERT(open(envelope, other).error().code == Code::envelope_invalid);
}

// The format is libsodium's: whoever has crypto_box_seal needs nothing of ours.
RC_GTEST_PROP(Envelope, IsASealedBoxOfLibsodium, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const ReceiveKey receiver = ReceiveKey::generate(entropy);
  const SecretScalar share = SecretScalar::draw(entropy);
  const Envelope ours = seal(share, receiver.public_key, entropy).value();
  ByteArray<32> opened;
  RC_ASSERT(crypto_box_seal_open(opened.data(), ours.data(), ours.size(),
                                 receiver.public_key.data(), receiver.secret.expose().data()) == 0);
  RC_ASSERT(opened == share.expose());

  Envelope theirs;
  RC_ASSERT(crypto_box_seal(theirs.data(), share.expose().data(), 32, receiver.public_key.data()) ==
            0);
  RC_ASSERT(open(theirs, receiver).value().expose() == share.expose());
}

TEST(Envelope, EveryBitCounts) {
  SeededEntropy entropy(1);
  const ReceiveKey receiver = ReceiveKey::generate(entropy);
  const Envelope envelope = seal(SecretScalar::draw(entropy), receiver.public_key, entropy).value();
  for (unsigned bit = 0; bit < 8 * sizeof(Envelope); ++bit) {
    if (bit == 255) continue;  // X25519 ignores it (RFC 7748), so the next test looks at it
    Envelope changed = envelope;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_EQ(open(changed, receiver).error().code, Code::envelope_invalid) << bit;
  }
}

TEST(Envelope, TheBitThatX25519IgnoresCountsThroughTheNonce) {
  SeededEntropy entropy(2);
  const ReceiveKey receiver = ReceiveKey::generate(entropy);
  Envelope envelope = seal(SecretScalar::draw(entropy), receiver.public_key, entropy).value();
  envelope[31] ^= 0x80;
  EXPECT_EQ(open(envelope, receiver).error().code, Code::envelope_invalid);
}

TEST(Envelope, WithANumberThatIsNoScalarIsTheDealersFault) {
  SeededEntropy entropy(3);
  const ReceiveKey receiver = ReceiveKey::generate(entropy);
  for (const auto& example : testing::known_answers("frost-ed25519/encodings.json", "scalars")) {
    Envelope envelope;
    const auto inside = testing::array<32>(example.at("bytes"));
    ASSERT_EQ(
        crypto_box_seal(envelope.data(), inside.data(), inside.size(), receiver.public_key.data()),
        0);
    const Result<SecretScalar> share = open(envelope, receiver);
    ASSERT_EQ(share.has_value(), example.at("valid").get<bool>()) << example.at("what");
    if (!share) {
      EXPECT_EQ(share.error().code, Code::share_invalid);
    }
  }
}

TEST(ReceiveKey, OfLowOrderIsFoundInEveryFormWycheproofKnows) {
  std::size_t low = 0;
  for (const auto& group : testing::known_answers("wycheproof/x25519_test.json", "testGroups")) {
    for (const auto& example : group.at("tests")) {
      const auto& flags = example.at("flags");
      const bool zero = std::find(flags.begin(), flags.end(), "ZeroSharedSecret") != flags.end();
      low += zero ? 1U : 0U;
      const auto key = testing::array<32>(example.at("public"));
      EXPECT_EQ(is_usable(key), !zero) << "tcId " << example.at("tcId");
      SeededEntropy entropy(4);
      const Result<Envelope> envelope = seal(SecretScalar::draw(entropy), key, entropy);
      ASSERT_EQ(envelope.has_value(), !zero) << "tcId " << example.at("tcId");
      if (!envelope) {
        EXPECT_EQ(envelope.error().code, Code::malformed);
      }
    }
  }
  EXPECT_EQ(low, 31U);
}

}  // namespace
}  // namespace quorate::dkg
