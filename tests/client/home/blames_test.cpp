#include "client/home/blames.h"

#include <fstream>

#include <gtest/gtest.h>

#include "client/home/file.h"
#include "client/home/known_roots.h"
#include "tests/proto/blame/lie.h"
#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

using blame::Lie;
using blame::lie;
using blame::Said;

class BlamesTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  Home home_{folder_.path()};
  Blames blames_{home_};
};

TEST_F(BlamesTest, KeepsTheProofUntilAnOperatorClearsTheNode) {
  const Lie made = lie();
  const ed25519::Point liar = made.whole.identities[made.liar].public_key();
  EXPECT_TRUE(blames_.liars().value().empty());
  const Path file = blames_.keep(made.evidence).value();
  EXPECT_EQ(read_blame(file).value(), made.evidence);
  EXPECT_EQ(blames_.liars().value(), std::set{liar});
  EXPECT_EQ(blames_.keep(made.evidence).value(), file) << "again the same";
  ASSERT_EQ(blames_.list().value().size(), 1u);

  EXPECT_EQ(blames_.clear(made.whole.identities[0].public_key()).value(), 0u);
  EXPECT_EQ(blames_.clear(liar).value(), 1u);
  EXPECT_TRUE(blames_.liars().value().empty());
  EXPECT_EQ(read_blame(home_.blames() / "cleared" / file.filename()).value(), made.evidence)
      << "it stays true";
}

TEST_F(BlamesTest, TakesTheCertificateWhenItComesLater) {
  blame::WrongPartial bare = lie().evidence;
  bare.certificate.reset();
  const Path file = blames_.keep(bare).value();
  EXPECT_EQ(blames_.keep(lie().evidence).value(), file);
  EXPECT_TRUE(blame::prove(read_blame(file).value()).has_value());
  EXPECT_EQ(blames_.keep(bare).value(), file);
  EXPECT_TRUE(blame::prove(read_blame(file).value()).has_value()) << "and never loses it again";
}

TEST_F(BlamesTest, KeepsNothingAgainstANodeThatWasRight) {
  EXPECT_EQ(blames_.keep(lie(Said::right).evidence).error().code, Code::partial_invalid);
  EXPECT_TRUE(blames_.list().value().empty());
}

TEST_F(BlamesTest, HoldsABoundedNumberOfEachNode) {
  const Lie made = lie();
  blame::WrongPartial another = made.evidence;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < 2 * blames_of_a_node; ++i) {
    // Another document, for which the liar signs the same nonsense.
    another.to_be_signed.push_back('x');
    const auto package =
        frost::Package::make(another.record.quorum(), another.to_be_signed, another.commitments)
            .value();
    signing::PartialBody body = signing::decode_partial(made.evidence.partial.body).value();
    body.session = signing::session(another.record.root_id(), package);
    another.partial =
        made.whole.signed_by(made.liar, signing::partial_label, signing::encode(body));
    if (!blames_.keep(another).value().empty()) ++kept;
  }
  EXPECT_EQ(kept, blames_of_a_node);
  EXPECT_EQ(blames_.list().value().size(), blames_of_a_node);
}

TEST_F(BlamesTest, PassesOverWhatIsDamaged) {
  const Path file = blames_.keep(lie().evidence).value();
  std::ofstream(file, std::ios::app) << "x";
  EXPECT_TRUE(blames_.list().value().empty());
  EXPECT_EQ(read_blame(file).error().code, Code::malformed);
}

TEST_F(BlamesTest, TheCertificateOfAPinnedRootIsKept) {
  const Lie made = lie();
  const KnownRoots roots(home_);
  EXPECT_EQ(roots.certificate(made.evidence.record).error().code, Code::evidence_missing);
  ASSERT_TRUE(roots.pin(*made.evidence.certificate).has_value());
  EXPECT_EQ(roots.certificate(made.evidence.record).value(), *made.evidence.certificate);
  EXPECT_EQ(roots.list().value().size(), 1u) << "it is no root of its own";
  // Of another root of that name it is none.
  EXPECT_EQ(roots.certificate(lie(Said::wrong, 2).evidence.record).error().code,
            Code::evidence_missing);
  std::ofstream(home_.roots() / "files.certificate") << "damaged";
  EXPECT_EQ(roots.certificate(made.evidence.record).error().code, Code::evidence_missing);
}

}  // namespace
}  // namespace quorate::home
