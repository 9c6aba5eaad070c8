// This program is linked with the transparent group, so what it calls of crypto/ and proto/ is what
// quorate-sim runs in fast mode.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/dkg/envelope.h"
#include "crypto/ed25519/foreign_key.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "crypto/ed25519/signing_key.h"
#include "tests/support/dealer.h"
#include "tests/support/person.h"

namespace quorate {
namespace {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using testing::DealtRoot;
using testing::SeededEntropy;

constexpr std::uint64_t order = (std::uint64_t{1} << 61) - 1;

ByteArray<32> encoded(std::uint64_t number) {
  ByteArray<32> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return bytes;
}

Scalar scalar(std::uint64_t number) { return Scalar::parse(encoded(number)).value(); }

SecretScalar secret(std::uint64_t number) {
  ByteArray<32> bytes = encoded(number);
  return SecretScalar::parse(bytes).value();
}

template <typename T>
Code code_of(const Result<T>& result) {
  return result ? Code::internal : result.error().code;
}

TEST(TransparentGroup, IsTheOneThatWasLinked) {
  EXPECT_EQ(Point::base_times(secret(2)).bytes(), encoded(2));
  EXPECT_EQ(Point::parse(encoded(77)).value().bytes(), encoded(77));
  EXPECT_EQ((Scalar() - Scalar::of(1)).bytes(), encoded(order - 1));
  EXPECT_EQ(scalar(order - 1) * scalar(order - 1), Scalar::of(1));
  EXPECT_EQ((secret(order - 1) + secret(3)).expose(), encoded(2));
  EXPECT_EQ((scalar(5) * secret(7)).expose(), encoded(35));
  EXPECT_EQ(scalar(3).inverted() * scalar(3), Scalar::of(1));
  ByteArray<64> wide{};
  wide[8] = 1;  // 2^64
  EXPECT_EQ(Scalar::reduce(wide), scalar(8));
  EXPECT_EQ(SecretScalar::reduce(wide).expose(), encoded(8));
  EXPECT_EQ(wide, ByteArray<64>{}) << "wiped";
  EXPECT_TRUE(ed25519::library_check_finds_mixed_order());
}

TEST(TransparentGroup, RefusesWhatTheRealOneRefusesWithTheSameCodes) {
  ByteArray<32> longer = encoded(5);
  longer[31] = 1;
  for (const ByteArray<32>& bytes : {encoded(order), longer}) {
    EXPECT_EQ(code_of(Point::parse(bytes)), Code::malformed);
    EXPECT_EQ(code_of(Scalar::parse(bytes)), Code::malformed);
    EXPECT_FALSE(ed25519::is_usable_key(bytes));
    ByteArray<32> wiped = bytes;
    EXPECT_EQ(code_of(SecretScalar::parse(wiped)), Code::malformed);
    EXPECT_EQ(wiped, ByteArray<32>{});
  }
  EXPECT_EQ(code_of(Point::parse(encoded(0))), Code::malformed) << "the identity";
  EXPECT_EQ(code_of(Point::parse(ByteView(encoded(5)).first(31))), Code::malformed);
  EXPECT_EQ(code_of(Scalar::parse(ByteView(encoded(5)).first(31))), Code::malformed);
  EXPECT_TRUE(Scalar::parse(encoded(0)).value().is_zero());
  EXPECT_FALSE(ed25519::is_of_prime_order_by_multiplication(encoded(0)));
}

TEST(TransparentGroup, AddsPoints) {
  const Point five = Point::base_times(secret(5));
  const Point seven = Point::base_times(secret(7));
  PublicSum sum;
  sum.add(five).add_product(scalar(10), seven).add_base_product(scalar(100));
  EXPECT_EQ(sum.value_vartime().value().bytes(), encoded(175));
  EXPECT_FALSE(sum.is_identity_vartime());
  sum.add_base_product(Scalar() - scalar(175));
  EXPECT_TRUE(sum.is_identity_vartime());
  EXPECT_EQ(code_of(sum.value_vartime()), Code::identity_reached);
}

TEST(TransparentGroup, SignsWithOneKeyAsTheRealOneDoes) {
  SeededEntropy entropy(1);
  const ed25519::SigningKey key = testing::draw_key(entropy);
  const ed25519::SigningKey other = testing::draw_key(entropy);
  const ed25519::SigningKey again(key.seed());
  EXPECT_EQ(again.public_key(), key.public_key());
  EXPECT_NE(other.public_key(), key.public_key());

  const Bytes message{1, 2, 3};
  const ed25519::Signature signature = key.sign(message);
  EXPECT_EQ(again.sign(message), signature);
  EXPECT_TRUE(ed25519::verifies(key.public_key(), message, signature));
  EXPECT_TRUE(ed25519::verifies_for(key.public_key().bytes(), message, signature));
  EXPECT_FALSE(ed25519::verifies(other.public_key(), message, signature));
  EXPECT_FALSE(ed25519::verifies(key.public_key(), Bytes{1, 2, 4}, signature));
  EXPECT_FALSE(ed25519::verifies(key.public_key(), message, ByteView(signature).first(63)));
  ByteArray<32> longer = key.public_key().bytes();
  longer[8] = 1;
  EXPECT_FALSE(ed25519::verifies_for(longer, message, signature));
  for (std::size_t at = 0; at < signature.size(); ++at) {
    ed25519::Signature changed = signature;
    changed[at] ^= 1;
    EXPECT_FALSE(ed25519::verifies(key.public_key(), message, changed)) << at;
  }
  EXPECT_NE(key.sign(Bytes{1, 2, 4})[0], signature[0]) << "another message, another nonce";
}

ed25519::Signature joined(const ByteArray<32>& commitment, const ByteArray<32>& response) {
  ed25519::Signature signature;
  std::copy(commitment.begin(), commitment.end(), signature.begin());
  std::copy(response.begin(), response.end(), signature.begin() + 32);
  return signature;
}

// Their equations hold, and libsodium refuses their like: a key and a commitment of small order.
TEST(TransparentGroup, RefusesTheIdentityAsKeyAndAsCommitment) {
  const Bytes message{1};
  EXPECT_FALSE(ed25519::verifies_for(encoded(0), message, joined(encoded(5), encoded(5))));

  const ByteArray<32> key = encoded(12345);
  Bytes hashed(32, 0);
  append(hashed, key);
  append(hashed, message);
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), hashed.data(), hashed.size());
  const Scalar response = Scalar::reduce(digest) * scalar(12345);
  EXPECT_FALSE(ed25519::verifies_for(key, message, joined(encoded(0), response.bytes())));
}

// Signers: those in `chosen`, by their place in the root.
std::vector<frost::Partial> partials_of(const DealtRoot& root,
                                        const std::vector<std::size_t>& chosen,
                                        const Bytes& message, Entropy& entropy,
                                        std::optional<frost::Package>& package) {
  std::vector<frost::NoncePair> nonces;
  std::vector<frost::Commitment> commitments;
  for (const std::size_t place : chosen) {
    nonces.push_back(frost::NoncePair::generate(root.shares[place], entropy));
    commitments.push_back(nonces.back().commitment());
  }
  package = frost::Package::make(root.quorum, message, commitments).value();
  std::vector<frost::Partial> partials;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    partials.push_back(frost::sign(root.shares[chosen[i]], std::move(nonces[i]), *package).value());
  }
  return partials;
}

TEST(TransparentGroup, CarriesThresholdSignatures) {
  SeededEntropy entropy(2);
  const DealtRoot root = testing::deal(3, 5, entropy);
  const Bytes message{42};
  std::optional<frost::Package> package;
  std::vector<frost::Partial> partials = partials_of(root, {0, 2, 4}, message, entropy, package);
  const auto signature = frost::aggregate(partials, *package, root.verification_shares);
  ASSERT_TRUE(signature.has_value());
  EXPECT_TRUE(ed25519::verifies(root.quorum.group_key, message, *signature));
  for (const frost::Partial& partial : partials) {
    EXPECT_TRUE(frost::check(partial, *package, root.verification_shares.at(partial.signer)));
  }

  partials[1].value = partials[1].value + Scalar::of(1);
  const auto refused = frost::aggregate(partials, *package, root.verification_shares);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().error.code, Code::partial_invalid);
  EXPECT_THAT(refused.error().guilty, ::testing::ElementsAre(testing::identifier(3)));
}

// Each of three deals to all, through envelopes of the real X25519.
TEST(TransparentGroup, CarriesACeremony) {
  SeededEntropy entropy(3);
  const std::vector<frost::Identifier> members{testing::identifier(1), testing::identifier(2),
                                               testing::identifier(3)};
  const Bytes context{7};
  std::vector<dkg::Commitments> deals;
  std::vector<std::vector<SecretScalar>> received(members.size());
  for (const frost::Identifier dealer : members) {
    const dkg::Polynomial polynomial = dkg::Polynomial::draw(2, entropy);
    deals.push_back(polynomial.commitments());
    const dkg::Proof proof = polynomial.prove(dealer, context, SecretScalar::draw(entropy));
    EXPECT_TRUE(dkg::check_proof(dealer, deals.back(), proof, context).has_value());
    EXPECT_EQ(code_of(dkg::check_proof(dealer, deals.back(), proof, Bytes{8})),
              Code::proof_invalid);
    EXPECT_EQ(dkg::Proof::parse(proof.bytes()).value(), proof);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const dkg::ReceiveKey key = dkg::ReceiveKey::generate(entropy);
      const auto envelope = dkg::seal(polynomial.at(members[i]), key.public_key, entropy).value();
      SecretScalar share = dkg::open(envelope, key).value();
      EXPECT_TRUE(dkg::check_share(members[i], share, deals.back()).has_value());
      EXPECT_EQ(
          code_of(dkg::check_share(members[i], share + SecretScalar::draw(entropy), deals.back())),
          Code::share_invalid);
      received[i].push_back(std::move(share));
    }
  }
  const dkg::Outcome outcome = dkg::combine(deals, members).value();
  DealtRoot root{{frost::Epoch{1}, 2, outcome.commitments.front(), members},
                 outcome.commitments,
                 outcome.verification_shares,
                 {}};
  for (std::size_t i = 0; i < members.size(); ++i) {
    root.shares.push_back({members[i], frost::Epoch{1}, dkg::sum(received[i])});
    EXPECT_TRUE(frost::fits(root.shares[i], outcome.verification_shares.at(members[i])));
  }
  std::optional<frost::Package> package;
  const auto partials = partials_of(root, {1, 2}, {1, 2}, entropy, package);
  const auto signature = frost::aggregate(partials, *package, root.verification_shares);
  ASSERT_TRUE(signature.has_value());
  EXPECT_TRUE(ed25519::verifies(outcome.commitments.front(), Bytes{1, 2}, *signature));
}

TEST(TransparentGroup, CarriesEvidenceOfPeople) {
  SeededEntropy entropy(4);
  const testing::Person alice{testing::draw_key(entropy)};
  const ssh::PublicKey key = ssh::PublicKey::of(alice.key.public_key());
  EXPECT_EQ(ssh::PublicKey::parse_line(alice.line("alice")).value(), key);

  const Bytes message{5, 6};
  ssh::Sshsig sshsig = ssh::Sshsig::parse_blob(alice.sshsig("quorate-request", message)).value();
  EXPECT_EQ(sshsig.key, key);
  EXPECT_TRUE(ssh::verify(sshsig, "quorate-request", message).has_value());
  EXPECT_EQ(code_of(ssh::verify(sshsig, "quorate-request", Bytes{5})), Code::signature_invalid);
  sshsig.key = ssh::PublicKey::of(testing::draw_key(entropy).public_key());
  EXPECT_EQ(code_of(ssh::verify(sshsig, "quorate-request", message)), Code::signature_invalid);
  EXPECT_EQ(code_of(ssh::PublicKey::parse(ssh::ed25519_blob({}))), Code::key_not_allowed);
}

}  // namespace
}  // namespace quorate
