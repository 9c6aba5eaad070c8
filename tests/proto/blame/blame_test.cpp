// Evidence must convince a stranger by itself, and nothing else may.

#include "proto/blame/blame.h"

#include <gtest/gtest.h>

#include "tests/proto/blame/lie.h"

namespace quorate::blame {
namespace {

Code why_not(const WrongPartial& evidence) {
  const Result<Guilt> guilt = prove(evidence);
  return guilt ? Code::internal : guilt.error().code;
}

TEST(Blame, NamesTheLiarTheSessionAndTheDocument) {
  const Lie made = lie();
  const Guilt guilt = prove(made.evidence).value();
  EXPECT_EQ(guilt.liar.index, made.whole.index(made.liar));
  EXPECT_EQ(guilt.liar.identity, made.whole.identities[made.liar].public_key());
  EXPECT_EQ(guilt.document, signing::document(made.evidence.to_be_signed));
  EXPECT_EQ(guilt.session, signing::decode_partial(made.evidence.partial.body)->session);
}

TEST(Blame, SurvivesItsFileByteForByte) {
  const WrongPartial evidence = lie().evidence;
  EXPECT_EQ(decode(encode(evidence)).value(), evidence);
  EXPECT_EQ(decode_armour(armour(evidence)).value(), evidence);
  WrongPartial bare = evidence;
  bare.certificate.reset();
  EXPECT_EQ(decode(encode(bare)).value(), bare);
}

TEST(Blame, FramesNobodyWhoAnsweredRightly) {
  EXPECT_EQ(why_not(lie(Said::right).evidence), Code::partial_invalid);
}

TEST(Blame, ConvincesNobodyWithoutTheCertificateOfThisRecord) {
  WrongPartial changed = lie().evidence;
  changed.certificate.reset();
  EXPECT_EQ(why_not(changed), Code::evidence_missing);
  EXPECT_TRUE(judge(changed).has_value()) << "whoever trusts the record sees the lie all the same";

  changed = lie().evidence;
  changed.certificate = lie(Said::wrong, 2).evidence.certificate;
  EXPECT_EQ(why_not(changed), Code::message_differs);

  changed = lie().evidence;
  changed.certificate->confirms.pop_back();
  EXPECT_FALSE(prove(changed).has_value()) << "a ceremony that not everybody confirmed";
}

// An honest node's right partial, against verification shares that were never its own: the record
// of a ceremony that somebody else made up around its identity.
TEST(Blame, FramesNobodyByARecordThatItsMembersDidNotConfirm) {
  const Lie honest = lie(Said::right);
  WrongPartial framed = honest.evidence;
  std::swap(framed.record.commitments[0], framed.record.commitments[1]);
  EXPECT_FALSE(prove(framed).has_value());
  // The session names the root's key, so even the trusting judge sees another session.
  EXPECT_EQ(judge(framed).error().code, Code::message_differs);
}

// Not one byte of the file may change: it is refused, or proves nothing.
TEST(Blame, ProvesNothingWhenAnyByteIsAltered) {
  const Lie made = lie();
  const Bytes good = encode(made.evidence);
  WrongPartial bare = made.evidence;
  bare.certificate.reset();
  const std::size_t certificate_at = encode(bare).size();
  // In the certificate's envelopes every byte is under the same signatures: some are enough.
  for (std::size_t at = 0; at < good.size(); at += at < certificate_at ? 1 : 13) {
    Bytes changed = good;
    changed[at] ^= 0x01;
    const Result<WrongPartial> decoded = decode(changed);
    if (!decoded) continue;
    ASSERT_EQ(encode(*decoded), changed) << at;
    ASSERT_FALSE(prove(*decoded).has_value()) << "byte " << at << " of " << good.size();
  }
}

}  // namespace
}  // namespace quorate::blame
