// What an operator types about bundles, on the program itself.

#include <sys/wait.h>

#include <array>
#include <cstdio>

#include <gmock/gmock.h>

#include "crypto/base/hex.h"
#include "node/store/store.h"
#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct Outcome {
  int exit;
  std::string output;
};

Outcome quorate_node(const std::string& arguments) {
  const std::string command = QUORATE_BIN "/quorate-node " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

// A node's database, with what it approved of version 1.
class BundleProgram : public ::testing::Test {
 protected:
  BundleProgram() : directory_("'" + folder_.path().string() + "'") {
    const auto store = open();
    Holdings holdings = Holdings::open(store->database()).value();
    auto transaction = store->begin();
    EXPECT_TRUE(holdings.remember(bundle_statement(first_bundle())));
    EXPECT_TRUE(transaction->commit());
  }
  std::unique_ptr<store::Store> open() { return store::Store::open(folder_ / "node.db").value(); }

  TemporaryFolder folder_;
  std::string directory_;
};

TEST_F(BundleProgram, FreesAVersionOnce) {
  EXPECT_EQ(quorate_node("bundle free " + directory_ + " 1").exit, 0);
  EXPECT_EQ(quorate_node("bundle free " + directory_ + " 1").exit, 1) << "there is nothing left";
  nlohmann::json other = first_bundle();
  other["expires"] = start + 29 * day;
  const auto store = open();
  EXPECT_TRUE(Holdings::open(store->database()).value().may_sign(bundle_statement(other)));
}

TEST_F(BundleProgram, LeavesARunningNodeAlone) {
  const auto store = open();
  const Outcome refused = quorate_node("bundle free " + directory_ + " 1");
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.output, HasSubstr("stop the node first"));
}

TEST_F(BundleProgram, TrustsAHashOnly) {
  EXPECT_EQ(quorate_node("bundle trust " + directory_ + " " + std::string(64, 'a')).exit, 0);
  EXPECT_EQ(quorate_node("bundle trust " + directory_ + " latest").exit, 2);
  const Outcome nobody =
      quorate_node("bundle trust " + directory_ + "/none " + std::string(64, 'a'));
  EXPECT_EQ(nobody.exit, 2);
  EXPECT_THAT(nobody.output, HasSubstr("there is no node in"));
}

TEST_F(BundleProgram, FreesWhatWasApprovedOfARootsLists) {
  {
    const auto store = open();
    Holdings holdings = Holdings::open(store->database()).value();
    auto transaction = store->begin();
    ASSERT_TRUE(store->roots().put({"revocations", root_id(revocation_root), {}, {}, {}}));
    ASSERT_TRUE(
        holdings.remember(list_statement(list(1, {entry("person", "alice", start + 5 * day)}))));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(quorate_node("list free " + directory_ + " others").exit, 2);
  const Outcome freed = quorate_node("list free " + directory_ + " revocations");
  EXPECT_EQ(freed.exit, 0);
  EXPECT_THAT(freed.output, HasSubstr("only approved: 1"));
  EXPECT_EQ(quorate_node("list free " + directory_ + " revocations").exit, 1);
  json renamed = list(1);
  renamed["list"] = "persons";
  renamed["issued"] = start + 200;
  const auto store = open();
  EXPECT_TRUE(Holdings::open(store->database()).value().may_sign(list_statement(renamed)))
      << "nor is the name left of a list that nobody holds";
}

}  // namespace
}  // namespace quorate::testing
