#include "proto/statement/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/statement/canonical_json.h"
#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using ::testing::Contains;
using ::testing::Pair;
using testing::statement_of;

TEST(Describe, SaysEverythingAboutACertificate) {
  const auto lines = describe(statement_of("ssh-user"));
  const std::vector<std::pair<std::string, std::string>> expected{
      {"request id", "da5d7d127767cec6c93bffb8a5e87501fde2807151db005b9b37a5d4057acc32"},
      {"what", "SSH user certificate"},
      {"root", "ssh-users"},
      {"root id", "354cfe2f9911a547ca7b11413ceff1d009a0c4159c734ac39fbd1eeba6ba9404"},
      {"profile", "engineer-ssh"},
      {"not before", "2026-01-01 00:00:00 UTC"},
      {"not after", "2026-01-01 01:00:00 UTC"},
      {"nonce", "619f6646625f17d834bc224db7ed2765"},
      {"subject key", "ssh-ed25519 SHA256:qztNSG+g9vC79XeT3yG6wwga3uLHtHof6NB8vVOYCYw"},
      {"key id", "alice laptop"},
      {"principals", "alice, deploy"},
      {"valid after", "2025-12-31 23:59:00 UTC"},
      {"valid before", "2026-01-01 08:00:00 UTC"},
      {"critical option", "force-command /bin/true"},
      {"critical option", "source-address 10.0.0.0/8"},
      {"extensions", "permit-X11-forwarding, permit-pty"}};
  EXPECT_EQ(lines, expected);
}

TEST(Describe, CallsAFilesLabelAClaim) {
  EXPECT_THAT(describe(statement_of("file")), Contains(Pair("claimed name", "hello.txt")));
}

TEST(Describe, NamesEveryRevokedThing) {
  const auto lines = describe(statement_of("revocation"));
  EXPECT_THAT(lines, Contains(Pair("revoked person", "mallory until 2026-01-11 00:00:00 UTC")));
  EXPECT_THAT(lines, Contains(Pair("number", "3")));
}

TEST(Describe, LetsNothingThroughThatMovesACursor) {
  Statement statement = statement_of("access");
  Access& access = std::get<Access>(statement.body);
  auto payload = parse_canonical(access.payload).value();
  payload["res"] = "\u202egnp.exe\x1b[2J\x7f";
  access.payload = testing::text_bytes(canonical(payload));
  ASSERT_TRUE(decode(encode(statement)).has_value());
  const auto lines = describe(statement);
  EXPECT_THAT(lines, Contains(Pair("res", R"("\u202egnp.exe\u001b[2J\u007f")")));
  for (const auto& [name, value] : lines) {
    for (const char c : name + value) {
      EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << name;
    }
  }
}

TEST(Describe, ShowsTheSubjectKeyThatMayNotBeCertified) {
  Statement statement = statement_of("ssh-user");
  std::get<SshCertificate>(statement.body).subject = ssh::ed25519_blob(ByteArray<32>{1});
  bool is_named = false;
  for (const auto& [name, value] : describe(statement)) {
    is_named |= name == "subject key" && value.starts_with("a key that may not be certified: ");
  }
  EXPECT_TRUE(is_named);
}

TEST(Utc, IsTheGregorianCalendar) {
  EXPECT_EQ(utc(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(utc(951'782'399), "2000-02-28 23:59:59 UTC");
  EXPECT_EQ(utc(951'782'400), "2000-02-29 00:00:00 UTC");
  EXPECT_EQ(utc(951'868'800), "2000-03-01 00:00:00 UTC");
  EXPECT_EQ(utc(4'107'542'399), "2100-02-28 23:59:59 UTC");
  EXPECT_EQ(utc(4'107'542'400), "2100-03-01 00:00:00 UTC");
  EXPECT_EQ(utc(last_second), "9999-12-31 23:59:59 UTC");
  EXPECT_EQ(utc(last_second + 1), "253402300800");
}

}  // namespace
}  // namespace quorate::statement
