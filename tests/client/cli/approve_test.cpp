// quorate approve and quorate request, as far as they need no node.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "client/cli/client.h"
#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/document/sshsig.h"
#include "proto/request/approval.h"
#include "proto/statement/to_be_signed.h"
#include "tests/client/cli/command_line.h"
#include "tests/client/cli/saved_request.h"

namespace quorate::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Approve : public CommandLine {
 protected:
  Approve() { save(file, a_request(statement, make_key(home / "requester"))); }

  request::Request saved() const { return home::read_request(file).value(); }

  const statement::Statement statement = a_statement();
  const std::filesystem::path file = home / "hello.request";
};

TEST_F(Approve, AddsAnApprovalThatHoldsOverWhatTheScreenShowed) {
  make_key(home / "approver");
  const Ended ended = quorate({"approve", "--yes", "--json", file.c_str()});
  ASSERT_EQ(ended.exit, 0) << ended.complaints;

  const request::Request request = saved();
  ASSERT_EQ(request.evidence.size(), 2u);
  ASSERT_EQ(request.evidence[1].type, request::approval);
  const ByteView data = request.evidence[1].data;
  const auto approval = request::decode_approval(data.first(request::approval_size)).value();
  const auto sshsig = ssh::Sshsig::parse_blob(data.subspan(request::approval_size)).value();
  EXPECT_TRUE(ssh::verify(sshsig, request::approval_namespace, data.first(request::approval_size))
                  .has_value());
  EXPECT_EQ(approval.request_id, statement::request_id(request.statement));
  EXPECT_EQ(approval.root_id, statement.root_id);
  EXPECT_TRUE(request::check_time(approval, now_s()).has_value());
  EXPECT_LE(approval.expires, statement.not_after);
  // Exactly what was written to the terminal.
  EXPECT_EQ(approval.shown, request::shown_hash(ended.complaints));
  EXPECT_THAT(ended.complaints, HasSubstr("claimed name           hello.txt\n"));
  EXPECT_THAT(ended.complaints, HasSubstr("the key " + sshsig.key.fingerprint()));
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["approved_by"], sshsig.key.fingerprint());
  EXPECT_EQ(json["shown"], to_hex(approval.shown));
}

TEST_F(Approve, RefusesTheRequestersOwnKey) {
  const Ended ended = quorate({"approve", "--yes", file.c_str()});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.complaints, HasSubstr("nobody approves what he asked for himself"));
  EXPECT_EQ(saved().evidence.size(), 1u);
}

// The public half may lie somewhere else: then it is noticed after the key has signed.
TEST_F(Approve, RefusesTheRequestersOwnKeyUnderAnyName) {
  std::filesystem::copy_file(home / "requester", home / "approver");
  std::filesystem::permissions(home / "approver", std::filesystem::perms::owner_read);
  const Ended ended = quorate({"approve", "--yes", file.c_str()});
  EXPECT_EQ(ended.exit, 1) << ended.complaints;
  EXPECT_EQ(saved().evidence.size(), 1u);
}

TEST_F(Approve, AsksAPersonAndNotAScript) {
  make_key(home / "approver");
  const Ended ended = quorate({"approve", file.c_str()});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.complaints, HasSubstr("--yes"));
  EXPECT_EQ(saved().evidence.size(), 1u);
}

TEST_F(Approve, RefusesARequestThatHasEnded) {
  make_key(home / "approver");
  statement::Statement old = statement;
  old.not_before -= 7200;
  old.not_after -= 7200;
  save(file, a_request(old, home / "requester"));
  const Ended ended = quorate({"approve", "--yes", "--json", file.c_str()});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(nlohmann::json::parse(ended.out)["error"]["code"], "expired");
}

TEST_F(Approve, CountsForSevenDaysAtMost) {
  make_key(home / "approver");
  for (const char* period : {"8d", "0s", "soon"}) {
    EXPECT_EQ(quorate({"approve", "--yes", "--expires", period, file.c_str()}).exit, 2) << period;
  }
}

TEST_F(Approve, WritesElsewhereWhereAsked) {
  make_key(home / "approver");
  const std::filesystem::path other = home / "approved.request";
  ASSERT_EQ(quorate({"approve", "--yes", "-o", other.c_str(), file.c_str()}).exit, 0);
  EXPECT_EQ(saved().evidence.size(), 1u);
  EXPECT_EQ(home::read_request(other)->evidence.size(), 2u);
}

TEST_F(Approve, IsShownWithTheRequest) {
  make_key(home / "approver");
  ASSERT_EQ(quorate({"approve", "--yes", "--expires", "30m", file.c_str()}).exit, 0);
  const Ended ended = quorate({"request", "show", file.c_str()});
  EXPECT_THAT(ended.out, HasSubstr("approved by   the key SHA256:"));
  EXPECT_THAT(ended.out, HasSubstr("asked by      the key SHA256:"));
  EXPECT_THAT(ended.out, HasSubstr("(in 30 min)"));
  EXPECT_THAT(ended.out, Not(HasSubstr("NOT hold")));
}

TEST_F(Approve, PrintsTheNonceThatATokenMustCarry) {
  const Ended ended = quorate({"request", "nonce", file.c_str()});
  EXPECT_EQ(ended.out, statement::token_nonce(statement) + "\n");
}

}  // namespace
}  // namespace quorate::cli
