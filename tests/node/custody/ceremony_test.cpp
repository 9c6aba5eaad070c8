#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/ed25519/signing_key.h"
#include "tests/node/custody/nodes.h"

namespace quorate::custody {
namespace {

using quorate::testing::Ceremony;
using quorate::testing::identifier;
using quorate::testing::Node;

std::deque<Node> three_nodes() {
  std::deque<Node> nodes;
  for (std::uint16_t number = 1; number <= 3; ++number) nodes.emplace_back(number);
  return nodes;
}

TEST(CustodyCeremony, GivesEveryMemberTheSameKeyAndItsOwnShare) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  std::vector<dkg::Commitments> commitments;
  std::vector<frost::Identifier> members;
  for (const auto& [dealer, deal] : ceremony.deals) {
    EXPECT_TRUE(dkg::check_proof(dealer, deal.commitments, deal.proof, ceremony.id));
    commitments.push_back(deal.commitments);
    members.push_back(dealer);
  }
  const dkg::Outcome outcome = dkg::combine(commitments, members).value();
  for (Node& node : nodes) {
    const auto combined = node.custody.frost_combine(ceremony.order_for(node)).value();
    const auto* candidate = std::get_if<Candidate>(&combined);
    ASSERT_NE(candidate, nullptr);
    EXPECT_EQ(candidate->group_key, outcome.commitments.front());
    EXPECT_EQ(candidate->verification_share, outcome.verification_shares.at(node.self));
    EXPECT_EQ(candidate->key, key_of_ceremony(KeyKind::share, ceremony.id));
  }
}

TEST(CustodyCeremony, CombinesAgainAfterACrashBeforeTheConfirmation) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  const auto first = nodes[0].custody.frost_combine(ceremony.order_for(nodes[0])).value();
  const auto second = nodes[0].custody.frost_combine(ceremony.order_for(nodes[0])).value();
  EXPECT_EQ(std::get<Candidate>(first).verification_share,
            std::get<Candidate>(second).verification_share);
}

TEST(CustodyCeremony, AccusesADealerWhoseEnvelopeDoesNotOpenAndRevealsOnlyItsKey) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  CombineOrder order = ceremony.order_for(nodes[0]);
  order.deals.at(identifier(2)).envelope[40] ^= 1;
  const auto combined = nodes[0].custody.frost_combine(order).value();
  const auto* accusation = std::get_if<Accusation>(&combined);
  ASSERT_NE(accusation, nullptr);
  EXPECT_EQ(accusation->dealer, identifier(2));
  ByteArray<32> secret = accusation->receive_secret;
  EXPECT_EQ(dkg::ReceiveKey::of(SecretBytes<32>(secret)).public_key,
            ceremony.hellos.at(identifier(1)).public_keys.at(identifier(2)));
  EXPECT_FALSE(nodes[0].backend.has_key(key_of_ceremony(KeyKind::share, ceremony.id)).value());
}

TEST(CustodyCeremony, AccusesADealerWhoseShareDoesNotFitItsCommitments) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  CombineOrder order = ceremony.order_for(nodes[0]);
  order.deals.at(identifier(3)).commitments[1] = order.deals.at(identifier(2)).commitments[1];
  const auto combined = nodes[0].custody.frost_combine(order).value();
  const auto* accusation = std::get_if<Accusation>(&combined);
  ASSERT_NE(accusation, nullptr);
  EXPECT_EQ(accusation->dealer, identifier(3));
}

TEST(CustodyCeremony, RefusesDealsThatAreNotThoseOfItsDealers) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  CombineOrder missing = ceremony.order_for(nodes[0]);
  missing.deals.erase(identifier(2));
  CombineOrder shorter = ceremony.order_for(nodes[0]);
  shorter.deals.at(identifier(2)).commitments.pop_back();
  for (const CombineOrder& order : {missing, shorter}) {
    EXPECT_EQ(nodes[0].custody.frost_combine(order).error().code, Code::wrong_participants);
  }
}

TEST(CustodyCeremony, CannotBeCombinedAfterItsKeyIsDestroyed) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony ceremony({5}, 2, nodes);
  ASSERT_TRUE(nodes[0].custody.destroy(key_of_ceremony(KeyKind::ceremony, ceremony.id)));
  EXPECT_EQ(nodes[0].custody.frost_combine(ceremony.order_for(nodes[0])).error().code,
            Code::key_missing);
}

TEST(CustodyCeremony, DoesNotOpenReceiveKeysOfAnotherCeremony) {
  std::deque<Node> nodes = three_nodes();
  const Ceremony one({5}, 2, nodes);
  const Ceremony other({6}, 2, nodes);
  CombineOrder order = one.order_for(nodes[0]);
  order.sealed_receive_keys = other.hellos.at(identifier(1)).sealed;
  EXPECT_EQ(nodes[0].custody.frost_combine(order).error().code, Code::blob_damaged);
}

TEST(CustodyCeremony, DealsOnlyToUsableReceiveKeysAndSaneThresholds) {
  Node node(1);
  dkg::ReceivePublicKey low_order{};
  const auto good = node.custody.receive_keys({5}, {identifier(1)}).value();
  DealOrder order{{5}, identifier(1), 2, {}};
  order.receivers.emplace(identifier(1), good.public_keys.at(identifier(1)));
  EXPECT_EQ(node.custody.frost_deal(order).error().code, Code::threshold_invalid);
  order.receivers.emplace(identifier(2), low_order);
  EXPECT_EQ(node.custody.frost_deal(order).error().code, Code::malformed);
}

TEST(CustodySeeds, OpenForTheirOwnPurposeOnly) {
  Node node(1);
  ByteArray<32> bytes = {1, 2, 3};
  const ByteArray<32> expected = bytes;
  const Bytes sealed = node.custody.seal_seed(Purpose::identity, SecretBytes<32>(bytes)).value();
  EXPECT_EQ(node.custody.open_seed(Purpose::identity, sealed).value().expose(), expected);
  EXPECT_EQ(node.custody.open_seed(Purpose::cosigner, sealed).error().code, Code::blob_damaged);
}

}  // namespace
}  // namespace quorate::custody
