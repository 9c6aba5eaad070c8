#include "proto/ceremony/blame.h"

#include <gtest/gtest.h>

#include "tests/proto/ceremony/create_vector.h"
#include "tests/proto/ceremony/whole_ceremony.h"

namespace quorate::ceremony {
namespace {

using frost::Identifier;
using testing::identifier;
using testing::SeededEntropy;

TEST(Complaint, IsJudgedAsTheVectorsSay) {
  const CreateVector vector;
  const auto complaints = testing::known_answers("ceremony/complaints.json");
  ASSERT_EQ(complaints.at("of"), "create.json");
  ASSERT_EQ(complaints.at("cases").size(), 6U);
  for (const auto& example : complaints.at("cases")) {
    const Signed deal = CreateVector::signed_message(example.at("deal"));
    const Signed complaint = CreateVector::signed_message(example.at("complaint"));
    const auto guilty = judge(vector.proposal, vector.hellos, deal, complaint);
    ASSERT_TRUE(guilty.has_value()) << example.at("what") << guilty.error().message;
    EXPECT_EQ(guilty->number(), example.at("guilty")) << example.at("what");

    const Identifier complainant = identifier(example.at("complainant").get<std::uint32_t>());
    EXPECT_EQ(encode(decode_complaint(complaint.body).value()), complaint.body);
    EXPECT_EQ(layout::sign(vector.identity(complainant), complaint_label, complaint.body),
              complaint.signature);
  }
}

class BlameTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{1};
  WholeCeremony whole_ = run(2, 3, entropy_);
  const Hellos heard_ = check_hellos(whole_.proposal, whole_.hellos).value();

  Result<Identifier> judged(std::size_t complainant, std::size_t accused) const {
    return judge(whole_.proposal, whole_.hellos, whole_.deals[accused],
                 whole_.complaint(complainant, accused));
  }
  static void expect_failure(const Result<Identifier>& judged, Code code) {
    ASSERT_FALSE(judged.has_value()) << judged->number();
    EXPECT_EQ(judged.error().code, code) << judged.error().message;
  }
  Deal deal(std::size_t place) const {
    return decode_deal(whole_.proposal, whole_.deals[place].body).value();
  }
  void resign_deal(std::size_t place, const Deal& deal) {
    whole_.deals[place] = whole_.signed_by(place, deal_label, encode(deal));
  }
};

TEST_F(BlameTest, AFalseComplaintFallsBack) {
  for (std::size_t complainant = 0; complainant < 3; ++complainant) {
    for (std::size_t accused = 0; accused < 3; ++accused) {
      EXPECT_EQ(judged(complainant, accused).value(), whole_.index(complainant));
    }
  }
}

TEST_F(BlameTest, ADealerWhoDealsAWrongShareIsGuilty) {
  Deal bad = deal(1);
  bad.envelopes[0] = dkg::seal(whole_.polynomials[1].at(whole_.index(2)),
                               whole_.receive_keys[0][1].public_key, entropy_)
                         .value();
  resign_deal(1, bad);
  EXPECT_EQ(judged(0, 1).value(), whole_.index(1));
  EXPECT_EQ(judged(2, 1).value(), whole_.index(2));  // whose own share was right
}

TEST_F(BlameTest, ADealOfAWrongFormIsGuiltBeforeTheComplaint) {
  Deal bad = deal(1);
  bad.commitments.pop_back();
  resign_deal(1, bad);
  EXPECT_EQ(judged(0, 1).value(), whole_.index(1));
}

TEST_F(BlameTest, AHelloOfAWrongFormIsGuiltBeforeTheComplaint) {
  Hello bad = whole_.hello(2);
  bad.receive_keys[0] = {};
  whole_.hellos[2] = whole_.signed_by(2, hello_label, encode(bad));
  EXPECT_EQ(judged(0, 1).value(), whole_.index(2));
}

// An honest dealer signs deals in other ceremonies too, of other sizes. Shown here by a lying
// complainant they are evidence of nothing.
TEST_F(BlameTest, ADealOfAnotherCeremonyIsNoGuilt) {
  SeededEntropy entropy(2);
  const WholeCeremony other = run(3, 4, entropy);
  whole_.deals[1] = whole_.signed_by(1, deal_label, other.deals[1].body);
  expect_failure(judged(0, 1), Code::ceremony_unknown);
}

TEST_F(BlameTest, EvidenceMustHold) {
  const Signed deal = whole_.deals[1];
  const Signed complaint = whole_.complaint(0, 1);
  const auto judged_with = [&](const Signed& shown, const Signed& complained) {
    return judge(whole_.proposal, whole_.hellos, shown, complained);
  };
  Signed broken = complaint;
  broken.signature[5] ^= 1;
  expect_failure(judged_with(deal, broken), Code::signature_invalid);
  broken = deal;
  broken.signature[5] ^= 1;
  expect_failure(judged_with(broken, complaint), Code::signature_invalid);
  broken = complaint;
  broken.body.push_back(0);
  expect_failure(judged_with(deal, broken), Code::malformed);

  Complaint said = decode_complaint(complaint.body).value();
  said.ceremony[0] ^= 1;
  expect_failure(judged_with(deal, whole_.signed_by(0, complaint_label, encode(said))),
                 Code::ceremony_unknown);
  said = decode_complaint(complaint.body).value();
  said.accused = identifier(9);
  expect_failure(judged_with(deal, whole_.signed_by(0, complaint_label, encode(said))),
                 Code::not_a_member);
  said = decode_complaint(complaint.body).value();
  said.deal_body[0] ^= 1;
  expect_failure(judged_with(deal, whole_.signed_by(0, complaint_label, encode(said))),
                 Code::message_differs);
  // Signed by another member than the one it names.
  expect_failure(judged_with(deal, whole_.signed_by(2, complaint_label, complaint.body)),
                 Code::signature_invalid);
}

TEST_F(BlameTest, ADealAfterOtherHellosIsNotJudgedByThese) {
  Deal other = deal(1);
  other.hellos[0] ^= 1;
  resign_deal(1, other);
  expect_failure(judged(0, 1), Code::message_differs);
}

TEST_F(BlameTest, TwoBodiesOfOneStepAreGuilt) {
  const Signed other = whole_.signed_by(1, deal_label, encode(whole_.deal(1, heard_, entropy_)));
  ASSERT_NE(other.body, whole_.deals[1].body);
  EXPECT_EQ(judge_equivocation(whole_.proposal, deal_label, whole_.deals[1], other).value(),
            whole_.index(1));
  Hello hello = whole_.hello(2);
  std::swap(hello.receive_keys[0], hello.receive_keys[1]);
  EXPECT_EQ(judge_equivocation(whole_.proposal, hello_label, whole_.hellos[2],
                               whole_.signed_by(2, hello_label, encode(hello)))
                .value(),
            whole_.index(2));
}

TEST_F(BlameTest, OneBodyOrTwoSignersAreNoEquivocation) {
  const auto judged = [&](std::string_view label, const Signed& one, const Signed& other) {
    return judge_equivocation(whole_.proposal, label, one, other);
  };
  expect_failure(judged(deal_label, whole_.deals[1], whole_.deals[1]), Code::malformed);
  expect_failure(judged(deal_label, whole_.deals[1], whole_.deals[2]), Code::signature_invalid);
  expect_failure(judged(hello_label, whole_.deals[1], whole_.deals[2]), Code::signature_invalid);
  Signed forged = whole_.deals[1];
  forged.body[40] ^= 1;
  expect_failure(judged(deal_label, whole_.deals[1], forged), Code::signature_invalid);
}

TEST_F(BlameTest, MessagesOfTwoCeremoniesAreNoEquivocation) {
  Deal elsewhere = deal(1);
  elsewhere.ceremony[0] ^= 1;
  expect_failure(judge_equivocation(whole_.proposal, deal_label, whole_.deals[1],
                                    whole_.signed_by(1, deal_label, encode(elsewhere))),
                 Code::malformed);
}

// An honest member complains about two dealers, and may abort after that: no step that is said
// once.
TEST_F(BlameTest, TwoComplaintsAreNoEquivocation) {
  expect_failure(judge_equivocation(whole_.proposal, complaint_label, whole_.complaint(0, 1),
                                    whole_.complaint(0, 2)),
                 Code::malformed);
}

}  // namespace
}  // namespace quorate::ceremony
