#include "crypto/dkg/receiver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "crypto/ed25519/public_arithmetic.h"
#include "tests/support/dealer.h"

namespace quorate::dkg {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;
using testing::identifier;
using testing::SeededEntropy;

std::vector<Identifier> numbered(std::uint16_t members) {
  std::vector<Identifier> list;
  for (std::uint16_t number = 1; number <= members; ++number) list.push_back(identifier(number));
  return list;
}

SecretScalar zero() {
  ByteArray<32> bytes{};
  return SecretScalar::parse(bytes).value();
}

Point negative(const Point& point) {
  ByteArray<32> bytes = point.bytes();
  bytes[31] ^= 0x80;
  return Point::parse(bytes).value();
}

// The whole of it with nobody in between: n dealers, n receivers, one key that t of them sign with.
RC_GTEST_PROP(Dkg, EndsWithSharesOfOneKeyThatAnyThresholdSignsWith, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const auto members = *rc::gen::inRange<std::uint16_t>(2, 9).as("members");
  const auto threshold =
      *rc::gen::inRange<std::uint16_t>(2, static_cast<std::uint16_t>(members + 1)).as("threshold");
  const std::vector<Identifier> everybody = numbered(members);

  std::vector<Polynomial> polynomials;
  std::vector<Commitments> deals;
  for (const Identifier dealer : everybody) {
    polynomials.push_back(Polynomial::draw(threshold, entropy));
    deals.push_back(polynomials.back().commitments());
    const Proof proof = polynomials.back().prove(dealer, {}, SecretScalar::draw(entropy));
    RC_ASSERT(check_proof(dealer, deals.back(), proof, {}).has_value());
  }
  const Outcome outcome = combine(deals, everybody).value();
  RC_ASSERT(outcome.commitments.size() == threshold);

  std::vector<frost::Share> shares;
  for (const Identifier receiver : everybody) {
    std::vector<SecretScalar> dealt;
    for (std::size_t i = 0; i < polynomials.size(); ++i) {
      dealt.push_back(polynomials[i].at(receiver));
      RC_ASSERT(check_share(receiver, dealt.back(), deals[i]).has_value());
    }
    shares.push_back({receiver, frost::Epoch{1}, sum(dealt)});
    RC_ASSERT(frost::fits(shares.back(), outcome.verification_shares.at(receiver)));
  }

  const frost::Quorum quorum{frost::Epoch{1}, threshold, outcome.commitments.front(), everybody};
  std::vector<frost::NoncePair> nonces;
  std::vector<frost::Commitment> chosen;
  const std::size_t from = entropy.number() % (members - threshold + 1U);
  for (std::size_t i = 0; i < threshold; ++i) {
    nonces.push_back(frost::NoncePair::generate(shares[from + i], entropy));
    chosen.push_back(nonces.back().commitment());
  }
  const frost::Package package = frost::Package::make(quorum, {1, 2}, chosen).value();
  std::vector<frost::Partial> partials;
  for (std::size_t i = 0; i < threshold; ++i) {
    partials.push_back(frost::sign(shares[from + i], std::move(nonces[i]), package).value());
  }
  const auto signature = frost::aggregate(partials, package, outcome.verification_shares);
  RC_ASSERT(signature.has_value());
  RC_ASSERT(crypto_sign_verify_detached(signature->data(), package.message().data(), 2,
                                        quorum.group_key.bytes().data()) == 0);
}

RC_GTEST_PROP(CheckShare, RefusesEveryOtherShare, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const Polynomial polynomial = Polynomial::draw(3, entropy);
  const Commitments commitments = polynomial.commitments();
  // At 1 all powers are 1, and the order of the commitments makes no difference.
  const Identifier receiver = identifier(*rc::gen::inRange<std::uint32_t>(2, 65535));
  const SecretScalar share = polynomial.at(receiver);
  RC_ASSERT(check_share(receiver, share, commitments).has_value());

  const auto refused = [](const Status& status) {
    return !status && status.error().code == Code::share_invalid;
  };
  ByteArray<32> one = Scalar::of(1).bytes();
  RC_ASSERT(refused(check_share(receiver, share + SecretScalar::parse(one).value(), commitments)));
  RC_ASSERT(refused(check_share(identifier(receiver.number() + 1U), share, commitments)));
  RC_ASSERT(refused(check_share(receiver, zero(), commitments)));
  Commitments changed = commitments;
  std::swap(changed[*rc::gen::inRange<std::size_t>(0, 2)], changed[2]);
  RC_ASSERT(refused(check_share(receiver, share, changed)));
}

// A dealer may aim at this: its polynomial is zero at the receiver's place. Who judges a complaint
// must not find the dealer guilty of it.
TEST(CheckShare, TakesAShareOfZeroWhereTheCommitmentsSayZero) {
  SeededEntropy entropy(1);
  const Polynomial any = Polynomial::draw(1, entropy);
  const Point slope = any.commitments()[0];
  const Commitments through_zero_at_one = {negative(slope), slope};  // f(x) = a x - a
  EXPECT_TRUE(check_share(identifier(1), zero(), through_zero_at_one).has_value());
  EXPECT_EQ(check_share(identifier(2), zero(), through_zero_at_one).error().code,
            Code::share_invalid);
  EXPECT_EQ(
      check_share(identifier(1), SecretScalar::draw(entropy), through_zero_at_one).error().code,
      Code::share_invalid);
  EXPECT_EQ(evaluate(through_zero_at_one, identifier(1)).error().code, Code::identity_reached);
}

TEST(Combine, RefusesNoDealsAndDealsOfDifferentLength) {
  SeededEntropy entropy(2);
  const std::vector<Commitments> none;
  EXPECT_EQ(combine(none, numbered(2)).error().code, Code::wrong_participants);
  const std::vector<Commitments> uneven = {Polynomial::draw(2, entropy).commitments(),
                                           Polynomial::draw(3, entropy).commitments()};
  EXPECT_EQ(combine(uneven, numbered(2)).error().code, Code::wrong_participants);
}

TEST(Combine, RefusesAKeyOrVerificationShareThatIsTheIdentity) {
  SeededEntropy entropy(3);
  const Commitments deal = Polynomial::draw(2, entropy).commitments();
  const Commitments more = Polynomial::draw(2, entropy).commitments();
  const std::vector<Commitments> no_key = {deal, {negative(deal[0]), more[1]}};
  EXPECT_EQ(combine(no_key, numbered(2)).error().code, Code::identity_reached);
  const std::vector<Commitments> no_slope = {deal, {more[0], negative(deal[1])}};
  EXPECT_EQ(combine(no_slope, numbered(2)).error().code, Code::identity_reached);

  const std::vector<Commitments> zero_at_one = {{negative(deal[1]), deal[1]}};
  EXPECT_EQ(combine(zero_at_one, numbered(2)).error().code, Code::identity_reached);
  EXPECT_TRUE(combine(zero_at_one, std::vector{identifier(2)}).has_value());
}

}  // namespace
}  // namespace quorate::dkg
