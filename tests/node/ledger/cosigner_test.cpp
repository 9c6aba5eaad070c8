// A witness signs one history of a ledger, and holds the proof when it is shown another.

#include "node/ledger/cosigner.h"

#include "tests/node/ledger/node_of_one.h"

namespace quorate::ledger {
namespace {

using testing::drawn_key;
using testing::NodeOfOne;
using testing::SeededEntropy;
using testing::TemporaryFolder;

class CosignerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(alpha_.open());
    ASSERT_TRUE(beta_.open());
  }
  Result<Cosigner::Answer> ask(const std::string& note, std::uint64_t from = 0,
                               const std::vector<Hash>& proof = {}) {
    Cosigner cosigner(beta_.store(), "demo/beta");
    return cosigner.cosign({note, from, proof}, {alpha_.key.public_key()}, key_, 1'800'000'000);
  }
  std::string note() { return alpha_.ledger().note().value(); }
  record::Checkpoint opened(const std::string& text) {
    return record::open_note(text, "demo/alpha", alpha_.key.public_key()).value();
  }
  bool holds(const Cosigner::Answer& answer, const std::string& text) {
    const auto time =
        record::open_cosignature(answer.cosignature, opened(text), "demo/beta", key_.public_key());
    return time.has_value() && *time == 1'800'000'000;
  }
  std::vector<Hash> proof(std::uint64_t earlier) {
    return alpha_.ledger().history(0, 0, earlier)->consistency;
  }
  // Yesterday's copy of alpha, which does not know what alpha did since.
  void copy_alpha(const std::string& name) {
    alpha_.close();
    std::filesystem::copy_file(folder_ / "alpha.db", folder_ / name);
    ASSERT_TRUE(alpha_.open());
  }

  TemporaryFolder folder_;
  NodeOfOne alpha_{folder_ / "alpha.db", "demo/alpha", 1};
  NodeOfOne beta_{folder_ / "beta.db", "demo/beta", 2};
  SeededEntropy entropy_{7};
  ed25519::SigningKey key_ = drawn_key(entropy_);
};

TEST_F(CosignerTest, SignsTheFirstCheckpointItSees) {
  alpha_.grow(5);
  const auto answer = ask(note()).value();
  EXPECT_EQ(answer.size, 0u);
  EXPECT_TRUE(holds(answer, note()));
  EXPECT_TRUE(
      record::open_note(note() + answer.cosignature, "demo/alpha", alpha_.key.public_key()));
}

TEST_F(CosignerTest, NamesItsSizeAndSignsOnceTheProofIsThere) {
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  alpha_.grow(20);
  auto answer = ask(note()).value();
  EXPECT_EQ(answer.size, 5u);
  EXPECT_TRUE(answer.cosignature.empty());
  EXPECT_TRUE(answer.contradicted.empty());
  answer = ask(note(), 5, proof(5)).value();
  EXPECT_TRUE(holds(answer, note()));
  EXPECT_EQ(ask(note())->size, 25u);
}

TEST_F(CosignerTest, SignsTheSameCheckpointAgain) {
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  EXPECT_TRUE(holds(ask(note()).value(), note()));
}

TEST_F(CosignerTest, DoesNotGoBackToAnOlderCheckpoint) {
  alpha_.grow(5);
  const std::string older = note();
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  const auto answer = ask(older).value();
  EXPECT_EQ(answer.size, 10u);
  EXPECT_TRUE(answer.cosignature.empty());
}

TEST_F(CosignerTest, HoldsTheProofOfTwoHistoriesOfOneSize) {
  alpha_.grow(5);
  copy_alpha("split.db");
  NodeOfOne split(folder_ / "split.db", "demo/alpha", 1);
  ASSERT_TRUE(split.open());
  alpha_.grow(1);
  {
    auto transaction = split.store().begin();
    split.append(record::Stop{}, 77);
    ASSERT_TRUE(split.ledger().seal(split.key));
    ASSERT_TRUE(transaction->commit());
  }
  ASSERT_TRUE(ask(note()));
  const std::string other = split.ledger().note().value();
  const auto answer = ask(other).value();
  EXPECT_TRUE(answer.cosignature.empty());
  EXPECT_EQ(answer.contradicted, note());
  // Both are signed by one node, have one size and different roots: nobody needs to believe us.
  EXPECT_EQ(opened(other).tree.size, opened(answer.contradicted).tree.size);
  EXPECT_NE(opened(other).tree.root, opened(answer.contradicted).tree.root);
}

TEST_F(CosignerTest, NoticesThatYesterdaysDiskCameBack) {
  alpha_.grow(5);
  copy_alpha("yesterday.db");
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  const std::string lost = note();
  alpha_.close();
  std::filesystem::rename(folder_ / "yesterday.db", folder_ / "alpha.db");
  ASSERT_TRUE(alpha_.open());         // nothing on its own disk tells
  EXPECT_EQ(ask(note())->size, 10u);  // more than alpha knows of itself
  alpha_.decide(1, 1, {});
  alpha_.grow(10);
  const auto answer = ask(note(), 10, proof(10)).value();
  EXPECT_TRUE(answer.cosignature.empty());
  EXPECT_EQ(answer.contradicted, lost);
}

TEST_F(CosignerTest, RemembersThroughARestart) {
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  ASSERT_TRUE(beta_.open());
  alpha_.grow(1);
  EXPECT_EQ(ask(note())->size, 5u);
}

TEST_F(CosignerTest, RefusesStrangersEmptyLedgersAndWhatIsNoCheckpoint) {
  alpha_.grow(5);
  SeededEntropy entropy(9);
  const ed25519::SigningKey stranger = drawn_key(entropy);
  const auto code = [&](const std::string& text) { return ask(text).error().code; };
  EXPECT_EQ(code(record::sign_note({"demo/alpha", {5, {}}}, stranger)), Code::signature_invalid);
  EXPECT_EQ(code(record::sign_note({"demo/alpha", {0, record::tree_root({})}}, alpha_.key)),
            Code::malformed);
  EXPECT_EQ(code(record::sign_note({"alpha", {5, {}}}, alpha_.key)), Code::malformed);
  EXPECT_EQ(code(record::sign_note({"demo/al pha", {5, {}}}, alpha_.key)), Code::malformed);
  EXPECT_EQ(code(""), Code::malformed);
  EXPECT_EQ(code("demo/alpha\n" + std::string(record::note_limit, 'x')), Code::too_large);
}

TEST_F(CosignerTest, LedgerHasOneOriginForLife) {
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  const auto renamed = ask(record::sign_note({"demo/omega", {5, {}}}, alpha_.key));
  EXPECT_EQ(renamed.error().code, Code::message_differs);
}

TEST_F(CosignerTest, SaysWhenItsMemoryWasEdited) {
  alpha_.grow(5);
  ASSERT_TRUE(ask(note()));
  ASSERT_TRUE(beta_.store().database().run("UPDATE cosigned SET note = replace(note, '5', '4')"));
  EXPECT_EQ(ask(note()).error().code, Code::ledger_rewritten);
}

}  // namespace
}  // namespace quorate::ledger
