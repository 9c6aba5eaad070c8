#include "proto/signing/session.h"

#include <gtest/gtest.h>

#include "crypto/frost/aggregator.h"
#include "crypto/frost/hash.h"
#include "proto/ceremony/epoch_record.h"
#include "tests/support/dealer.h"
#include "tests/support/known_answers.h"

namespace quorate::signing {
namespace {

using frost::Identifier;
using nlohmann::json;
using testing::hex_of;
using testing::identifier;

// The vector's session of epoch 3, with the key material of the reshare that it names.
class SessionVector : public ::testing::Test {
 protected:
  const json vector_ = testing::known_answers("ceremony/session.json");
  const json root_ = testing::known_answers("ceremony/" + vector_.at("root").get<std::string>());
  const frost::Quorum quorum_ = quorum();

  frost::Quorum quorum() const {
    frost::Quorum quorum{frost::Epoch{vector_.at("epoch").get<std::uint64_t>()},
                         root_.at("threshold").get<std::uint16_t>(),
                         testing::point(root_.at("public_key")),
                         {}};
    for (const auto& [number, name] : root_.at("members").items()) {
      quorum.members.push_back(identifier(static_cast<std::uint32_t>(std::stoul(number))));
    }
    return quorum;
  }
  std::vector<Identifier> signers() const {
    std::vector<Identifier> signers;
    for (const auto& [number, values] : vector_.at("signers").items()) {
      signers.push_back(identifier(static_cast<std::uint32_t>(std::stoul(number))));
    }
    return signers;
  }
  const json& of(Identifier signer) const {
    return vector_.at("signers").at(std::to_string(signer.number()));
  }
  ed25519::SigningKey identity(Identifier member) const {
    const std::string name = root_.at("members").at(std::to_string(member.number()));
    return testing::signing_key(root_.at("identities").at(name).at("seed"));
  }
  frost::Share share(Identifier signer) const {
    return {signer, quorum_.epoch,
            testing::secret(root_.at("shares").at(std::to_string(signer.number())))};
  }
  frost::NoncePair nonces(Identifier signer) const {
    Bytes random = testing::bytes(of(signer).at("random_hiding"));
    append(random, testing::bytes(of(signer).at("random_binding")));
    testing::FixedEntropy entropy(std::move(random));
    return frost::NoncePair::generate(share(signer), entropy);
  }
  frost::Package package() const {
    std::vector<frost::Commitment> list;
    for (const Identifier signer : signers()) list.push_back(nonces(signer).commitment());
    return frost::Package::make(quorum_, testing::bytes(vector_.at("message")), list).value();
  }
  frost::VerificationShares verification_shares() const {
    frost::VerificationShares shares;
    for (const auto& [number, point] : root_.at("verification_shares").items()) {
      shares.emplace(identifier(static_cast<std::uint32_t>(std::stoul(number))),
                     testing::point(point));
    }
    return shares;
  }
};

TEST_F(SessionVector, EveryIntermediateValue) {
  const frost::Package package = this->package();
  const frost::BindingFactors factors = frost::binding_factors(package);
  for (const Identifier signer : signers()) {
    const json& expected = of(signer);
    for (const std::string which : {"hiding", "binding"}) {
      ByteArray<64> wide = frost::hash(
          frost::Domain::nonce,
          {testing::bytes(expected.at("random_" + which)), share(signer).secret.expose()});
      EXPECT_EQ(hex_of(ed25519::SecretScalar::reduce(wide)), expected.at(which));
    }
    EXPECT_EQ(hex_of(package.find(signer)->hiding), expected.at("D"));
    EXPECT_EQ(hex_of(package.find(signer)->binding), expected.at("E"));
    EXPECT_EQ(hex_of(factors.at(signer)), expected.at("binding_factor"));
    EXPECT_EQ(hex_of(frost::lagrange_coefficient(package, signer)), expected.at("lagrange"));
    EXPECT_EQ(hex_of(frost::sign(share(signer), nonces(signer), package).value().value),
              expected.at("partial"));
  }
  const auto commitment = frost::group_commitment(package, factors).value();
  EXPECT_EQ(hex_of(commitment), vector_.at("group_commitment"));
  EXPECT_EQ(hex_of(frost::challenge(commitment, package.group_key(), package.message())),
            vector_.at("challenge"));
}

TEST_F(SessionVector, NameOfTheSessionAndSignedPartials) {
  const frost::Package package = this->package();
  EXPECT_EQ(to_hex(document(package.message())), vector_.at("tbs"));
  const layout::Hash name = session(quorum_.group_key.bytes(), package);
  EXPECT_EQ(to_hex(name), vector_.at("session"));
  for (const Identifier signer : signers()) {
    const json& expected = of(signer).at("signed_partial");
    const PartialBody body{name, frost::sign(share(signer), nonces(signer), package).value()};
    EXPECT_EQ(to_hex(encode(body)), expected.at("body"));
    EXPECT_EQ(to_hex(layout::sign(identity(signer), partial_label, encode(body))),
              expected.at("signature"));
    EXPECT_EQ(decode_partial(encode(body)).value(), body);
  }
}

TEST_F(SessionVector, TheSignatureAndTheLiar) {
  const frost::Package package = this->package();
  std::vector<frost::Partial> partials;
  for (const Identifier signer : signers()) {
    partials.push_back(
        decode_partial(testing::bytes(of(signer).at("signed_partial").at("body"))).value().partial);
  }
  EXPECT_EQ(to_hex(frost::aggregate(partials, package, verification_shares()).value()),
            vector_.at("signature"));

  const json& wrong = vector_.at("wrong");
  const Identifier liar = identifier(wrong.at("guilty").get<std::uint32_t>());
  const Bytes body = testing::bytes(wrong.at("signed_partial").at("body"));
  EXPECT_TRUE(layout::verifies(identity(liar).public_key(), partial_label, body,
                               testing::bytes(wrong.at("signed_partial").at("signature"))));
  const PartialBody lie = decode_partial(body).value();
  EXPECT_EQ(to_hex(lie.session), vector_.at("session"));
  EXPECT_FALSE(frost::check(lie.partial, package, verification_shares().at(liar)));
  for (frost::Partial& partial : partials) {
    if (partial.signer == liar) partial = lie.partial;
  }
  const auto signature = frost::aggregate(partials, package, verification_shares());
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().guilty, std::vector{liar});
}

// Whatever its members must agree on is in the session's name.
TEST_F(SessionVector, NameChangesWithEveryPartOfTheSession) {
  const frost::Package package = this->package();
  const layout::Hash name = session(quorum_.group_key.bytes(), package);
  ByteArray<32> other_root = quorum_.group_key.bytes();
  other_root[0] ^= 1;
  EXPECT_NE(session(other_root, package), name);

  const auto named = [&](const frost::Quorum& quorum, Bytes message,
                         std::vector<frost::Commitment> list) {
    return session(quorum_.group_key.bytes(),
                   frost::Package::make(quorum, std::move(message), std::move(list)).value());
  };
  EXPECT_EQ(named(quorum_, package.message(), package.commitments()), name);
  EXPECT_NE(named(quorum_, {1}, package.commitments()), name);
  frost::Quorum later = quorum_;
  later.epoch = frost::Epoch{4};
  EXPECT_NE(named(later, package.message(), package.commitments()), name);
  std::vector<frost::Commitment> list = package.commitments();
  std::swap(list[0].hiding, list[0].binding);
  EXPECT_NE(named(quorum_, package.message(), list), name);
  list = package.commitments();
  list[1].signer = identifier(6);
  EXPECT_NE(named(quorum_, package.message(), list), name);
  frost::Quorum smaller = quorum_;
  smaller.threshold = 2;
  EXPECT_NE(named(smaller, package.message(),
                  {package.commitments().begin(), package.commitments().begin() + 2}),
            name);
}

TEST(PartialBody, HasOneForm) {
  const Bytes good = testing::bytes(testing::known_answers("ceremony/session.json")
                                        .at("signers")
                                        .at("4")
                                        .at("signed_partial")
                                        .at("body"));
  ASSERT_EQ(good.size(), 66U);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(decode_partial(ByteView(good).first(size)).error().code, Code::malformed);
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode_partial(longer).error().code, Code::malformed);
  Bytes nobody = good;
  nobody[32] = nobody[33] = 0;
  EXPECT_EQ(decode_partial(nobody).error().code, Code::unknown_participant);
  Bytes not_canonical = good;
  not_canonical[65] |= 0x80;
  EXPECT_EQ(decode_partial(not_canonical).error().code, Code::malformed);
  EXPECT_EQ(encode(decode_partial(good).value()), good);
}

}  // namespace
}  // namespace quorate::signing
