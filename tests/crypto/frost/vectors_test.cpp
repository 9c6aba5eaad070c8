// RFC 9591's test vectors and those of another implementation, every intermediate value.

#include <gtest/gtest.h>
#include <sodium.h>

#include "crypto/frost/aggregator.h"
#include "crypto/frost/hash.h"
#include "crypto/frost/signer.h"
#include "tests/support/dealer.h"
#include "tests/support/known_answers.h"

namespace quorate::frost {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::SecretScalar;
using nlohmann::json;
using testing::hex_of;
using testing::identifier;

const json& entry_of(const json& list, Identifier signer) {
  for (const json& entry : list) {
    if (entry.at("identifier") == signer.number()) return entry;
  }
  throw std::out_of_range("no such participant");
}

class SigningVector : public ::testing::TestWithParam<const char*> {
 protected:
  const json vector_ = testing::known_answers(std::string("frost-ed25519/") + GetParam());
  const json& inputs_ = vector_.at("inputs");
  const json& round_one_ = vector_.at("round_one_outputs").at("outputs");
  const json& round_two_ = vector_.at("round_two_outputs").at("outputs");

  const json& group_key() const {
    return inputs_.at(inputs_.contains("group_public_key") ? "group_public_key"
                                                           : "verifying_key_key");
  }
  std::vector<Identifier> signers() const {
    std::vector<Identifier> signers;
    for (const json& number : inputs_.at("participant_list")) {
      signers.push_back(identifier(number.get<std::uint32_t>()));
    }
    return signers;
  }
  Share share(Identifier signer) const {
    const json& entry = entry_of(inputs_.at("participant_shares"), signer);
    return {signer, Epoch{1}, testing::secret(entry.at("participant_share"))};
  }
  NoncePair nonces(Identifier signer) const {
    const json& given = entry_of(round_one_, signer);
    Bytes random = testing::bytes(given.at("hiding_nonce_randomness"));
    append(random, testing::bytes(given.at("binding_nonce_randomness")));
    testing::FixedEntropy entropy(std::move(random));
    NoncePair pair = NoncePair::generate(share(signer), entropy);
    EXPECT_EQ(entropy.left(), 0U);
    return pair;
  }
  // These files sign with every participant of the list, also where that is more than they need.
  Package package() const {
    const Quorum quorum{Epoch{1}, static_cast<std::uint16_t>(signers().size()),
                        testing::point(group_key()), signers()};
    std::vector<Commitment> commitments;
    for (const Identifier signer : signers()) commitments.push_back(nonces(signer).commitment());
    return Package::make(quorum, testing::bytes(inputs_.at("message")), commitments).value();
  }
};

TEST_P(SigningVector, SharesLieOnThePolynomial) {
  std::vector<SecretScalar> coefficients;
  coefficients.push_back(testing::secret(inputs_.at("group_secret_key")));
  for (const json& coefficient : inputs_.at("share_polynomial_coefficients")) {
    coefficients.push_back(testing::secret(coefficient));
  }
  const auto polynomial = dkg::Polynomial::of(std::move(coefficients)).value();
  EXPECT_EQ(hex_of(polynomial.commitments().front()), group_key());
  for (const json& entry : inputs_.at("participant_shares")) {
    const Identifier holder = identifier(entry.at("identifier").get<std::uint32_t>());
    EXPECT_EQ(hex_of(polynomial.at(holder)), entry.at("participant_share"));
  }
}

TEST_P(SigningVector, RoundOneGivesNoncesAndCommitments) {
  for (const Identifier signer : signers()) {
    const json& expected = entry_of(round_one_, signer);
    const Share held = share(signer);
    for (const std::string which : {"hiding", "binding"}) {
      ByteArray<64> wide =
          hash(Domain::nonce,
               {testing::bytes(expected.at(which + "_nonce_randomness")), held.secret.expose()});
      EXPECT_EQ(hex_of(SecretScalar::reduce(wide)), expected.at(which + "_nonce"));
    }
    const NoncePair pair = nonces(signer);
    EXPECT_EQ(pair.commitment().signer, signer);
    EXPECT_EQ(hex_of(pair.commitment().hiding), expected.at("hiding_nonce_commitment"));
    EXPECT_EQ(hex_of(pair.commitment().binding), expected.at("binding_nonce_commitment"));
  }
}

TEST_P(SigningVector, BindingFactorsAndTheirInputs) {
  const Package package = this->package();
  const BindingFactors factors = binding_factors(package);
  Bytes commitments;
  for (const Commitment& c : package.commitments()) {
    append(commitments, Scalar::of(c.signer.number()).bytes());
    append(commitments, c.hiding.bytes());
    append(commitments, c.binding.bytes());
  }
  ASSERT_EQ(factors.size(), signers().size());
  for (const Identifier signer : signers()) {
    const json& expected = entry_of(round_one_, signer);
    Bytes input = testing::bytes(group_key());
    append(input, hash(Domain::msg, {package.message()}));
    append(input, hash(Domain::com, {commitments}));
    append(input, Scalar::of(signer.number()).bytes());
    EXPECT_EQ(to_hex(input), expected.at("binding_factor_input"));
    EXPECT_EQ(hex_of(Scalar::reduce(hash(Domain::rho, {input}))), expected.at("binding_factor"));
    EXPECT_EQ(hex_of(factors.at(signer)), expected.at("binding_factor"));
  }
}

TEST_P(SigningVector, RoundTwoAndTheSignature) {
  const Package package = this->package();
  std::vector<Partial> partials;
  VerificationShares verification_shares;
  for (const Identifier signer : signers()) {
    const Share held = share(signer);
    const Partial partial = sign(held, nonces(signer), package).value();
    EXPECT_EQ(hex_of(partial.value), entry_of(round_two_, signer).at("sig_share"));
    const Point verification_share = Point::base_times(held.secret);
    EXPECT_TRUE(fits(held, verification_share));
    EXPECT_TRUE(check(partial, package, verification_share));
    partials.push_back(partial);
    verification_shares.emplace(signer, verification_share);
  }
  const std::string expected = vector_.at("final_output").at("sig");
  EXPECT_EQ(hex_of(group_commitment(package, binding_factors(package)).value()),
            expected.substr(0, 64));
  const auto signature = aggregate(partials, package, verification_shares);
  ASSERT_TRUE(signature.has_value());
  EXPECT_EQ(to_hex(*signature), expected);
  EXPECT_EQ(
      crypto_sign_verify_detached(signature->data(), package.message().data(),
                                  package.message().size(), package.group_key().bytes().data()),
      0);
}

std::string name_of(const ::testing::TestParamInfo<const char*>& file) {
  static constexpr const char* names[] = {"Rfc9591", "Zf", "ZfBigIdentifier"};
  return names[file.index];
}

INSTANTIATE_TEST_SUITE_P(Files, SigningVector,
                         ::testing::Values("rfc9591-vectors.json", "zf-vectors.json",
                                           "zf-vectors-big-identifier.json"),
                         name_of);

}  // namespace
}  // namespace quorate::frost
