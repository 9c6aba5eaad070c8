#include "client/cli/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/statement/to_be_signed.h"
#include "tests/client/cli/saved_request.h"
#include "tests/support/temporary_folder.h"

namespace quorate::cli {
namespace {

TEST(Token, IsReadWithWhatItSaysOfItself) {
  const auto claims =
      claims_of(a_token(R"({"iss":"https://id","sub":"a\u001bb","nonce":"n","exp":5})"));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->issuer, "https://id");
  EXPECT_EQ(claims->subject, "a?b");
  EXPECT_EQ(claims->nonce, "n");
  EXPECT_EQ(claims->expires, 5u);
}

TEST(Token, IsNothingWhereItHasAnotherForm) {
  for (const std::string text : {"", "a.b", "a.b.c.d", "a.!.c", "e30.W10.c2ln", "e30.bm8.c2ln"}) {
    EXPECT_FALSE(claims_of(text)) << text;
  }
}

TEST(Token, MustCarryTheNonceOfItsRequest) {
  const testing::TemporaryFolder folder;
  const statement::Statement statement = a_statement();
  const std::string nonce = statement::token_nonce(statement);
  const std::string token = a_token(R"({"nonce":")" + nonce + "\"}");
  const auto read = read_token(folder.write("token", token + "\n"), statement);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(text_of(read->data), token);
  EXPECT_EQ(read->type, request::oidc);

  const auto other =
      read_token(folder.write("other", a_token(R"({"nonce":"another"})")), statement);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().exit, Exit::usage);
  EXPECT_THAT(other.error().what, ::testing::HasSubstr(nonce));
  EXPECT_FALSE(read_token(folder.write("none", "hello"), statement).has_value());
  EXPECT_FALSE(read_token(folder / "missing", statement).has_value());
}

}  // namespace
}  // namespace quorate::cli
