// A whole ceremony of another implementation, to the byte.

#include "tests/proto/ceremony/create_vector.h"

#include <gtest/gtest.h>

#include "crypto/dkg/receiver.h"
#include "crypto/frost/signer.h"

namespace quorate::ceremony {
namespace {

using frost::Identifier;
using nlohmann::json;
using testing::hex_of;
using testing::identifier;

class CreateVectorTest : public ::testing::Test {
 protected:
  const CreateVector vector_{};
};

TEST_F(CreateVectorTest, Proposal) {
  const Proposal& proposal = vector_.proposal;
  EXPECT_EQ(hex_of(encode(proposal)), vector_.json.at("proposal"));
  EXPECT_EQ(hex_of(id(proposal)), vector_.json.at("ceremony"));
  EXPECT_TRUE(check_create(proposal).has_value());
  EXPECT_EQ(proposal.kind, Kind::create);
  EXPECT_EQ(proposal.root, "ssh-users");
  EXPECT_EQ(proposal.purpose, "ssh-user-ca");
  EXPECT_EQ(proposal.target.epoch, vector_.json.at("epoch"));
  EXPECT_EQ(proposal.target.threshold, vector_.json.at("threshold"));
  ASSERT_EQ(proposal.target.members.size(), 3U);
  for (const Member& member : proposal.target.members) {
    EXPECT_EQ(member.identity, vector_.identity(member.index).public_key());
  }
}

TEST_F(CreateVectorTest, Hellos) {
  for (const Identifier member : vector_.members()) {
    const json& expected = vector_.json.at("hello").at(CreateVector::key(member));
    Hello hello{id(vector_.proposal), member, {}};
    for (const Identifier dealer : vector_.members()) {
      hello.receive_keys.push_back(vector_.receive_key(member, dealer).public_key);
    }
    EXPECT_EQ(hex_of(encode(hello)), expected.at("body"));
    EXPECT_EQ(hex_of(layout::sign(vector_.identity(member), hello_label, encode(hello))),
              expected.at("signature"));
  }
  const auto heard = check_hellos(vector_.proposal, vector_.hellos);
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(hex_of(heard->hash), vector_.json.at("hellos"));
}

TEST_F(CreateVectorTest, DealsAndTheirEnvelopes) {
  const Hellos heard = check_hellos(vector_.proposal, vector_.hellos).value();
  for (const Identifier dealer : vector_.members()) {
    const json& expected = vector_.json.at("deal").at(CreateVector::key(dealer));
    const dkg::Polynomial polynomial = vector_.polynomial(dealer);
    Deal deal = decode_deal(vector_.proposal, testing::bytes(expected.at("body"))).value();
    EXPECT_EQ(deal.commitments, polynomial.commitments());
    EXPECT_EQ(deal.proof, polynomial.prove(dealer, id(vector_.proposal),
                                           testing::secret(expected.at("proof_nonce"))));
    EXPECT_EQ(hex_of(encode(deal)), expected.at("body"));
    EXPECT_EQ(hex_of(layout::sign(vector_.identity(dealer), deal_label, encode(deal))),
              expected.at("signature"));

    for (const Identifier receiver : vector_.members()) {
      const json& share = expected.at("shares").at(CreateVector::key(receiver));
      EXPECT_EQ(hex_of(polynomial.at(receiver)), share);
      const auto opened = dkg::open(deal.envelopes[position(vector_.proposal.target, receiver)],
                                    vector_.receive_key(receiver, dealer));
      ASSERT_TRUE(opened.has_value());
      EXPECT_EQ(hex_of(*opened), share);
      EXPECT_TRUE(dkg::check_share(receiver, *opened, deal.commitments).has_value());
      EXPECT_EQ(heard.receive_key(vector_.proposal, receiver, dealer),
                vector_.receive_key(receiver, dealer).public_key);
    }
  }
}

TEST_F(CreateVectorTest, TranscriptConfirmsAndTheRecord) {
  Bytes bodies;
  for (const Signed& deal : vector_.deals) append(bodies, deal.body);
  EXPECT_EQ(hex_of(layout::hash("deals", bodies)), vector_.json.at("deals"));

  const Hellos heard = check_hellos(vector_.proposal, vector_.hellos).value();
  const auto deals = check_deals(vector_.proposal, heard.hash, vector_.deals);
  ASSERT_TRUE(deals.has_value());
  const EpochRecord& record = deals->record;
  EXPECT_EQ(hex_of(record.transcript), vector_.json.at("transcript"));
  EXPECT_EQ(hex_of(record.group_key()), vector_.json.at("public_key"));
  EXPECT_EQ(hex_of(record.root_id()), vector_.json.at("public_key"));
  ASSERT_EQ(record.commitments.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(hex_of(record.commitments[k]), vector_.json.at("commitments")[k]);
  }
  for (const Identifier member : vector_.members()) {
    const json& expected = vector_.json.at("confirm").at(CreateVector::key(member));
    const Bytes body = encode(Confirm{record.transcript, member});
    EXPECT_EQ(hex_of(body), expected.at("body"));
    EXPECT_EQ(hex_of(layout::sign(vector_.identity(member), confirm_label, body)),
              expected.at("signature"));
  }
  const auto certified =
      verify({encode(vector_.proposal), vector_.hellos, vector_.deals, vector_.confirms});
  ASSERT_TRUE(certified.has_value());
  EXPECT_EQ(*certified, record);
}

TEST_F(CreateVectorTest, SharesAndAnExampleSignature) {
  const Hellos heard = check_hellos(vector_.proposal, vector_.hellos).value();
  const EpochRecord record =
      check_deals(vector_.proposal, heard.hash, vector_.deals).value().record;
  const frost::VerificationShares verification_shares = record.verification_shares().value();
  for (const Identifier member : vector_.members()) {
    std::vector<ed25519::SecretScalar> dealt;
    for (const Identifier dealer : vector_.members()) {
      dealt.push_back(vector_.polynomial(dealer).at(member));
    }
    const std::string key = CreateVector::key(member);
    const frost::Share share{member, frost::Epoch{1}, dkg::sum(dealt)};
    EXPECT_EQ(hex_of(share.secret), vector_.json.at("shares").at(key));
    EXPECT_EQ(hex_of(verification_shares.at(member)),
              vector_.json.at("verification_shares").at(key));
    EXPECT_TRUE(frost::fits(share, verification_shares.at(member)));
  }
  const json& example = vector_.json.at("example_signature");
  EXPECT_TRUE(ed25519::verifies(record.group_key(), testing::bytes(example.at("message")),
                                testing::bytes(example.at("signature"))));
}

}  // namespace
}  // namespace quorate::ceremony
