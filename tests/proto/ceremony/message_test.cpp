#include "proto/ceremony/message.h"

#include <gtest/gtest.h>

#include "tests/proto/ceremony/create_vector.h"

namespace quorate::ceremony {
namespace {

using testing::identifier;

// Nothing but the whole body parses: not less of it, not more.
template <typename Decode>
void expect_one_size(const Bytes& good, const Decode& decode) {
  ASSERT_TRUE(decode(good).has_value());
  EXPECT_EQ(encode(decode(good).value()), good);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto shorter = decode(Bytes(good.begin(), good.begin() + static_cast<long>(size)));
    ASSERT_FALSE(shorter.has_value()) << size;
    EXPECT_EQ(shorter.error().code, Code::malformed);
  }
  Bytes longer = good;
  longer.push_back(0);
  ASSERT_FALSE(decode(longer).has_value());
  EXPECT_EQ(decode(longer).error().code, Code::malformed);
}

template <typename Decode>
void expect_no_sender_zero(Bytes good, std::size_t at, const Decode& decode) {
  good[at] = good[at + 1] = 0;
  ASSERT_FALSE(decode(good).has_value());
  EXPECT_EQ(decode(good).error().code, Code::unknown_participant);
}

class MessageTest : public ::testing::Test {
 protected:
  const CreateVector vector_;
  const Id id_ = id(vector_.proposal);

  auto hello() const {
    return [this](const Bytes& body) { return decode_hello(vector_.proposal, body); };
  }
  auto deal() const {
    return [this](const Bytes& body) { return decode_deal(vector_.proposal, body); };
  }
};

TEST_F(MessageTest, HelloHasOneForm) {
  expect_one_size(vector_.hellos[0].body, hello());
  expect_no_sender_zero(vector_.hellos[0].body, 32, hello());
}

TEST_F(MessageTest, DealHasOneForm) {
  expect_one_size(vector_.deals[0].body, deal());
  expect_no_sender_zero(vector_.deals[0].body, 64, deal());
}

TEST_F(MessageTest, ConfirmAbortAndComplaintHaveOneForm) {
  const Bytes confirm = encode(Confirm{id_, identifier(258)});
  EXPECT_EQ(to_hex(confirm).substr(64), "0102");
  expect_one_size(confirm, [](const Bytes& body) { return decode_confirm(body); });
  expect_no_sender_zero(confirm, 32, [](const Bytes& body) { return decode_confirm(body); });

  const Bytes abort = encode(Abort{id_, identifier(2), AbortReason::superseded});
  EXPECT_EQ(to_hex(abort).substr(64), "000207");
  expect_one_size(abort, [](const Bytes& body) { return decode_abort(body); });
  expect_no_sender_zero(abort, 32, [](const Bytes& body) { return decode_abort(body); });

  const Bytes complaint = encode(Complaint{id_, identifier(1), identifier(2), id_, {}});
  EXPECT_EQ(complaint.size(), 32U + 2 + 2 + 32 + 32);
  expect_one_size(complaint, [](const Bytes& body) { return decode_complaint(body); });
  expect_no_sender_zero(complaint, 32, [](const Bytes& body) { return decode_complaint(body); });
  expect_no_sender_zero(complaint, 34, [](const Bytes& body) { return decode_complaint(body); });
}

TEST_F(MessageTest, AbortHasSevenReasons) {
  Bytes abort = encode(Abort{id_, identifier(2), AbortReason::by_operator});
  for (unsigned reason = 0; reason < 256; ++reason) {
    abort.back() = static_cast<std::uint8_t>(reason);
    EXPECT_EQ(decode_abort(abort).has_value(), reason >= 1 && reason <= 7) << reason;
  }
}

TEST_F(MessageTest, HelloRefusesEveryLowOrderKeyAtEveryPlace) {
  for (const char* low : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"}) {
    for (std::ptrdiff_t place = 0; place < 3; ++place) {
      Bytes body = vector_.hellos[1].body;
      const auto key = testing::array<32>(low);
      std::copy(key.begin(), key.end(), body.begin() + 34 + 32 * place);
      EXPECT_EQ(hello()(body).error().code, Code::malformed);
    }
  }
}

// Two commitments and the proof's point, then the proof's scalar: each encoding that is invalid is
// refused at each place.
TEST_F(MessageTest, DealRefusesEveryInvalidPointAndScalar) {
  const auto encodings = testing::known_answers("frost-ed25519/encodings.json");
  const auto with = [&](std::ptrdiff_t at, const nlohmann::json& example) {
    Bytes body = vector_.deals[1].body;
    const auto bytes = testing::array<32>(example.at("bytes"));
    std::copy(bytes.begin(), bytes.end(), body.begin() + at);
    return deal()(body).has_value();
  };
  for (const auto& example : encodings.at("points")) {
    for (const std::ptrdiff_t at : {66, 98, 130}) {
      EXPECT_EQ(with(at, example), example.at("valid").get<bool>()) << example.at("what");
    }
  }
  for (const auto& example : encodings.at("scalars")) {
    EXPECT_EQ(with(162, example), example.at("valid").get<bool>()) << example.at("what");
  }
}

}  // namespace
}  // namespace quorate::ceremony
