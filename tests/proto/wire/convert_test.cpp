#include "proto/wire/convert.h"

#include <gtest/gtest.h>

#include "proto/wire/decode.h"

namespace quorate::wire {
namespace {

ed25519::Point point(std::uint8_t seed_byte) {
  SecretBytes<32> seed;
  seed.writable()[0] = seed_byte;
  return ed25519::SigningKey(seed).public_key();
}

v1::Commitment commitment_message() {
  v1::Commitment message;
  message.set_participant(3);
  message.set_hiding(field(point(1).bytes()));
  message.set_binding(field(point(2).bytes()));
  return message;
}

TEST(Convert, ACommitmentIsTheSameAfterTheJourney) {
  const Result<frost::Commitment> commitment = decode(commitment_message());
  ASSERT_TRUE(commitment.has_value());
  EXPECT_EQ(commitment->signer.number(), 3);
  EXPECT_EQ(commitment->hiding, point(1));
  EXPECT_EQ(commitment->binding, point(2));
  EXPECT_EQ(encode(message_of(*commitment)), encode(commitment_message()));
}

TEST(Convert, RefusesACommitmentOfNobody) {
  for (const std::uint32_t participant : {0U, 65536U}) {
    v1::Commitment message = commitment_message();
    message.set_participant(participant);
    EXPECT_FALSE(decode(message).has_value()) << participant;
  }
}

TEST(Convert, RefusesACommitmentWhosePointsAreNone) {
  v1::Commitment message = commitment_message();
  message.set_hiding(std::string(31, '\1'));
  EXPECT_EQ(decode(message).error().code, Code::malformed);
  message = commitment_message();
  message.set_binding(std::string(1, '\1') + std::string(31, '\0'));  // the identity
  EXPECT_EQ(decode(message).error().code, Code::malformed);
}

TEST(Convert, ASignedBodyHasASignatureOf64Bytes) {
  v1::Signed message;
  message.set_body("body");
  message.set_signature(std::string(64, 's'));
  const Result<layout::Signed> signed_body = decode(message);
  ASSERT_TRUE(signed_body.has_value());
  EXPECT_EQ(text_of(signed_body->body), "body");
  EXPECT_EQ(encode(message_of(*signed_body)), encode(message));
  for (const std::size_t size : {0U, 63U, 65U}) {
    message.set_signature(std::string(size, 's'));
    EXPECT_EQ(decode(message).error().code, Code::malformed) << size;
  }
}

TEST(Convert, AListIsRefusedForOneOfItsItemsAndKeepsItsOrder) {
  v1::SignRequest request;
  *request.add_commitments() = commitment_message();
  *request.add_commitments() = commitment_message();
  request.mutable_commitments(0)->set_participant(9);
  const auto all = decode(request.commitments());
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().signer.number(), 9);
  EXPECT_EQ(all->back().signer.number(), 3);
  request.mutable_commitments(1)->clear_hiding();
  EXPECT_FALSE(decode(request.commitments()).has_value());
}

}  // namespace
}  // namespace quorate::wire
