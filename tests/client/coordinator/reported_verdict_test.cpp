#include <gtest/gtest.h>

#include "client/coordinator/report.h"
#include "crypto/base/code.h"
#include "crypto/base/secret_bytes.h"
#include "tests/support/receipt.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::coordinator {
namespace {

constexpr std::string_view reason = "nobody knows you";
const record::Salt salt{9};

class ReportedVerdictTest : public ::testing::Test {
 protected:
  record::Verdict refusal() const {
    record::Verdict verdict{};
    verdict.request_id = {1};
    verdict.root_id = {2};
    verdict.kind = 3;
    verdict.decision = record::Decision::refuse;
    verdict.code = number(Code::requester_not_allowed);
    verdict.reason = record::veil(salt, bytes_of(reason));
    return verdict;
  }
  record::Verdict approval() const {
    record::Verdict verdict = refusal();
    verdict.decision = record::Decision::approve;
    verdict.code = 0;
    verdict.reason = {};
    verdict.document = {3};
    return verdict;
  }
  record::SignedVerdict made(const record::Verdict& verdict) const {
    return record::sign_verdict({identity.public_key().bytes(), 5, verdict}, identity);
  }
  record::SignedVerdict logged(const record::Verdict& verdict) const {
    return testing::with_receipt(made(verdict), "demo/alpha", identity);
  }
  record::Asked asked() const { return {identity.public_key(), "demo/alpha", {1}, {2}}; }
  ReportedVerdict read(const record::SignedVerdict& verdict, SaidRefusal refusal_said) const {
    return read_verdict(record::encode(verdict), asked(), refusal_said);
  }

  const ed25519::SigningKey identity = [] {
    testing::SeededEntropy entropy(1);
    SecretBytes<32> seed;
    entropy.fill(seed.writable());
    return ed25519::SigningKey(seed);
  }();
  const SaidRefusal said{number(Code::requester_not_allowed), reason, salt};
};

TEST_F(ReportedVerdictTest, HoldsWhereAllOfItDoes) {
  const ReportedVerdict verdict = read(logged(refusal()), said);
  EXPECT_EQ(verdict.trouble, "");
  ASSERT_NE(verdict.decided(), nullptr);
  EXPECT_EQ(*verdict.decided(), refusal());
  EXPECT_EQ(verdict.in_ledger->size, 1u);
}

TEST_F(ReportedVerdictTest, MayHaveNoReceiptWhereItRefuses) {
  const ReportedVerdict verdict = read(made(refusal()), said);
  EXPECT_EQ(verdict.trouble, "");
  EXPECT_FALSE(verdict.in_ledger);
}

TEST_F(ReportedVerdictTest, MustHaveAReceiptWhereItApproves) {
  EXPECT_EQ(read_verdict(record::encode(logged(approval())), asked(), approval_receipts).trouble,
            "");
  EXPECT_NE(read_verdict(record::encode(made(approval())), asked(), approval_receipts).trouble, "");
}

TEST_F(ReportedVerdictTest, SaysWhatDoesNotHold) {
  SaidRefusal other = said;
  other.code = number(Code::rate_limited);
  EXPECT_NE(read(logged(refusal()), other).trouble, "");
  other = said;
  other.reason = "another reason";
  EXPECT_NE(read(logged(refusal()), other).trouble, "");
  other = said;
  other.salt[0] ^= 1;
  EXPECT_NE(read(logged(refusal()), other).trouble, "");

  record::SignedVerdict forged = logged(refusal());
  forged.signature[0] ^= 1;
  EXPECT_NE(read(forged, said).trouble, "");
  record::Verdict elsewhere = refusal();
  elsewhere.request_id[0] ^= 1;
  EXPECT_NE(read(logged(elsewhere), said).trouble, "");
  record::SignedVerdict unlogged = logged(refusal());
  unlogged.receipt = logged(approval()).receipt;
  EXPECT_NE(read(unlogged, said).trouble, "");

  const ReportedVerdict broken = read_verdict(Bytes{1, 2, 3}, asked(), said);
  EXPECT_NE(broken.trouble, "");
  EXPECT_EQ(broken.decided(), nullptr);
}

// An approval that could not be followed by a signature: the token was away.
TEST_F(ReportedVerdictTest, MayApproveWhereTheNodeThenCouldNotSign) {
  const SaidRefusal away{number(Code::custody_unavailable), "the token is away", {}};
  EXPECT_EQ(read(logged(approval()), away).trouble, "");
}

}  // namespace
}  // namespace quorate::coordinator
