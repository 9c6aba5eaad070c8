#include "client/cli/audit_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

using ::testing::HasSubstr;

audit::Text veiled(const std::string& text) {
  const ByteView bytes = bytes_of(text);
  return {{static_cast<std::uint8_t>(text.size())}, Bytes(bytes.begin(), bytes.end())};
}
record::Hash veil(const audit::Text& text) { return record::veil(text.salt, text.text); }

class AuditWords : public ::testing::Test {
 protected:
  AuditWords() { texts.add({alice, carol, reason}); }
  ReadRecord pending() const {
    record::Verdict verdict{};
    verdict.request_id[0] = 0xab;
    verdict.root_id[0] = 1;
    verdict.kind = 3;
    verdict.decision = record::Decision::pending;
    verdict.code = number(Code::approval_missing);
    verdict.document[0] = 2;
    verdict.reason = veil(reason);
    verdict.evidence = {{1, {}, veil(alice)}, {2, {}, veil(carol)}, {3, {}, veil(alice)}};
    return {"alpha", 17, {{}, 1'767'225'600'000, verdict}};
  }

  const audit::Text alice = veiled("alice");
  const audit::Text carol = veiled("carol-smith");
  const audit::Text reason = veiled("one more of release-managers");
  audit::Texts texts;
  std::map<record::Hash, std::string> roots{{record::Hash{1}, "files"}};
};

TEST_F(AuditWords, NameWhoAskedAndWhoApproved) {
  const Meaning meaning{texts, roots};
  EXPECT_EQ(in_words(pending(), meaning),
            "2026-01-01 00:00:00 UTC  alpha 17  pending  files  file signature, asked by alice, "
            "approved by carol-smith, request ab00000000000000: approval_missing: one more of "
            "release-managers\n");
  const Json json = json_of(pending(), meaning);
  EXPECT_EQ(json["asked_by"], Json::array({"alice"}));
  EXPECT_EQ(json["approved_by"], Json::array({"carol-smith"}));
  EXPECT_EQ(json["name"], "approval_missing");
  EXPECT_EQ(json["root"], "files");
}

TEST_F(AuditWords, SayWhereANameWasErased) {
  const audit::Texts none;
  const std::string words = in_words(pending(), Meaning{none, roots});
  EXPECT_THAT(words, HasSubstr("asked by erased, approved by erased"));
  EXPECT_THAT(words, HasSubstr("approval_missing: erased"));
}

TEST_F(AuditWords, ShowAFindingWithItsProof) {
  const std::vector<audit::Finding> findings{
      {audit::Kind::split,
       {"alpha"},
       "alpha showed bravo something else",
       {{"alpha", 3}},
       {{"checkpoint", "test/alpha\n3\nAAAA\n"}, {"leaf", std::string(300, 'a')}}}};
  const std::string words = in_words(findings);
  EXPECT_THAT(words, HasSubstr("FOUND split: alpha showed bravo something else\n"
                               "    checkpoint:\n      test/alpha\n      3\n      AAAA\n"));
  EXPECT_THAT(words, HasSubstr("(--json has all of it)"));
  const Json json = json_of(findings);
  EXPECT_EQ(json[0]["kind"], "split");
  EXPECT_EQ(json[0]["proofs"][1]["text"], std::string(300, 'a'));
  EXPECT_EQ(json[0]["records"][0]["index"], 3);
}

}  // namespace
}  // namespace quorate::cli
