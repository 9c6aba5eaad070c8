// Which profile judges a request: by its name, or the one whose groups have the requester.

#include <gmock/gmock.h>

#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::HasSubstr;

// A second profile for files, for release managers and for alice.
std::string two_for_files() {
  return replaced(example(), "name = \"release-managers\"\nmembers = [\"carol\",",
                  "name = \"release-managers\"\nmembers = [\"alice\", \"carol\",") +
         "[[profile]]\nname = \"other-files\"\nroot = \"files\"\nstatement = \"file\"\n"
         "requester = { groups = [\"release-managers\"], evidence = \"key-touch\" }\n"
         "[profile.file]\nnamespaces = [\"file\"]\n";
}

statement::Statement asking_for(const std::string& profile) {
  statement::Statement asked = file_statement();
  asked.profile = profile;
  return asked;
}

TEST(ProfileSelection, TheOneProfileThatFitsIsTaken) {
  const Policy policy = load(two_for_files());
  EXPECT_EQ(judge(policy, asking_for(""), asked_by(by_key("bob", bob_key()))).profile_name,
            "release-files");
  EXPECT_EQ(judge(policy, asking_for(""), asked_by(by_key("carol", carol_fido()))).profile_name,
            "other-files");
}

TEST(ProfileSelection, TwoThatFitAreRefusedUntilOneIsNamed) {
  const Policy policy = load(two_for_files());
  const Decision two = judge(policy, asking_for(""), asked_by_alice());
  EXPECT_EQ(code(two), Code::profile_unknown);
  EXPECT_THAT(reason(two), HasSubstr("release-files, other-files"));
  EXPECT_EQ(two.profile, record::Hash{});
  EXPECT_EQ(judge(policy, asking_for("release-files"), asked_by_alice()).profile_name,
            "release-files");
}

TEST(ProfileSelection, StrengthOfEvidencePlaysNoPart) {
  // With a plain key only other-files is out of reach, and still it fits.
  const Policy policy = load(two_for_files());
  EXPECT_EQ(code(judge(policy, asking_for(""), asked_by_alice())), Code::profile_unknown);
  EXPECT_EQ(code(judge(policy, asking_for(""), asked_by(by_key("alice", alice_fido())))),
            Code::profile_unknown);
}

TEST(ProfileSelection, NobodysProfileOrAnothersIsNotAllowed) {
  const Policy policy = load(two_for_files());
  const request::Judgement stranger = asked_by(by_token("corp:x", "x"));
  EXPECT_EQ(code(judge(policy, asking_for(""), stranger)), Code::requester_not_allowed);
  EXPECT_EQ(code(judge(policy, asking_for("release-files"), stranger)),
            Code::requester_not_allowed);
  const Decision of_others =
      judge(policy, asking_for("other-files"), asked_by(by_key("bob", bob_key())));
  EXPECT_EQ(code(of_others), Code::requester_not_allowed);
  EXPECT_EQ(of_others.profile, record::Hash{});
}

TEST(ProfileSelection, NamesAreLookedUpForThisRootAndKind) {
  const Policy policy = load(example());
  EXPECT_EQ(code(judge(policy, asking_for("engineer-ssh"), asked_by_alice())),
            Code::profile_unknown);
  EXPECT_EQ(code(judge(policy, asking_for("no-such"), asked_by_alice())), Code::profile_unknown);
  statement::Statement elsewhere = asking_for("");
  elsewhere.root = "other-files";
  EXPECT_EQ(code(judge(policy, elsewhere, asked_by_alice())), Code::requester_not_allowed);
}

TEST(ProfileSelection, ATokenMayPutSomebodyInAGroup) {
  const Policy policy = load(with("evidence = \"key\" }", "evidence = \"oidc\" }"));
  const auto ask = [&](const request::Requester& who) {
    return code(judge(policy, certificate_statement(), asked_by(who)));
  };
  // Past the groups, the next rule: corp:u7 may not be alice.
  EXPECT_EQ(ask(by_token("corp:u7", "u7", {{"groups", {"ops", "eng"}}})),
            Code::principal_not_allowed);
  EXPECT_EQ(ask(by_token("corp:u7", "u7", {{"groups", {"engineering"}}})),
            Code::requester_not_allowed);
  EXPECT_EQ(ask(by_token("corp:u7", "u7", {{"group", {"eng"}}})), Code::requester_not_allowed);
  request::Requester elsewhere = by_token("other:u7", "u7", {{"groups", {"eng"}}});
  elsewhere.token->issuer = "other";
  EXPECT_EQ(ask(elsewhere), Code::requester_not_allowed);
}

}  // namespace
}  // namespace quorate::policy
