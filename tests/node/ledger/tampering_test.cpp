// Somebody with the node's file and a SQL shell. For each edit of a row: who notices.

#include <algorithm>

#include "node/ledger/cosigner.h"
#include "tests/node/ledger/node_of_one.h"

namespace quorate::ledger {
namespace {

using testing::drawn_key;
using testing::NodeOfOne;
using testing::SeededEntropy;
using testing::TemporaryFolder;
using testing::verify_all;

// Deep enough that a start does not look at the oldest leaves.
constexpr std::uint64_t leaves = 9'002;

enum class Noticed { by_nobody, at_start, by_full_check };

std::ostream& operator<<(std::ostream& out, Noticed noticed) {
  const char* names[] = {"by nobody", "at the start", "by the full check"};
  return out << names[static_cast<int>(noticed)];
}

struct Edit {
  const char* name;
  Noticed noticed;
  std::vector<const char*> sql;
};

std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.name; }

// Made once: a ledger of `leaves`, of which the first and the last are verdicts; and its checkpoint
// of before the last ten leaves, as any client may have kept it.
struct Template {
  Template() {
    NodeOfOne node(folder / "node.db");
    QUORATE_INVARIANT(node.open().has_value());
    node.decide(1, 1, {"t", "alice"});
    node.grow(leaves - 11);
    older_note = node.ledger().note().value();
    node.grow(9);
    node.decide(2, 1, {"u", "bob"});
    SeededEntropy entropy(3);
    const ed25519::SigningKey other = drawn_key(entropy);
    Cosigner cosigner(node.store(), "demo/alpha");
    const std::string note = record::sign_note({"demo/beta", {5, {}}}, other);
    QUORATE_INVARIANT(cosigner.cosign({note, 0, {}}, {other.public_key()}, other, 1).has_value());
  }
  TemporaryFolder folder;
  std::string older_note;
};

const Template& original() {
  static const Template one;
  return one;
}

Noticed who_notices(const std::filesystem::path& file) {
  NodeOfOne node(file);
  const auto is_noticed = [](const Status& status) {
    return !status && status.error().code == Code::ledger_rewritten;
  };
  const Status opened = node.open();
  if (is_noticed(opened)) return Noticed::at_start;
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return is_noticed(verify_all(node)) ? Noticed::by_full_check : Noticed::by_nobody;
}

class Tampering : public ::testing::TestWithParam<Edit> {
 protected:
  void SetUp() override { std::filesystem::copy_file(original().folder / "node.db", file_); }
  void run(const std::vector<const char*>& edits) {
    const auto database = store::Database::open(file_).value();
    for (const char* sql : edits) {
      const Status done = database->run(sql);
      ASSERT_TRUE(done.has_value()) << sql << ": " << done.error().message;
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "node.db";
};

TEST_P(Tampering, IsNoticed) {
  run(GetParam().sql);
  EXPECT_EQ(who_notices(file_), GetParam().noticed);
}

// gtest's names are made of letters.
std::string words(const ::testing::TestParamInfo<Edit>& edit) {
  std::string name = edit.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

constexpr Noticed start = Noticed::at_start;
constexpr Noticed full = Noticed::by_full_check;

INSTANTIATE_TEST_SUITE_P(
    OfLeaves, Tampering,
    ::testing::Values(
        Edit{"nothing", Noticed::by_nobody, {}},
        Edit{"newest leaf",
             start,
             {"UPDATE leaf SET data = CAST(data || x'00' AS BLOB) WHERE number = 9001"}},
        Edit{"salt of a new leaf",
             start,
             {"UPDATE leaf SET data = CAST(zeroblob(16) || substr(data, 17) AS BLOB) WHERE number "
              "= 8000"}},
        Edit{
            "time in a new leaf",
            start,
            {"UPDATE leaf SET data = CAST(substr(data, 1, 57) || x'ff' || substr(data, 59) AS BLOB)"
             " WHERE number = 8500"}},
        Edit{
            "time in an old leaf",
            full,
            {"UPDATE leaf SET data = CAST(substr(data, 1, 57) || x'ff' || substr(data, 59) AS BLOB)"
             " WHERE number = 17"}},
        Edit{"old leaf for another",
             full,
             {"UPDATE leaf SET data = (SELECT data FROM leaf WHERE number = 40)"
              " WHERE number = 41"}},
        Edit{"new leaf deleted", start, {"DELETE FROM leaf WHERE number = 8999"}},
        Edit{"newest leaf deleted", start, {"DELETE FROM leaf WHERE number = 9001"}},
        Edit{"old leaf deleted", full, {"DELETE FROM leaf WHERE number = 1000"}},
        Edit{"first leaf deleted", full, {"DELETE FROM leaf WHERE number = 0"}},
        Edit{"new leaves swapped",
             start,
             {"UPDATE leaf SET number = -1 WHERE number = 8000",
              "UPDATE leaf SET number = 8000 WHERE number = 8001",
              "UPDATE leaf SET number = 8001 WHERE number = -1"}},
        Edit{"old leaves swapped",
             full,
             {"UPDATE leaf SET number = -1 WHERE number = 100",
              "UPDATE leaf SET number = 100 WHERE number = 3000",
              "UPDATE leaf SET number = 3000 WHERE number = -1"}},
        Edit{"leaf put behind the end",
             start,
             {"INSERT INTO leaf SELECT 9002, data FROM leaf WHERE number = 9000"}},
        Edit{"leaf put before the beginning",
             full,
             {"INSERT INTO leaf SELECT -7, data FROM leaf WHERE number = 9000"}},
        Edit{"leaves cut off", start, {"DELETE FROM leaf WHERE number >= 8900"}},
        Edit{"all leaves gone", start, {"DELETE FROM leaf"}}),
    words);

INSTANTIATE_TEST_SUITE_P(
    OfHashes, Tampering,
    ::testing::Values(
        Edit{"newest hash",
             start,
             {"UPDATE subtree SET hash = zeroblob(32) WHERE number ="
              " (SELECT max(number) FROM subtree)"}},
        Edit{"hash over the oldest 4096",
             start,
             {"UPDATE subtree SET hash = zeroblob(32)"
              " WHERE number = 4094"}},
        Edit{"hash in the old part",
             full,
             {"UPDATE subtree SET hash = zeroblob(32)"
              " WHERE number = 77"}},
        Edit{"hash of another size", full, {"UPDATE subtree SET hash = x'00' WHERE number = 78"}},
        Edit{"old hash deleted", full, {"DELETE FROM subtree WHERE number = 5"}},
        Edit{"newest hash deleted",
             start,
             {"DELETE FROM subtree WHERE number = (SELECT max(number) FROM subtree)"}},
        Edit{"old hashes swapped",
             full,
             {"UPDATE subtree SET number = -1 WHERE number = 0",
              "UPDATE subtree SET number = 0 WHERE number = 1",
              "UPDATE subtree SET number = 1 WHERE number = -1"}},
        Edit{"hash put behind the end",
             start,
             {"INSERT INTO subtree SELECT max(number) + 1, zeroblob(32) FROM subtree"}},
        Edit{"hash put before the beginning",
             full,
             {"INSERT INTO subtree VALUES (-1, zeroblob(32))"}},
        Edit{"all hashes gone", start, {"DELETE FROM subtree"}}),
    words);

INSTANTIATE_TEST_SUITE_P(
    OfOtherTables, Tampering,
    ::testing::Values(
        Edit{"checkpoint deleted", start, {"DELETE FROM checkpoint"}},
        Edit{"size in the checkpoint",
             start,
             {"UPDATE checkpoint SET note = replace(note, '9002', '9001')"}},
        Edit{"no checkpoint at all", start, {"UPDATE checkpoint SET note = ''"}},
        Edit{"everything gone but the verdicts",
             start,
             {"DELETE FROM leaf", "DELETE FROM subtree", "DELETE FROM checkpoint"}},
        Edit{"stored verdict", full, {"UPDATE verdict SET record = x'00' WHERE leaf = 0"}},
        Edit{
            "stored verdict of another leaf", full, {"UPDATE verdict SET leaf = 5 WHERE leaf = 0"}},
        Edit{"stored verdict beyond the end",
             start,
             {"UPDATE verdict SET leaf = 100000 WHERE leaf = 0"}},
        Edit{"cosigned note", full, {"UPDATE cosigned SET note = replace(note, '5', '6')"}},
        Edit{"cosigned origin", full, {"UPDATE cosigned SET origin = 'demo/gamma'"}},
        Edit{"cosigned identity", full, {"UPDATE cosigned SET identity = zeroblob(32)"}}),
    words);

TEST_F(Tampering, LeafRewrittenWithAllHashesOverItIsNoticedAtTheStart) {
  // Everything as if record 8800 had always said what it says now: but the key is in the token.
  NodeOfOne forger(folder_ / "forged.db");
  ASSERT_TRUE(forger.open());
  {
    auto transaction = forger.store().begin();
    ASSERT_TRUE(transaction.has_value());
    for (std::uint64_t i = 0; i < leaves; ++i) forger.append(record::Stop{}, i);
    ASSERT_TRUE(forger.ledger().seal(forger.key));
    ASSERT_TRUE(transaction->commit());
  }
  forger.close();
  const std::string attach = "ATTACH '" + (folder_ / "forged.db").string() + "' AS forged";
  run({attach.c_str(), "DELETE FROM leaf", "DELETE FROM subtree",
       "INSERT INTO leaf SELECT * FROM forged.leaf",
       "INSERT INTO subtree SELECT * FROM forged.subtree"});
  EXPECT_EQ(who_notices(file_), Noticed::at_start);
}

TEST_F(Tampering, CuttingBackToAnOlderCheckpointIsNoticedByTheVerdictsThatStayed) {
  const std::string put = "UPDATE checkpoint SET note = '" + original().older_note + "'";
  const std::vector<const char*> cut = {"DELETE FROM leaf WHERE number >= 8992",
                                        "DELETE FROM subtree WHERE number >= 8988", put.c_str()};
  run(cut);
  EXPECT_EQ(who_notices(file_), Noticed::at_start);
  // Without them the file is what it once was. Only who saw it since can tell: CosignerTest.
  run({"DELETE FROM verdict WHERE leaf >= 8992"});
  EXPECT_EQ(who_notices(file_), Noticed::by_nobody);
}

TEST_F(Tampering, SaysWhereAndWhatWasExpected) {
  run(
      {"UPDATE leaf SET data = CAST(substr(data, 1, 57) || x'ff' || substr(data, 59) AS BLOB)"
       " WHERE number = 8500"});
  NodeOfOne node(file_);
  const Status opened = node.open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.find("the leaves 8500 to 8501 hash to"), std::string::npos)
      << opened.error().message;
}

TEST_F(Tampering, ChangedTableIsRefusedByTheStore) {
  run({"ALTER TABLE leaf RENAME COLUMN data TO text"});
  NodeOfOne node(file_);
  const Status opened = node.open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::io);
  run({"ALTER TABLE leaf RENAME COLUMN text TO data", "DROP TABLE checkpoint"});
  EXPECT_EQ(node.open().error().code, Code::io);
}

}  // namespace
}  // namespace quorate::ledger
