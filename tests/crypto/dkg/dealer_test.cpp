#include "crypto/dkg/dealer.h"

#include <type_traits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/ed25519/public_arithmetic.h"
#include "tests/support/dealer.h"
#include "tests/support/known_answers.h"

namespace quorate::dkg {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;
using testing::identifier;
using testing::SeededEntropy;

static_assert(!std::is_copy_constructible_v<Polynomial>);
static_assert(!std::is_default_constructible_v<Polynomial>);

TEST(Polynomial, RefusesNoCoefficientsAndZeroOnes) {
  EXPECT_EQ(Polynomial::of({}).error().code, Code::malformed);
  for (const std::size_t zero_at : {0U, 1U}) {
    SeededEntropy entropy(1);
    std::vector<SecretScalar> coefficients;
    for (std::size_t k = 0; k < 2; ++k) {
      ByteArray<32> zero{};
      coefficients.push_back(k == zero_at ? SecretScalar::parse(zero).value()
                                          : SecretScalar::draw(entropy));
    }
    EXPECT_EQ(Polynomial::of(std::move(coefficients)).error().code, Code::malformed);
  }
}

RC_GTEST_PROP(Polynomial, HasTheValueThatItsCommitmentsSay, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const auto threshold = *rc::gen::inRange<std::uint16_t>(1, 9);
  const Identifier place = identifier(*rc::gen::inRange<std::uint32_t>(1, 65536));
  const Polynomial polynomial = Polynomial::draw(threshold, entropy);
  const Commitments commitments = polynomial.commitments();
  RC_ASSERT(commitments.size() == threshold);
  RC_ASSERT(Point::base_times(polynomial.at(place)) == evaluate(commitments, place).value());
}

TEST(Polynomial, DrawsEveryCoefficientAnew) {
  SeededEntropy entropy(1);
  const Commitments commitments = Polynomial::draw(8, entropy).commitments();
  for (std::size_t i = 0; i < commitments.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(commitments[i], commitments[k]);
  }
}

struct Deal {
  Commitments commitments;
  Proof proof;
};

Deal any_deal(Identifier dealer, ByteView context, Entropy& entropy) {
  const Polynomial polynomial = Polynomial::draw(2, entropy);
  return {polynomial.commitments(), polynomial.prove(dealer, context, SecretScalar::draw(entropy))};
}

RC_GTEST_PROP(Proof, HoldsForItsDealerContextAndConstantOnly,
              (std::uint64_t seed, const Bytes& context)) {
  SeededEntropy entropy(seed);
  const Deal deal = any_deal(identifier(3), context, entropy);
  RC_ASSERT(check_proof(identifier(3), deal.commitments, deal.proof, context).has_value());
  RC_ASSERT(Proof::parse(deal.proof.bytes()).value() == deal.proof);

  const auto refused = [&](Identifier dealer, const Commitments& commitments, const Proof& proof,
                           ByteView where) {
    const Status status = check_proof(dealer, commitments, proof, where);
    return !status && status.error().code == Code::proof_invalid;
  };
  RC_ASSERT(refused(identifier(4), deal.commitments, deal.proof, context));
  Bytes longer = context;
  longer.push_back(0);
  RC_ASSERT(refused(identifier(3), deal.commitments, deal.proof, longer));
  const Deal other = any_deal(identifier(3), context, entropy);
  RC_ASSERT(refused(identifier(3), other.commitments, deal.proof, context));
  RC_ASSERT(refused(identifier(3), deal.commitments, other.proof, context));
  RC_ASSERT(refused(identifier(3), deal.commitments, {other.proof.commitment, deal.proof.response},
                    context));
}

TEST(Proof, EveryBitCounts) {
  SeededEntropy entropy(5);
  const Deal deal = any_deal(identifier(1), {}, entropy);
  for (unsigned bit = 0; bit < 512; ++bit) {
    ByteArray<64> changed = deal.proof.bytes();
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Result<Proof> proof = Proof::parse(changed);
    EXPECT_FALSE(proof && check_proof(identifier(1), deal.commitments, *proof, {})) << bit;
  }
}

TEST(Proof, OfTheIdentityOrANonCanonicalScalarDoesNotParse) {
  SeededEntropy entropy(6);
  const ByteArray<64> good = any_deal(identifier(1), {}, entropy).proof.bytes();
  for (const char* group : {"points", "scalars"}) {
    const std::ptrdiff_t at = std::string(group) == "points" ? 0 : 32;
    for (const auto& example : testing::known_answers("frost-ed25519/encodings.json", group)) {
      ByteArray<64> changed = good;
      const auto bytes = testing::array<32>(example.at("bytes"));
      std::copy(bytes.begin(), bytes.end(), changed.begin() + at);
      EXPECT_EQ(Proof::parse(changed).has_value(), example.at("valid").get<bool>())
          << example.at("what");
    }
  }
  EXPECT_EQ(Proof::parse(ByteView(good).first(63)).error().code, Code::malformed);
  EXPECT_EQ(Proof::parse(Bytes(65)).error().code, Code::malformed);
}

// What the proof is for: the last dealer subtracts the others' commitments from x·B to own the key.
TEST(Proof, ARogueKeyHasNone) {
  SeededEntropy entropy(7);
  const Deal honest = any_deal(identifier(1), {}, entropy);
  const Polynomial mine = Polynomial::draw(2, entropy);
  ByteArray<32> negative = honest.commitments[0].bytes();
  negative[31] ^= 0x80;
  Commitments rogue = mine.commitments();
  rogue[0] = ed25519::PublicSum()
                 .add(rogue[0])
                 .add(Point::parse(negative).value())
                 .value_vartime()
                 .value();
  const Proof proof = mine.prove(identifier(2), {}, SecretScalar::draw(entropy));
  EXPECT_EQ(check_proof(identifier(2), rogue, proof, {}).error().code, Code::proof_invalid);
}

}  // namespace
}  // namespace quorate::dkg
