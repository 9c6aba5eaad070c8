// Somebody with a node's whole disk in hand, and a SQL shell, rewrites what the node did. For each
// way: who notices.
//
//   the node     refuses to run, or its operator's `ledger verify` says no
//   an auditor   who pulled before, and pulls again
//   a cosigner   another node, which saw a newer checkpoint: it tells an auditor who never looked
//                before
//   a client     whose `status` saw a newer checkpoint

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "client/home/roster.h"
#include "node/ledger/ledger.h"
#include "node/store/store.h"
#include "proto/record/checkpoint.h"
#include "tests/end_to_end/dev_quorum.h"

namespace quorate::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class Tampering : public DevQuorum {
 protected:
  static void SetUpTestSuite() { begin("--custody file"); }
  void SetUp() override {
    DevQuorum::SetUp();
    shell().write("note.txt", "a note\n");
  }

  static void sign_with_alpha(int times) {
    for (int i = 0; i < times; ++i) {
      const Ended ended = sign("note.txt", "--nodes alpha,bravo");
      ASSERT_EQ(ended.exit, 0) << shown(ended);
    }
  }
  static void keep_copy(const std::string& copy) {
    ASSERT_EQ(run("rm -rf " + copy + " && cp -a d/nodes/alpha " + copy).exit, 0);
  }
  static void put_back(const std::string& copy) {
    ASSERT_EQ(run("rm -rf d/nodes/alpha && cp -a " + copy + " d/nodes/alpha").exit, 0);
  }

  // Runs alpha, which does not want to.
  static Ended run_alpha() { return run("timeout 30 quorate-node run d/nodes/alpha"); }

  static std::set<std::string> kinds_of(const Ended& pull) {
    std::set<std::string> kinds;
    const json parsed = json::parse(pull.out, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("findings")) return kinds;
    for (const json& finding : parsed["findings"]) kinds.insert(finding["kind"]);
    return kinds;
  }

  // Whoever of those who are not the node itself sees that alpha is not what it was.
  static std::set<std::string> who_notices() {
    std::set<std::string> noticed;
    const Ended status = run("quorate status");
    if (status.exit == 1 && status.out.find("CUT OR REWRITTEN") != std::string::npos) {
      noticed.insert("a client");
    }
    const Ended pull = run("quorate audit pull --json");
    const std::set<std::string> kinds = kinds_of(pull);
    if (pull.exit == 1 && (kinds.contains("shrunk") || kinds.contains("rewritten"))) {
      noticed.insert("an auditor");
    }
    // An auditor who never saw alpha before: only what the others cosigned can tell.
    const Ended newcomer = run(
        "rm -rf newcomer && cp -a d/client newcomer && rm -rf newcomer/audit newcomer/ledgers && "
        "quorate audit pull --home newcomer --json");
    const std::set<std::string> told = kinds_of(newcomer);
    if (newcomer.exit == 1 && (told.contains("shrunk") || told.contains("split"))) {
      noticed.insert("a cosigner");
    }
    return noticed;
  }
};

// --- the node itself

struct Edit {
  const char* name;
  std::vector<const char*> sql;
};

TEST_F(Tampering, ANodeRefusesToRunOnALedgerWhoseRowsWereChanged) {
  sign_with_alpha(3);
  stop_node("alpha");
  keep_copy("as_it_was");
  const std::vector<Edit> edits = {
      {"a record edited",
       {"UPDATE leaf SET data = CAST(substr(data, 1, 57) || x'ffee' || substr(data, 60) AS BLOB)"
        " WHERE number = 3"}},
      {"a record deleted", {"DELETE FROM leaf WHERE number = 2"}},
      {"two records swapped",
       {"UPDATE leaf SET number = -1 WHERE number = 4",
        "UPDATE leaf SET number = 4 WHERE number = 5",
        "UPDATE leaf SET number = 5 WHERE number = -1"}},
      {"the newest record cut off",
       {"DELETE FROM leaf WHERE number = (SELECT max(number) FROM leaf)"}},
      {"the tail cut off", {"DELETE FROM leaf WHERE number > 5"}},
      {"a hash edited", {"UPDATE subtree SET hash = zeroblob(32) WHERE number = 1"}},
      {"the checkpoint edited",
       {"UPDATE checkpoint SET note = replace(note, 'dev/alpha', 'dev/bravo')"}},
      {"the checkpoint deleted", {"DELETE FROM checkpoint"}}};
  for (const Edit& edit : edits) {
    SCOPED_TRACE(edit.name);
    put_back("as_it_was");
    {
      const auto database = store::Database::open(node("alpha") / "node.db").value();
      for (const char* sql : edit.sql) {
        const Status done = database->run(sql);
        ASSERT_TRUE(done.has_value()) << done.error().message;
      }
    }
    const Ended ran = run_alpha();
    EXPECT_NE(ran.exit, 0) << "it ran";
    EXPECT_NE(ran.exit, 124) << "it ran, and was stopped";
    EXPECT_THAT(ran.complaints, HasSubstr("this node's ledger was rewritten"));
    const Ended verified = run("quorate-node ledger verify d/nodes/alpha --json");
    EXPECT_EQ(verified.exit, 1) << shown(verified);
    EXPECT_EQ(json::parse(verified.out)["result"], "rewritten");
  }
  put_back("as_it_was");
  EXPECT_EQ(run("quorate-node ledger verify d/nodes/alpha").exit, 0);
}

// The same check, in this process, for every row that there is.
class EachRow {
 public:
  EachRow(store::Database& database, const home::RosterNode& node)
      : database_(database), origin_(record::origin_of("dev", node.name)), node_(node) {}

  bool is_noticed() {
    const auto ledger = ledger::Ledger::open(database_, origin_, node_.identity);
    if (!ledger) return ledger.error().code == Code::ledger_rewritten;
    const Status whole = (*ledger)->verify_all([](std::uint64_t, std::uint64_t) {});
    return !whole && whole.error().code == Code::ledger_rewritten;
  }
  // Whether it is noticed when this is done to the row, and only then.
  bool is_noticed_after(const std::vector<std::string>& statements, std::int64_t row) {
    EXPECT_TRUE(database_.begin());
    for (const std::string& statement : statements) {
      store::Query query = database_.query(statement.c_str()).value();
      EXPECT_TRUE(query.bind(1, row).run()) << statement;
    }
    const bool noticed = is_noticed();
    database_.roll_back();
    return noticed;
  }
  std::vector<std::int64_t> rows(const std::string& table) {
    std::vector<std::int64_t> numbers;
    store::Query query =
        database_.query(("SELECT number FROM " + table + " ORDER BY number").c_str()).value();
    while (query.step().value()) numbers.push_back(query.integer(0));
    return numbers;
  }

 private:
  store::Database& database_;
  std::string origin_;
  const home::RosterNode& node_;
};

TEST_F(Tampering, EverySingleRowEditedDeletedOrMovedIsNoticedByTheNode) {
  sign_with_alpha(2);
  stop_node("alpha");
  keep_copy("each_row");
  const home::Roster roster = home::load_roster(shell().folder() / "d/client/roster.toml").value();
  const auto database = store::Database::open(shell().folder() / "each_row/node.db").value();
  EachRow each(*database, *roster.find("alpha"));
  ASSERT_FALSE(each.is_noticed()) << "nothing was done to it yet";

  const std::map<std::string, std::string> columns = {{"leaf", "data"}, {"subtree", "hash"}};
  for (const auto& [table, column] : columns) {
    const std::vector<std::int64_t> rows = each.rows(table);
    EXPECT_GT(rows.size(), 10u) << table;
    for (const std::int64_t row : rows) {
      SCOPED_TRACE(table + " " + std::to_string(row));
      const std::string update = "UPDATE " + table + " SET ";
      EXPECT_TRUE(each.is_noticed_after(
          {update + column + " = CAST(" + column + " || x'00' AS BLOB) WHERE number = ?1"}, row));
      EXPECT_TRUE(each.is_noticed_after({update + column + " = CAST(x'0123' || substr(" + column +
                                         ", 3) AS BLOB) WHERE number = ?1"},
                                        row));
      EXPECT_TRUE(each.is_noticed_after({"DELETE FROM " + table + " WHERE number = ?1"}, row));
      if (row == rows.back()) continue;
      EXPECT_TRUE(each.is_noticed_after({update + "number = -1000 - ?1 WHERE number = ?1",
                                         update + "number = ?1 WHERE number = ?1 + 1",
                                         update + "number = ?1 + 1 WHERE number = -1000 - ?1"},
                                        row));
    }
  }
}

// --- what the node can't notice: a disk that fits together, from yesterday

TEST_F(Tampering, YesterdaysCopyOfTheWholeDirectoryIsNoticedByAllWhoSawTheNodeSince) {
  sign_with_alpha(1);
  stop_node("alpha");
  keep_copy("yesterday");
  ASSERT_EQ(run("quorate dev up --dir d").exit, 0);
  sign_with_alpha(6);
  ASSERT_EQ(run("quorate status").exit, 0);
  const Ended pull = run("quorate audit pull --json");
  ASSERT_EQ(pull.exit, 0) << shown(pull);
  const json pulled = json::parse(pull.out);
  for (const json& each : pulled["nodes"]) {
    EXPECT_EQ(each["cosigned_by"].size(), 2u) << each;
  }
  EXPECT_TRUE(who_notices().empty()) << "nothing was done to it yet";

  stop_node("alpha");
  keep_copy("today");
  put_back("yesterday");
  // By itself it has no means of knowing.
  EXPECT_EQ(run("quorate-node ledger verify d/nodes/alpha").exit, 0);
  ASSERT_EQ(run("quorate dev up --dir d").exit, 0);
  EXPECT_THAT(who_notices(), UnorderedElementsAre("a client", "an auditor", "a cosigner"));

  // The proof is two checkpoints that alpha signed, and it stays.
  const Ended proof = run("quorate audit verify --json");
  EXPECT_EQ(proof.exit, 1) << shown(proof);
  const json found = json::parse(proof.out);
  ASSERT_EQ(found["findings"].size(), 1u) << proof.out;
  EXPECT_EQ(found["findings"][0]["kind"], "shrunk");
  EXPECT_EQ(found["findings"][0]["nodes"], json{"alpha"});
  std::set<std::string> checkpoints;
  for (const json& each : found["findings"][0]["proofs"]) {
    const std::string text = each["text"];
    if (text.starts_with("dev/alpha\n")) checkpoints.insert(text);
  }
  EXPECT_EQ(checkpoints.size(), 2u) << proof.out;

  // Growing beyond what it once was does not help it, but against one who kept no proof: `status`
  // knows the size and asks for none.
  sign_with_alpha(9);
  EXPECT_THAT(who_notices(), UnorderedElementsAre("an auditor", "a cosigner"));

  stop_node("alpha");
  put_back("today");
}

}  // namespace
}  // namespace quorate::testing
