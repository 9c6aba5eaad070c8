// A database that somebody else wrote into.

#include <gmock/gmock.h>

#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Rewritten : public HoldingsTest {
 protected:
  // A chain of two, a list of the node's own root, and what it approved beside.
  Rewritten() {
    const json first = first_bundle();
    const json alice = entry("person", "alice", start + 5 * day);
    const json bob = entry("person", "bob", start + 5 * day);
    EXPECT_TRUE(publish_bundle(first));
    EXPECT_TRUE(publish_bundle(next_bundle(first)));
    EXPECT_TRUE(publish_list(list(1, {alice})));
    EXPECT_TRUE(publish_list(list(2, {alice})));
    EXPECT_TRUE(publish_list(list(1, {alice}), other_root));
    EXPECT_TRUE(approve(list_statement(list(3, {alice, bob}))));
  }
};

TEST_F(Rewritten, NothingWhereNobodyWrote) { EXPECT_TRUE(Holdings::open(*database_)); }

TEST_F(Rewritten, IsNoticedWhenItIsOpened) {
  struct Case {
    const char* sql;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {"UPDATE holding_entry SET listed = 0", "alice stands on list"},
      {"UPDATE holding_entry SET until = 1 WHERE value = 'alice'", "alice stands on list"},
      {"DELETE FROM holding_entry", "alice stands on list"},
      {"UPDATE holding_entry SET listed = 2 WHERE value = 'bob'", "bob is said to stand"},
      {"UPDATE holding_entry SET value = 'carol' WHERE value = 'alice'", "alice stands on list"},
      {"DELETE FROM holding_list", "no such list is held"},
      {"DELETE FROM holding_list_name", "two names"},
      {"UPDATE holding_list SET number = number + 1", "says otherwise"},
      {"UPDATE holding_list SET next_update = next_update + 1", "says otherwise"},
      {"UPDATE holding_list SET issued = issued - 1", "says otherwise"},
      {"UPDATE holding_list SET payload = x'7b7d'", "is none"},
      {"UPDATE holding_list SET signature = zeroblob(64)", "not signed by its root"},
      {"UPDATE holding_list SET root_id = zeroblob(32) WHERE number = 2", "not signed"},
      {"UPDATE holding_bundle SET expires = expires + 1", "when it expires"},
      {"UPDATE holding_bundle SET list = 'persons'", "whose list counts"},
      {"UPDATE holding_bundle SET list_root = zeroblob(32)", "whose list counts"},
      {"UPDATE holding_bundle SET hash = zeroblob(32)", "another payload"},
      {"UPDATE holding_bundle SET payload = x'7b7d'", "is none"},
      {"UPDATE holding_bundle SET signatures = x'0000'", "is not signed"},
      {"DELETE FROM holding_bundle WHERE version = 1", "its operator did not name"},
  };
  for (const Case& item : cases) {
    ASSERT_TRUE(database_->begin());
    ASSERT_TRUE(database_->run(item.sql));
    const auto opened = Holdings::open(*database_);
    database_->roll_back();
    ASSERT_EQ(code_of(opened), Code::ledger_rewritten) << item.sql;
    EXPECT_THAT(opened.error().message, HasSubstr(item.reason)) << item.sql;
  }
  EXPECT_TRUE(Holdings::open(*database_));
}

}  // namespace
}  // namespace quorate::testing
