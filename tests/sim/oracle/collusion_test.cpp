#include "sim/oracle/collusion.h"

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base/plant.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "sim/oracle/ros.h"
#include "tests/support/dealer.h"

namespace quorate::sim {
namespace {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using testing::DealtRoot;
using testing::identifier;
using ::testing::IsEmpty;
using testing::SeededEntropy;
using ::testing::SizeIs;

const std::vector<Bytes> targets{{'n', 'o'}, {'n', 'e', 'v', 'e', 'r'}};

// The constant that a careless hand would have put in the place of the binding factor.
frost::BindingFactors constant_factors(const frost::Package& package) {
  frost::BindingFactors factors;
  for (const frost::Commitment& commitment : package.commitments()) {
    factors.emplace(commitment.signer, Scalar::of(3));
  }
  return factors;
}

// A nonce pair that, unlike the product's, answers as often as it is asked.
struct OpenNonces {
  Scalar d;
  Scalar e;
  frost::Commitment commitment;

  static OpenNonces draw(frost::Identifier signer, Entropy& entropy) {
    const Scalar d = Scalar::reveal(SecretScalar::draw(entropy));
    const Scalar e = Scalar::reveal(SecretScalar::draw(entropy));
    return {d,
            e,
            {signer, PublicSum().add_base_product(d).value_vartime().value(),
             PublicSum().add_base_product(e).value_vartime().value()}};
  }

  frost::Partial answer(const frost::Package& package, const Scalar& share,
                        const BindingRule& rule) const {
    const frost::BindingFactors factors = rule(package);
    const Point r = frost::group_commitment(package, factors).value();
    const Scalar c = frost::challenge(r, package.group_key(), package.message());
    const Scalar lambda = frost::lagrange_coefficient(package, commitment.signer);
    return {commitment.signer, d + factors.at(commitment.signer) * e + lambda * c * share};
  }
};

class Collusion : public ::testing::Test {
 protected:
  explicit Collusion() : entropy_(11), root_(testing::deal(3, 5, entropy_)) {}

  Scalar share(std::size_t number) {
    return Scalar::reveal(Scalar::of(1) * root_.shares[number - 1].secret);
  }
  StolenShare stolen(std::uint32_t number) { return {identifier(number), share(number)}; }
  Spoils spoils(std::vector<StolenShare> shares) {
    return {root_.quorum, std::move(shares), {}, frost::binding_factors};
  }
  OpenNonces nonces(std::uint32_t number) { return OpenNonces::draw(identifier(number), entropy_); }

  // Nodes 1, 2, 3 sign; node 1 with these nonces.
  Session signed_with(const OpenNonces& of_first, const Bytes& message, const BindingRule& rule) {
    return signed_with({of_first, nonces(2), nonces(3)}, message, rule);
  }
  Session signed_with(const std::vector<OpenNonces>& all, const Bytes& message,
                      const BindingRule& rule) {
    const auto package =
        frost::Package::make(root_.quorum, message,
                             {all[0].commitment, all[1].commitment, all[2].commitment})
            .value();
    Session session{package, {}};
    for (std::size_t i = 0; i < all.size(); ++i) {
      session.partials.push_back(all[i].answer(package, share(i + 1), rule));
    }
    return session;
  }
  Session signed_freshly(const Bytes& message) {
    return signed_with(nonces(1), message, frost::binding_factors);
  }

  bool verifies(const Forgery& forgery) {
    return ed25519::verifies(root_.quorum.group_key, forgery.message, forgery.signature);
  }

  SeededEntropy entropy_;
  DealtRoot root_;
};

TEST_F(Collusion, TwoOfThreeWhoSawAHundredSignaturesForgeNothing) {
  Spoils seen = spoils({stolen(4), stolen(5)});
  for (std::uint8_t i = 0; i < 100; ++i) seen.sessions.push_back(signed_freshly({i}));
  EXPECT_THAT(collude_and_forge(seen, targets), IsEmpty());
}

TEST_F(Collusion, ThreeSharesForgeEverythingUnderWhateverNumbers) {
  const std::vector<Forgery> forged =
      collude_and_forge(spoils({stolen(2), stolen(4), stolen(5)}), targets);
  ASSERT_THAT(forged, SizeIs(targets.size()));
  for (std::size_t i = 0; i < forged.size(); ++i) {
    EXPECT_EQ(forged[i].message, targets[i]);
    EXPECT_TRUE(verifies(forged[i]));
  }
  // Two exchanged, and a worthless fourth.
  Spoils mislabelled = spoils({stolen(2), stolen(4), stolen(5), stolen(1)});
  mislabelled.shares[0].holder = identifier(4);
  mislabelled.shares[1].holder = identifier(2);
  mislabelled.shares[3].value = Scalar::of(17);
  EXPECT_THAT(collude_and_forge(mislabelled, targets), SizeIs(targets.size()));
}

TEST_F(Collusion, ANoncePairUsedThreeTimesIsTheThirdShare) {
  Spoils seen = spoils({stolen(4), stolen(5)});
  const OpenNonces repeated = nonces(1);
  for (std::uint8_t use = 1; use <= 3; ++use) {
    EXPECT_THAT(collude_and_forge(seen, targets), IsEmpty()) << "before use " << int{use};
    seen.sessions.push_back(signed_freshly({use}));
    seen.sessions.push_back(signed_with(repeated, {use, use}, frost::binding_factors));
  }
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(targets.size()));
}

TEST_F(Collusion, WithAConstantBindingFactorTwoUsesAreEnough) {
  Spoils seen = spoils({stolen(4), stolen(5)});
  seen.binding = constant_factors;
  const OpenNonces repeated = nonces(1);
  seen.sessions.push_back(signed_with(repeated, {1}, constant_factors));
  seen.sessions.push_back(signed_with(repeated, {1}, constant_factors));  // with others' nonces
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(targets.size()));
}

// Answers that only together, and only in one combination, make a signature.
TEST_F(Collusion, PutsTogetherWhatSessionsHoldInParts) {
  const Session of_target = signed_freshly(targets[0]);
  Spoils whole = spoils({});
  whole.sessions = {signed_freshly({1}), of_target};
  EXPECT_THAT(collude_and_forge(whole, targets), SizeIs(1)) << "a signature as it is";

  Spoils halves = spoils({});
  halves.sessions = {of_target, signed_freshly({1}), of_target};
  halves.sessions[0].partials[0].value = Scalar::of(5);
  halves.sessions[2].partials[1].value = Scalar::of(6);
  EXPECT_THAT(collude_and_forge(halves, targets), SizeIs(1)) << "signer by signer";
  halves.sessions[2].partials[0].value = Scalar::of(7);
  EXPECT_THAT(collude_and_forge(halves, targets), IsEmpty());
}

TEST_F(Collusion, AddsSessionsUpAndExchangesTheirSigners) {
  // With the secret and the nonces the test builds what an attack would have to find.
  Scalar root_secret;
  for (std::uint32_t number = 1; number <= 5; ++number) {
    const auto lambda =
        frost::lagrange_coefficient(root_.quorum.members, identifier(number), 0).value();
    root_secret = root_secret + lambda * share(number);
  }
  const BindingRule rule = constant_factors;
  std::vector<Session> sessions;
  std::vector<std::vector<Scalar>> terms;  // d + 3 e of each signer
  for (const std::uint8_t message : {std::uint8_t{1}, std::uint8_t{2}}) {
    const std::vector<OpenNonces> all{nonces(1), nonces(2), nonces(3)};
    const auto package =
        frost::Package::make(root_.quorum, {message},
                             {all[0].commitment, all[1].commitment, all[2].commitment})
            .value();
    sessions.push_back({package, {}});
    terms.emplace_back();
    for (const OpenNonces& each : all) {
      sessions.back().partials.push_back({each.commitment.signer, Scalar()});
      terms.back().push_back(each.d + Scalar::of(3) * each.e);
    }
  }
  const auto answer_to = [&](const Scalar& r) {
    const Point commitment = PublicSum().add_base_product(r).value_vartime().value();
    return r + frost::challenge(commitment, root_.quorum.group_key, targets[1]) * root_secret;
  };
  const auto sum = [](const std::vector<Scalar>& values) {
    Scalar total;
    for (const Scalar& value : values) total = total + value;
    return total;
  };

  Spoils seen{root_.quorum, {}, sessions, rule};
  EXPECT_THAT(collude_and_forge(seen, targets), IsEmpty());
  // A third, so that all together are more than two.
  const std::vector<OpenNonces> of_third{nonces(1), nonces(2), nonces(3)};
  seen.sessions.push_back(signed_with(of_third, {3}, rule));
  const Scalar of_other = Scalar::of(1234);
  seen.sessions[1].partials[0].value = of_other;
  seen.sessions[0].partials[0].value = answer_to(sum(terms[0]) + sum(terms[1])) - of_other;
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(1)) << "the sum of two";
  seen.sessions[0].partials[0].value = answer_to(sum(terms[0]) - sum(terms[1])) + of_other;
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(1)) << "their difference";
  Scalar of_all = sum(terms[0]) + sum(terms[1]);
  Scalar answered = of_other;
  for (const OpenNonces& each : of_third) of_all = of_all + each.d + Scalar::of(3) * each.e;
  for (const frost::Partial& partial : seen.sessions[2].partials) {
    answered = answered + partial.value;
  }
  seen.sessions[0].partials[0].value = answer_to(of_all) - answered;
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(1)) << "all together";

  // Signers 1 and 2 with each other's coefficient.
  seen.sessions = {seen.sessions[0]};
  const Scalar first = frost::lagrange_coefficient(seen.sessions[0].package, identifier(1));
  const Scalar second = frost::lagrange_coefficient(seen.sessions[0].package, identifier(2));
  const Scalar exchanged = second * first.inverted();
  const Scalar r = exchanged * terms[0][0] + exchanged.inverted() * terms[0][1] + terms[0][2];
  seen.sessions[0].partials[0].value = exchanged.inverted() * answer_to(r);
  EXPECT_THAT(collude_and_forge(seen, targets), SizeIs(1)) << "signers exchanged";
}

class RosTest : public Collusion {
 protected:
  // Node 1 is honest, 4 and 5 are not.
  RosTest() {
    for (std::uint8_t i = 0; i < Ros::sessions_needed(); ++i) {
      nonces_.push_back(nonces(1));
      sessions_.push_back({{'y', 'e', 's', i}, {nonces_.back().commitment}});
    }
  }
  Result<Ros> plan(const BindingRule& rule) {
    return Ros::plan(root_.quorum, {stolen(4), stolen(5)}, sessions_, targets[0], entropy_, rule);
  }
  std::vector<std::vector<frost::Partial>> answers(const Ros& attack, const BindingRule& rule) {
    std::vector<std::vector<frost::Partial>> partials;
    for (std::size_t i = 0; i < attack.packages().size(); ++i) {
      const frost::Package& package = attack.packages()[i];
      EXPECT_EQ(package.message(), sessions_[i].message);
      partials.push_back({nonces_[i].answer(package, share(1), rule)});
    }
    return partials;
  }

  std::vector<OpenNonces> nonces_;
  std::vector<OpenSession> sessions_;
};

TEST_F(RosTest, ForgesWhereTheBindingFactorIsConstant) {
  EXPECT_EQ(Ros::sessions_needed(), 61u);
  const Result<Ros> attack = plan(constant_factors);
  ASSERT_TRUE(attack.has_value());
  auto partials = answers(*attack, constant_factors);
  const std::optional<Forgery> forgery = attack->forge(partials);
  ASSERT_TRUE(forgery.has_value());
  EXPECT_EQ(forgery->message, targets[0]);
  EXPECT_TRUE(verifies(*forgery));

  partials[40][0].value = partials[40][0].value + Scalar::of(1);
  EXPECT_FALSE(attack->forge(partials).has_value());
  partials[40].clear();
  EXPECT_FALSE(attack->forge(partials).has_value()) << "one did not answer";
}

TEST_F(RosTest, ShowsNothingWhereItBindsAllCommitments) {
  const Result<Ros> attack = plan(frost::binding_factors);
  ASSERT_TRUE(attack.has_value());
  const auto partials = answers(*attack, frost::binding_factors);
  for (std::size_t i = 0; i < partials.size(); ++i) {
    EXPECT_TRUE(frost::check(partials[i][0], attack->packages()[i],
                             root_.verification_shares.at(identifier(1))));
  }
  EXPECT_FALSE(attack->forge(partials).has_value());
}

TEST_F(RosTest, NeedsEnoughSessionsOfTheSameSignersAndSomebodyCorrupt) {
  const auto code = [&] {
    const Result<Ros> attack = plan(frost::binding_factors);
    return attack ? Code::internal : attack.error().code;
  };
  EXPECT_EQ(Ros::plan(root_.quorum, {}, sessions_, targets[0], entropy_).error().code,
            Code::wrong_participants);
  EXPECT_EQ(Ros::plan(root_.quorum, {stolen(5)}, sessions_, targets[0], entropy_).error().code,
            Code::wrong_participants);
  const OpenSession last = sessions_.back();
  sessions_.pop_back();
  EXPECT_EQ(code(), Code::wrong_participants);
  sessions_.push_back({last.message, {nonces(2).commitment}});
  EXPECT_EQ(code(), Code::wrong_participants);
}

#if QUORATE_PLANT
// The product's own signer, with the bug that SIMULATION calls B21.
TEST_F(RosTest, ForgesFromRealSignersWithTheBugPlanted) {
  for (const plant::Bug bug : {plant::Bug::none, plant::Bug::B21}) {
    plant::plant(bug);
    std::vector<frost::NoncePair> pairs;
    for (OpenSession& session : sessions_) {
      pairs.push_back(frost::NoncePair::generate(root_.shares[0], entropy_));
      session.honest = {pairs.back().commitment()};
    }
    const Result<Ros> attack = plan(frost::binding_factors);
    std::vector<std::vector<frost::Partial>> partials;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      partials.push_back(
          {frost::sign(root_.shares[0], std::move(pairs[i]), attack->packages()[i]).value()});
    }
    EXPECT_EQ(attack->forge(partials).has_value(), bug == plant::Bug::B21);
  }
  plant::plant(plant::Bug::none);
}
#endif

}  // namespace
}  // namespace quorate::sim
