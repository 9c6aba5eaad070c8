#include "sim/oracle/span.h"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/dkg/receiver.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "crypto/frost/signer.h"
#include "tests/support/dealer.h"

namespace quorate::sim {
namespace {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;
using testing::identifier;
using testing::SeededEntropy;

const Scalar one = Scalar::of(1);

Point image_of(std::uint16_t secret) {
  return PublicSum().add_base_product(Scalar::of(secret)).value_vartime().value();
}

// In the transparent group the image of a secret is the secret.
Residue value_of(const LinearForm& form) {
  Residue sum;
  for (const auto& [image, factor] : form.terms()) {
    sum = sum + factor * Residue::of_canonical(image.bytes());
  }
  return sum;
}

Residue residue_of(const Scalar& scalar) { return Residue::of_canonical(scalar.bytes()); }

// A root of 3 of 5 that nodes 1, 2, 3 dealt. What the corrupt nodes 4 and 5 would deal is theirs,
// and adds nothing to the forms.
struct Quorum {
  explicit Quorum(std::uint64_t seed) : entropy(seed) {
    for (std::uint16_t number = 1; number <= 5; ++number) members.push_back(identifier(number));
    std::vector<dkg::Polynomial> polynomials;
    for (int dealer = 0; dealer < 3; ++dealer) {
      polynomials.push_back(dkg::Polynomial::draw(3, entropy));
      deals.push_back(polynomials.back().commitments());
    }
    const dkg::Outcome outcome = dkg::combine(deals, members).value();
    quorum = frost::Quorum{frost::Epoch{1}, 3, outcome.commitments.front(), members};
    for (const Identifier member : members) {
      std::vector<SecretScalar> dealt;
      for (const dkg::Polynomial& polynomial : polynomials) dealt.push_back(polynomial.at(member));
      shares.push_back({member, frost::Epoch{1}, dkg::sum(dealt)});
    }
  }

  LinearForm share(std::size_t number) const {
    return share_form(deals, identifier(static_cast<std::uint32_t>(number)));
  }
  void give_dealt_shares(Span& adversary, std::size_t number) const {
    for (const dkg::Commitments& deal : deals) {
      adversary.learn(dealt_share(deal, identifier(static_cast<std::uint32_t>(number))));
    }
  }
  // Three of the five, each three now and then; gives the partials of all to the adversary.
  void sign_once(Span& adversary, std::uint8_t round) {
    std::vector<std::size_t> chosen{0, 1, 2, 3, 4};
    for (int left_out = 0; left_out < 2; ++left_out) {
      chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(entropy.number() % chosen.size()));
    }
    std::vector<frost::NoncePair> nonces;
    std::vector<frost::Commitment> commitments;
    for (const std::size_t place : chosen) {
      nonces.push_back(frost::NoncePair::generate(shares[place], entropy));
      commitments.push_back(nonces.back().commitment());
    }
    const auto package = frost::Package::make(*quorum, {round}, commitments).value();
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto partial = frost::sign(shares[chosen[i]], std::move(nonces[i]), package).value();
      const LinearForm form = partial_form(package, partial.signer, share(chosen[i] + 1));
      ASSERT_EQ(value_of(form), residue_of(partial.value)) << "the form is not what was sent";
      adversary.learn(form);
    }
  }
  // A package of nodes 1, 2, 3 in which the first always comes with the same nonces.
  frost::Package with_nonces_again(const frost::Commitment& repeated, std::uint8_t message) {
    std::vector<frost::Commitment> commitments{repeated};
    for (const std::size_t place : {std::size_t{1}, std::size_t{2}}) {
      commitments.push_back(frost::NoncePair::generate(shares[place], entropy).commitment());
    }
    return frost::Package::make(*quorum, {message}, commitments).value();
  }

  SeededEntropy entropy;
  std::vector<Identifier> members;
  std::vector<dkg::Commitments> deals;
  std::optional<frost::Quorum> quorum;
  std::vector<frost::Share> shares;
};

TEST(Span, KnowsWhatFollowsAndNothingElse) {
  const Point x = image_of(1001);
  const Point y = image_of(1002);
  const Point z = image_of(1003);
  Span span;
  EXPECT_TRUE(span.is_known(LinearForm())) << "nothing secret in it";
  EXPECT_FALSE(span.is_known(LinearForm().add(x, one)));

  span.learn(LinearForm().add(x, one).add(y, Scalar::of(2)));
  span.learn(LinearForm().add(y, one).add(z, one));
  EXPECT_FALSE(span.is_known(LinearForm().add(x, one)));
  EXPECT_TRUE(span.is_known(LinearForm().add(z, Scalar::of(2)).add(x, Scalar() - one)));
  EXPECT_EQ(span.dimension(), 2u);

  span.learn(LinearForm().add(x, one).add(z, one).add(y, Scalar::of(3)));  // the sum of the two
  EXPECT_EQ(span.dimension(), 2u);
  span.learn(LinearForm().add(z, one).add(x, one));
  EXPECT_EQ(span.dimension(), 3u);
  for (const Point& each : {x, y, z}) EXPECT_TRUE(span.is_known(LinearForm().add(each, one)));
  const Point twice = image_of(6);
  span.learn(LinearForm().add(twice, one).add(twice, one).add(x, one));  // 2 twice + x
  EXPECT_TRUE(span.is_known(LinearForm().add(twice, one)));
  const Point cancelled = image_of(8);
  span.learn(LinearForm().add(cancelled, one).add(cancelled, Scalar() - one));
  EXPECT_FALSE(span.is_known(LinearForm().add(cancelled, one)));
  EXPECT_EQ(span.dimension(), 4u);

  const Point never_seen = image_of(7);
  EXPECT_FALSE(span.is_known(LinearForm().add(x, one).add(never_seen, one)));
  EXPECT_TRUE(
      span.is_known(LinearForm().add(x, one).add(never_seen, one).add(never_seen, Scalar() - one)));
}

using Matrix = std::vector<std::vector<Residue>>;

std::size_t rank(Matrix rows) {
  std::size_t done = 0;
  for (std::size_t column = 0; !rows.empty() && column < rows.front().size(); ++column) {
    const auto pivot = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(done), rows.end(),
                                    [&](const auto& row) { return !row[column].is_zero(); });
    if (pivot == rows.end()) continue;
    std::swap(*pivot, rows[done]);
    for (std::size_t i = done + 1; i < rows.size(); ++i) {
      const Residue by = rows[i][column] * rows[done][column].inverted();
      for (std::size_t k = 0; k < rows[i].size(); ++k) {
        rows[i][k] = rows[i][k] - by * rows[done][k];
      }
    }
    ++done;
  }
  return done;
}

RC_GTEST_PROP(Span, AgreesWithTheTextbooksElimination, ()) {
  constexpr std::size_t secrets = 6;
  const auto row = [] {
    std::vector<std::uint16_t> factors(secrets, 0);
    const auto terms = *rc::gen::inRange<std::size_t>(0, 4);
    for (std::size_t i = 0; i < terms; ++i) {
      factors[*rc::gen::inRange<std::size_t>(0, secrets)] = *rc::gen::inRange<std::uint16_t>(0, 4);
    }
    return factors;
  };
  const auto form_of = [](const std::vector<std::uint16_t>& factors) {
    LinearForm form;
    for (std::size_t i = 0; i < secrets; ++i) {
      form.add(image_of(static_cast<std::uint16_t>(500 + i)), Scalar::of(factors[i]));
    }
    return form;
  };
  const auto residues_of = [](const std::vector<std::uint16_t>& factors) {
    return std::vector<Residue>(factors.begin(), factors.end());
  };
  Span span;
  Matrix learnt;
  const auto count = *rc::gen::inRange<std::size_t>(0, 7);
  for (std::size_t i = 0; i < count; ++i) {
    const auto factors = row();
    span.learn(form_of(factors));
    learnt.push_back(residues_of(factors));
    RC_ASSERT(span.dimension() == rank(learnt));
  }
  const auto asked = row();
  Matrix with_it = learnt;
  with_it.push_back(residues_of(asked));
  RC_ASSERT(span.is_known(form_of(asked)) == (rank(with_it) == rank(learnt)));
}

TEST(Span, HundredsOfSignaturesKeepTheSecretAndOneShareMoreGivesIt) {
  Quorum test(1);
  EXPECT_EQ(value_of(root_form(test.deals)), Residue::of_canonical(test.quorum->group_key.bytes()));
  for (std::size_t number = 1; number <= 5; ++number) {
    EXPECT_EQ(value_of(test.share(number)),
              Residue::of_canonical(test.shares[number - 1].secret.expose()));
  }
  Span adversary;
  test.give_dealt_shares(adversary, 4);
  test.give_dealt_shares(adversary, 5);
  for (int signature = 0; signature < 400; ++signature) {
    test.sign_once(adversary, static_cast<std::uint8_t>(signature));
  }
  EXPECT_TRUE(adversary.is_known(test.share(4)));
  EXPECT_TRUE(adversary.is_known(test.share(5)));
  EXPECT_FALSE(adversary.is_known(root_form(test.deals)));
  for (std::size_t honest = 1; honest <= 3; ++honest) {
    EXPECT_FALSE(adversary.is_known(test.share(honest))) << honest;
  }

  adversary.learn(test.share(2));
  EXPECT_TRUE(adversary.is_known(root_form(test.deals)));
  EXPECT_TRUE(adversary.is_known(test.share(1)));
  EXPECT_TRUE(adversary.is_known(test.share(3)));
}

TEST(Span, TwoSharesOfEachOfTwoEpochsKeepTheSecretUntilTheRefreshLeaks) {
  Quorum test(2);
  const dkg::Commitments refresh = dkg::Polynomial::draw(3, test.entropy).commitments();
  const auto refreshed = [&](std::size_t number) {
    const Scalar x = Scalar::of(static_cast<std::uint16_t>(number));
    return test.share(number).add(refresh[1], x).add(refresh[2], x * x);  // no constant term
  };
  Span adversary;
  for (const std::size_t stolen : {1u, 2u}) adversary.learn(test.share(stolen));
  for (const std::size_t stolen : {3u, 4u}) adversary.learn(refreshed(stolen));
  EXPECT_FALSE(adversary.is_known(root_form(test.deals)));
  EXPECT_FALSE(adversary.is_known(test.share(3)));

  for (const std::size_t k : {1u, 2u}) adversary.learn(LinearForm().add(refresh[k], one));
  EXPECT_TRUE(adversary.is_known(root_form(test.deals)));
  EXPECT_TRUE(adversary.is_known(refreshed(5)));
}

TEST(Span, ANoncePairsThirdUseGivesTheShareAway) {
  Quorum test(3);
  const frost::Commitment repeated =
      frost::NoncePair::generate(test.shares[0], test.entropy).commitment();
  Span adversary;
  for (std::uint8_t use = 1; use <= 3; ++use) {
    EXPECT_FALSE(adversary.is_known(test.share(1))) << "before use " << int{use};
    adversary.learn(
        partial_form(test.with_nonces_again(repeated, use), identifier(1), test.share(1)));
    for (int between = 0; between < 20; ++between) test.sign_once(adversary, use);
  }
  EXPECT_TRUE(adversary.is_known(test.share(1)));
  EXPECT_FALSE(adversary.is_known(root_form(test.deals))) << "one share is fewer than three";
}

// The last dealer takes away what the others committed to, as one without a proof of possession
// could.
TEST(Span, ADealerThatCommitsToMoreThanItKnowsOwnsTheKey) {
  Quorum test(4);
  const Scalar minus_one = Scalar() - one;
  PublicSum rogue;
  rogue.add_base_product(Scalar::of(99));
  for (const dkg::Commitments& deal : test.deals) rogue.add_product(minus_one, deal.front());
  std::vector<dkg::Commitments> deals = test.deals;
  deals.push_back({rogue.value_vartime().value()});
  Span adversary;
  EXPECT_FALSE(adversary.is_known(root_form(deals)));
  // What it knows is 99, that is the rogue commitment with the others' put back.
  adversary.learn(LinearForm().add(deals.back().front(), one).add(root_form(test.deals), one));
  EXPECT_TRUE(adversary.is_known(root_form(deals)));
  EXPECT_FALSE(adversary.is_known(root_form(test.deals)));
}

}  // namespace
}  // namespace quorate::sim
