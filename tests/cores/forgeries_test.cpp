// What somebody who has a node's database, and not its identity key, can't make it believe.

#include <gtest/gtest.h>

#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

class Forgeries : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.create_root("releases", "file");
    ASSERT_TRUE(made);
    releases_ = std::move(made);
    request_ = world_.request_for(world_.file_statement(*releases_), world_.requester);
    ASSERT_EQ(code_of(ask()), Code::approval_missing);
  }
  node::Answer ask() { return world_.sign_with(0, *releases_, request_); }
  void edit(const char* sql) {
    ASSERT_TRUE(world_.hosts[0]->store().database().run(sql).has_value());
  }

  World world_;
  std::optional<ceremony::EpochRecord> releases_;
  Bytes request_;
};

TEST_F(Forgeries, PendingVerdictTurnedIntoAnApproval) {
  edit("UPDATE verdict SET decision = 1, code = 0, stands_until = 9000000000");
  EXPECT_EQ(code_of(ask()), Code::ledger_unavailable);
}

TEST_F(Forgeries, ApprovalMovedToAnotherRequest) {
  auto files = world_.create_root("files", "file");
  ASSERT_TRUE(files);
  const Bytes allowed = world_.request_for(world_.file_statement(*files), world_.requester);
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *files, allowed)));
  // The request that waits gets the approval of the one that needed nobody.
  edit(
      "UPDATE verdict SET request_id = (SELECT request_id FROM verdict WHERE decision = 3)"
      " WHERE decision = 1");
  EXPECT_EQ(code_of(ask()), Code::ledger_unavailable);
}

TEST_F(Forgeries, ApprovalKeptAliveBeyondItsTime) {
  auto files = world_.create_root("files", "file");
  ASSERT_TRUE(files);
  const Bytes allowed = world_.request_for(world_.file_statement(*files), world_.requester);
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *files, allowed)));
  edit("UPDATE verdict SET stands_until = 9000000000 WHERE decision = 1");
  EXPECT_EQ(code_of(world_.sign_with(0, *files, allowed)), Code::ledger_unavailable);
}

TEST_F(Forgeries, ClientThatBringsNobodysEvidenceIsHeldOff) {
  const Person stranger{draw_key(world_.entropy)};
  const Bytes request = world_.request_for(world_.file_statement(*releases_), stranger);
  const auto pairs = world_.commitments(*releases_, {0, 1});  // a refusal spends none
  for (int i = 0; i < 120; ++i) {
    ASSERT_EQ(code_of(world_.sign(0, *releases_, request, pairs)), Code::key_unknown);
  }
  EXPECT_EQ(code_of(world_.sign(0, *releases_, request, pairs)), Code::busy);
  EXPECT_EQ(code_of(ask()), Code::busy);  // of this client, whatever it brings
  world_.clock_ms += 61'000;
  EXPECT_EQ(code_of(ask()), Code::approval_missing);
}

}  // namespace
}  // namespace quorate::testing
