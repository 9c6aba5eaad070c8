#include "proto/ceremony/transcript.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "tests/proto/ceremony/whole_ceremony.h"

namespace quorate::ceremony {
namespace {

using frost::Identifier;
using testing::SeededEntropy;

// Through every message as it travels: the members agree on one record, each has its share of that
// key, and any threshold of them signs.
RC_GTEST_PROP(Ceremony, OfHonestMembersEndsInARootThatSigns, (std::uint64_t seed)) {
  SeededEntropy entropy(seed);
  const auto members = *rc::gen::inRange<std::uint16_t>(2, 6).as("members");
  const auto threshold =
      *rc::gen::inRange<std::uint16_t>(2, static_cast<std::uint16_t>(members + 1)).as("threshold");
  const WholeCeremony whole = run(threshold, members, entropy);
  const auto certified = verify(whole.certificate());
  RC_ASSERT(certified.has_value());
  const auto verification_shares = certified->verification_shares().value();

  std::vector<frost::Share> shares;
  std::vector<frost::NoncePair> nonces;
  std::vector<frost::Commitment> chosen;
  for (std::size_t place = 0; place < members; ++place) {
    shares.push_back({whole.index(place), certified->quorum().epoch, whole.share(place)});
    RC_ASSERT(frost::fits(shares.back(), verification_shares.at(whole.index(place))));
    if (place + threshold < members) continue;  // the last t sign
    nonces.push_back(frost::NoncePair::generate(shares.back(), entropy));
    chosen.push_back(nonces.back().commitment());
  }
  const auto package = frost::Package::make(certified->quorum(), {9}, chosen).value();
  std::vector<frost::Partial> partials;
  for (std::size_t i = 0; i < threshold; ++i) {
    partials.push_back(
        frost::sign(shares[members - threshold + i], std::move(nonces[i]), package).value());
  }
  const auto signature = frost::aggregate(partials, package, verification_shares);
  RC_ASSERT(signature.has_value());
  RC_ASSERT(crypto_sign_verify_detached(signature->data(), package.message().data(), 1,
                                        certified->root_id().data()) == 0);
}

class TranscriptTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{1};
  WholeCeremony whole_ = run(2, 3, entropy_);
  const Id ceremony_ = id(whole_.proposal);
  const Hellos heard_ = check_hellos(whole_.proposal, whole_.hellos).value();
  const EpochRecord record_ =
      check_deals(whole_.proposal, heard_.hash, whole_.deals).value().record;

  void expect_hellos(Code code, std::optional<Identifier> guilty) const {
    expect(check_hellos(whole_.proposal, whole_.hellos), code, guilty);
  }
  void expect_deals(Code code, std::optional<Identifier> guilty) const {
    expect(check_deals(whole_.proposal, heard_.hash, whole_.deals), code, guilty);
  }
  template <typename T>
  static void expect(const Checked<T>& checked, Code code, std::optional<Identifier> guilty) {
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().error.code, code) << checked.error().error.message;
    EXPECT_EQ(checked.error().guilty, guilty);
  }
  Deal deal(std::size_t place) const {
    return decode_deal(whole_.proposal, whole_.deals[place].body).value();
  }
  void resign_deal(std::size_t place, Bytes body) {
    whole_.deals[place] = whole_.signed_by(place, deal_label, std::move(body));
  }
};

TEST_F(TranscriptTest, NeedsAMessageOfEveryMemberInOrder) {
  std::swap(whole_.hellos[0], whole_.hellos[1]);
  expect_hellos(Code::signature_invalid, std::nullopt);
  whole_.hellos.pop_back();
  expect_hellos(Code::wrong_participants, std::nullopt);
  whole_.deals.push_back(whole_.deals.back());
  expect_deals(Code::wrong_participants, std::nullopt);
}

// The relay may have done it, so nobody is guilty.
TEST_F(TranscriptTest, AChangedBitIsNobodysGuilt) {
  for (std::size_t bit = 0; bit < 8 * whole_.deals[1].body.size(); bit += 37) {
    const auto flip = static_cast<std::uint8_t>(1U << (bit % 8));
    whole_.deals[1].body[bit / 8] ^= flip;
    expect_deals(Code::signature_invalid, std::nullopt);
    whole_.deals[1].body[bit / 8] ^= flip;
  }
  for (std::size_t bit = 0; bit < 512; bit += 7) {
    const auto flip = static_cast<std::uint8_t>(1U << (bit % 8));
    whole_.hellos[2].signature[bit / 8] ^= flip;
    expect_hellos(Code::signature_invalid, std::nullopt);
    whole_.hellos[2].signature[bit / 8] ^= flip;
  }
}

TEST_F(TranscriptTest, AMessageOfAnotherCeremonyIsTheRelaysDoing) {
  SeededEntropy other_entropy(1);
  WholeCeremony other = run(2, 3, other_entropy);  // the same members, and then another nonce
  other.proposal.nonce[0] ^= 1;
  whole_.hellos[1] = whole_.signed_by(1, hello_label, encode(other.hello(1)));
  expect_hellos(Code::ceremony_unknown, std::nullopt);
  Deal elsewhere = deal(1);
  elsewhere.ceremony = id(other.proposal);
  resign_deal(1, encode(elsewhere));
  expect_deals(Code::ceremony_unknown, std::nullopt);
}

TEST_F(TranscriptTest, ASignedHelloOfAnotherSizeOrOfLowOrderIsGuilt) {
  Hello hello = whole_.hello(1);
  hello.receive_keys.pop_back();
  whole_.hellos[1] = whole_.signed_by(1, hello_label, encode(hello));
  expect_hellos(Code::guilty, whole_.index(1));

  hello = whole_.hello(1);
  hello.receive_keys[2] = {};
  whole_.hellos[1] = whole_.signed_by(1, hello_label, encode(hello));
  expect_hellos(Code::guilty, whole_.index(1));

  hello = whole_.hello(1);
  hello.sender = whole_.index(0);
  whole_.hellos[1] = whole_.signed_by(1, hello_label, encode(hello));
  expect_hellos(Code::guilty, whole_.index(1));
}

TEST_F(TranscriptTest, ASignedDealThatIsWrongByItselfIsGuilt) {
  const Deal good = deal(2);
  const auto expect_guilty = [&](const Deal& bad) {
    resign_deal(2, encode(bad));
    expect_deals(Code::guilty, whole_.index(2));
  };
  Deal bad = good;
  bad.commitments.pop_back();  // 1 of 3
  expect_guilty(bad);
  bad = good;
  bad.commitments.push_back(good.commitments[1]);  // 3 of 3, the attack of 2024
  expect_guilty(bad);
  bad = good;
  bad.envelopes.pop_back();
  expect_guilty(bad);
  bad = good;
  bad.proof = deal(1).proof;
  expect_guilty(bad);
  bad = good;
  std::swap(bad.commitments[0], bad.commitments[1]);
  expect_guilty(bad);
  bad = good;
  bad.sender = whole_.index(0);
  expect_guilty(bad);

  Bytes body = encode(good);
  std::fill_n(body.begin() + 66, 32, std::uint8_t{0});  // phi_0 := a point of order 4
  resign_deal(2, body);
  expect_deals(Code::guilty, whole_.index(2));
}

TEST_F(TranscriptTest, AProofOfAnotherCeremonyIsGuilt) {
  Deal replayed = deal(0);
  Id other = ceremony_;
  other[0] ^= 1;
  replayed.proof =
      whole_.polynomials[0].prove(whole_.index(0), other, ed25519::SecretScalar::draw(entropy_));
  resign_deal(0, encode(replayed));
  expect_deals(Code::guilty, whole_.index(0));
}

TEST_F(TranscriptTest, ADealAfterOtherHellosIsNobodysGuiltYet) {
  Deal other = deal(0);
  other.hellos[0] ^= 1;
  resign_deal(0, encode(other));
  expect_deals(Code::message_differs, std::nullopt);
}

TEST_F(TranscriptTest, DealsThatCancelMakeNoRoot) {
  // Dealer 30 deals the negative of what the others deal together: its proof then lies, so only
  // somebody who knew all the secrets could get here; the sum is refused all the same.
  const ed25519::Scalar minus = ed25519::Scalar() - ed25519::Scalar::of(1);
  std::vector<ed25519::SecretScalar> coefficients;
  for (std::size_t k = 0; k < 2; ++k) {
    // a_0 and a_1 from two values of each polynomial, at 1 and 2.
    const auto at = [&](std::size_t dealer, std::uint32_t place) {
      return whole_.polynomials[dealer].at(testing::identifier(place));
    };
    const auto a1 = [&](std::size_t dealer) { return at(dealer, 2) + minus * at(dealer, 1); };
    const auto a0 = [&](std::size_t dealer) { return at(dealer, 1) + minus * a1(dealer); };
    coefficients.push_back(k == 0 ? minus * (a0(0) + a0(1)) : minus * (a1(0) + a1(1)));
  }
  whole_.polynomials[2] = dkg::Polynomial::of(std::move(coefficients)).value();
  resign_deal(2, encode(whole_.deal(2, heard_, entropy_)));
  expect_deals(Code::identity_reached, std::nullopt);
}

TEST_F(TranscriptTest, ConfirmsMustNameThisTranscriptAndTheirSigner) {
  EXPECT_TRUE(check_confirms(record_, whole_.confirms).has_value());
  auto confirms = whole_.confirms;
  layout::Hash other = record_.transcript;
  other[31] ^= 1;
  confirms[1] = whole_.signed_by(1, confirm_label, encode(Confirm{other, whole_.index(1)}));
  expect(check_confirms(record_, confirms), Code::message_differs, std::nullopt);
  confirms[1] =
      whole_.signed_by(1, confirm_label, encode(Confirm{record_.transcript, whole_.index(2)}));
  expect(check_confirms(record_, confirms), Code::message_differs, std::nullopt);
  confirms[1] = whole_.confirms[2];
  expect(check_confirms(record_, confirms), Code::signature_invalid, std::nullopt);
  confirms.pop_back();
  expect(check_confirms(record_, confirms), Code::wrong_participants, std::nullopt);
}

TEST_F(TranscriptTest, ACertificateIsCheckedAsAWhole) {
  EXPECT_EQ(verify(whole_.certificate()).value(), record_);
  Certificate certificate = whole_.certificate();
  certificate.proposal.push_back(0);
  expect(verify(certificate), Code::malformed, std::nullopt);
  certificate = whole_.certificate();
  certificate.proposal[1] = 2;  // a refresh
  expect(verify(certificate), Code::unknown_kind, std::nullopt);
  certificate = whole_.certificate();
  certificate.hellos.pop_back();
  expect(verify(certificate), Code::wrong_participants, std::nullopt);
  certificate = whole_.certificate();
  certificate.deals[0].signature[0] ^= 1;
  expect(verify(certificate), Code::signature_invalid, std::nullopt);
  certificate = whole_.certificate();
  certificate.confirms.clear();
  expect(verify(certificate), Code::wrong_participants, std::nullopt);
}

// A signature enters no hash: two signatures over one body do not split the transcript.
TEST_F(TranscriptTest, HashesCoverBodiesAndNotSignatures) {
  Bytes bodies;
  for (const Signed& hello : whole_.hellos) append(bodies, hello.body);
  EXPECT_EQ(heard_.hash, layout::hash("hellos", bodies));
}

}  // namespace
}  // namespace quorate::ceremony
