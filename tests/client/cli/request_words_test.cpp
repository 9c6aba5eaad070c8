#include "client/cli/request_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/evidence/ssh_keygen.h"
#include "proto/request/approval.h"
#include "proto/statement/to_be_signed.h"
#include "tests/client/cli/saved_request.h"
#include "tests/support/temporary_folder.h"

namespace quorate::cli {
namespace {

using ::testing::HasSubstr;

class RequestWords : public ::testing::Test {
 protected:
  std::string words(std::uint64_t at) const {
    return in_words(fields_of({request, statement}, at));
  }
  void approve(request::Approval approval) {
    const auto encoded = request::encode(approval);
    Bytes data(encoded.begin(), encoded.end());
    const auto sshsig =
        evidence::sign({std::string(request::approval_namespace), key, data}).value();
    append(data, sshsig.blob());
    ASSERT_TRUE(request::add(request, {request::approval, data}).has_value());
  }

  testing::TemporaryFolder folder;
  const std::filesystem::path key = make_key(folder / "key");
  const statement::Statement statement = a_statement();
  const std::uint64_t now = statement.not_before;
  request::Request request = a_request(statement, "");
};

TEST_F(RequestWords, SayHowLongARequestStillLives) {
  EXPECT_THAT(words(now), HasSubstr("(in 1 h 0 min)"));
  EXPECT_THAT(words(now + 3600 + 90), HasSubstr("(EXPIRED 1 min ago)"));
  EXPECT_THAT(words(now), HasSubstr("asked by      nobody yet"));
}

TEST_F(RequestWords, SayWhatOfAnApprovalDoesNotHold) {
  const auto id = statement::request_id(request.statement);
  approve({id, statement.root_id, now, now + 600, {}});
  EXPECT_THAT(words(now), HasSubstr("counts until"));
  EXPECT_THAT(words(now + 600), HasSubstr("EXPIRED"));
  request.evidence.back().data.back() ^= 1;
  EXPECT_THAT(words(now), HasSubstr("the signature does NOT hold"));
  request.evidence.clear();
  approve({id, {}, now, now + 600, {}});
  EXPECT_THAT(words(now), HasSubstr("for ANOTHER request"));
}

TEST_F(RequestWords, ShowATokensWordsAsClaims) {
  const std::string nonce = statement::token_nonce(statement);
  const std::string token = a_token(R"({"iss":"https://id.example.com","sub":"00u1","nonce":")" +
                                    nonce + R"(","exp":)" + std::to_string(now + 300) + "}");
  const ByteView bytes = bytes_of(token);
  ASSERT_TRUE(
      request::add(request, {request::oidc, Bytes(bytes.begin(), bytes.end())}).has_value());
  EXPECT_THAT(words(now),
              HasSubstr("the token of \"00u1\" by https://id.example.com (its own claim; nodes "
                        "verify it), expires in 5 min\n"));
}

}  // namespace
}  // namespace quorate::cli
