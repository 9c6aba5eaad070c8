// compose() is fed by what people type, so it refuses instead of stopping the program.

#include <gtest/gtest.h>

#include "proto/statement/statement.h"
#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using testing::code_of;
using testing::statement_of;

TEST(Compose, RefusesWhatTheEncoderCannotWrite) {
  Statement statement = statement_of("file");
  statement.root = std::string(300, 'a');
  EXPECT_EQ(code_of(compose(statement)), Code::malformed);
  statement = statement_of("file");
  statement.profile = "Engineer";
  EXPECT_EQ(code_of(compose(statement)), Code::malformed);
  statement = statement_of("file");
  std::get<File>(statement.body).label = "caf\u00e9";
  EXPECT_EQ(code_of(compose(statement)), Code::malformed);
  std::get<File>(statement.body).label = std::string(70'000, 'a');
  EXPECT_EQ(code_of(compose(statement)), Code::too_large);
  statement = statement_of("ssh-user");
  std::get<SshCertificate>(statement.body).key_id = "a\x1b[2J";
  EXPECT_EQ(code_of(compose(statement)), Code::malformed);
  std::get<SshCertificate>(statement.body).key_id = "a";
  std::get<SshCertificate>(statement.body).principals.assign(70'000, "a");
  EXPECT_EQ(code_of(compose(statement)), Code::too_large);
}

TEST(Compose, RefusesWhatNodesWouldRefuse) {
  Statement statement = statement_of("file");
  std::get<File>(statement.body).name_space = "krl";
  EXPECT_EQ(code_of(compose(statement)), Code::namespace_not_allowed);
  statement = statement_of("ssh-user");
  statement.not_after = statement.not_before;
  EXPECT_EQ(code_of(compose(statement)), Code::malformed);
}

}  // namespace
}  // namespace quorate::statement
