#include "client/audit/cosigning.h"

#include <gtest/gtest.h>

#include "tests/client/audit/ledger.h"

namespace quorate::audit {
namespace {

using testing::hash_of;
using testing::Ledger;
using testing::noon_ms;

class CosigningTest : public ::testing::Test {
 protected:
  CosigningTest() {
    for (std::uint8_t i = 0; i < 6; ++i) alpha.approve(hash_of(i), hash_of(3), noon_ms);
  }
  std::string line(const std::string& note) const {
    return record::sign_cosignature(
        record::open_note(note, alpha.node().origin, alpha.node().identity).value(),
        bravo.node().origin, bravo.cosigner(), noon_ms / 1000);
  }
  Cosigning cosigning() const { return {alpha.node(), bravo.node(), alpha.note()}; }

  Ledger alpha{"alpha", 1};
  Ledger bravo{"bravo", 2};
};

TEST_F(CosigningTest, KeepsACheckpointWithBothSignatures) {
  Cosigning one = cosigning();
  EXPECT_EQ(one.ask().from, 0u);
  const auto outcome = one.judge({7, line(alpha.note()), ""}).value();
  const std::string note = std::get<CosignedNote>(outcome).note;
  const OpenedCosigned opened = open_cosigned(note, alpha.node(), bravo.node()).value();
  EXPECT_EQ(opened.checkpoint.tree.size, alpha.leaves.size());
  EXPECT_EQ(opened.time_s, noon_ms / 1000);
  const Ledger charlie("charlie", 3);
  EXPECT_EQ(open_cosigned(note, alpha.node(), charlie.node()).error().code,
            Code::signature_invalid);
}

TEST_F(CosigningTest, BringsTheProofThatTheOtherAsksFor) {
  Cosigning one = cosigning();
  EXPECT_EQ(std::get<NeedsProof>(one.judge({3, "", ""}).value()).size, 3u);
  EXPECT_FALSE(one.prove(alpha.page({7, 1, 3})).value());
  EXPECT_EQ(one.ask().from, 3u);
  EXPECT_EQ(one.ask().consistency, record::consistency_path(alpha.hashes(), 3));
}

TEST_F(CosigningTest, FindsASplitThatTheOtherProves) {
  Ledger twin("alpha", 1);
  for (std::uint8_t i = 0; i < 6; ++i) twin.approve(hash_of(i + 100u), hash_of(3), noon_ms);
  Cosigning one = cosigning();
  const auto outcome = one.judge({7, "", twin.note()}).value();
  const auto& finding = std::get<Finding>(outcome);
  EXPECT_EQ(finding.kind, Kind::split);
  EXPECT_EQ(finding.proofs[0].text, twin.note());
  EXPECT_EQ(finding.proofs[1].text, alpha.note());
}

TEST_F(CosigningTest, FindsALedgerSmallerThanWhatWasCosigned) {
  Cosigning one = cosigning();
  ASSERT_TRUE(std::holds_alternative<NeedsProof>(one.judge({70, "", ""}).value()));
  const auto finding = one.prove(alpha.page({7, 1, 70})).value();
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::shrunk);
}

TEST_F(CosigningTest, TakesNoWordForASplitThatTheNodeDidNotSign) {
  Cosigning one = cosigning();
  EXPECT_EQ(one.judge({7, "", bravo.note()}).error().code, Code::signature_invalid);
  EXPECT_EQ(one.judge({7, "", alpha.note()}).error().code, Code::message_differs);
}

TEST_F(CosigningTest, TakesNoCosignatureOfAnotherTreeOrByAnotherKey) {
  Cosigning one = cosigning();
  const std::vector<Bytes> fewer(alpha.leaves.begin(), alpha.leaves.begin() + 3);
  EXPECT_FALSE(one.judge({7, line(alpha.note_of(fewer)), ""}).has_value());
  const Ledger charlie("charlie", 3);
  const std::string others = record::sign_cosignature(
      record::open_note(alpha.note(), alpha.node().origin, alpha.node().identity).value(),
      bravo.node().origin, charlie.cosigner(), noon_ms / 1000);
  EXPECT_FALSE(one.judge({7, others, ""}).has_value());
  EXPECT_FALSE(one.judge({0, "", ""}).has_value());
}

}  // namespace
}  // namespace quorate::audit
