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
  EXPECT_EQ(judge(policy, asking_for(""), asked_by(by_key("dave", dave_fido()))).profile_name,
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

// `strict` takes whom corp puts in rel, `lax` takes alice and erin by name, in either order. Alice
// is known to corp, erin is not.
std::string strict_and_lax(bool strict_first) {
  const auto profile = [](const std::string& name, const std::string& rules) {
    return "[[profile]]\nname = \"" + name + "\"\nroot = \"files\"\nstatement = \"file\"\n" +
           "requester = { groups = [\"" + name + "-people\"] }\n[profile.file]\n" + rules;
  };
  const std::string strict = profile("strict",
                                     "namespaces = [\"file\"]\n[[profile.approval]]\ncount = 1\n"
                                     "groups = [\"release-managers\"]\n");
  const std::string lax = profile("lax", "namespaces = [\"file\", \"git\"]\n");
  const std::string text = example();
  return text.substr(0, text.find("\n[[profile]]")) +
         "\n[[group]]\nname = \"strict-people\"\n"
         "oidc = [{ issuer = \"corp\", claim = \"groups\", value = \"rel\" }]\n"
         "[[group]]\nname = \"lax-people\"\nmembers = [\"alice\", \"erin\"]\n" +
         (strict_first ? strict + lax : lax + strict);
}

request::Judgement with_key_and_token() {
  return {"alice",
          {by_key("alice", alice_key()), by_token("alice", "00u1x7", {{"groups", {"rel"}}})},
          {}};
}

TEST(ProfileSelection, EvidenceLeftOutSelectsNoOtherProfile) {
  request::Judgement only_token = with_key_and_token();
  only_token.requesters.erase(only_token.requesters.begin());
  request::Judgement other_token =
      asked_by(by_token("alice", "00u1x7", {{"groups", {"something"}}}));
  for (const bool strict_first : {true, false}) {
    const Policy policy = load(strict_and_lax(strict_first));
    for (const auto& who : {with_key_and_token(), asked_by_alice(), only_token, other_token}) {
      const Decision decision = judge(policy, asking_for(""), who);
      EXPECT_EQ(code(decision), Code::profile_unknown);
      EXPECT_THAT(reason(decision),
                  HasSubstr(strict_first ? "--profile: strict, lax" : "--profile: lax, strict"));
    }
  }
}

TEST(ProfileSelection, ANamedProfileIsTakenWithWhateverEvidenceFitsIt) {
  for (const bool strict_first : {true, false}) {
    const Policy policy = load(strict_and_lax(strict_first));
    EXPECT_EQ(judge(policy, asking_for("lax"), with_key_and_token()).profile_name, "lax");
    EXPECT_EQ(judge(policy, asking_for("lax"), asked_by_alice()).profile_name, "lax");
    EXPECT_EQ(judge(policy, asking_for("strict"), with_key_and_token()).profile_name, "strict");
    // The token is gone, and lax has her: strict refuses, and lax does not step in.
    const Decision left_out = judge(policy, asking_for("strict"), asked_by_alice());
    EXPECT_EQ(code(left_out), Code::requester_not_allowed);
    EXPECT_EQ(left_out.profile, record::Hash{});
  }
}

TEST(ProfileSelection, WhomNoIssuerKnowsNeedsNoName) {
  for (const bool strict_first : {true, false}) {
    const Policy policy = load(strict_and_lax(strict_first));
    const Decision decision = judge(policy, asking_for(""), asked_by(by_key("erin", erin_key())));
    EXPECT_EQ(decision.profile_name, "lax");
    EXPECT_TRUE(decision.status.has_value());
  }
}

TEST(ProfileSelection, AStrangersOtherTokenMightFitAnotherProfile) {
  const std::string text =
      replaced(strict_and_lax(true), "members = [\"alice\", \"erin\"]\n",
               "oidc = [{ issuer = \"corp\", claim = \"groups\", value = \"staff\" }]\n");
  const request::Judgement stranger = asked_by(by_token("corp:x", "x", {{"groups", {"staff"}}}));
  EXPECT_EQ(code(judge(load(text), asking_for(""), stranger)), Code::profile_unknown);
  EXPECT_EQ(judge(load(text), asking_for("lax"), stranger).profile_name, "lax");
  // A member by name elsewhere is no reason: a stranger has no name.
  EXPECT_EQ(judge(load(strict_and_lax(true)), asking_for(""),
                  asked_by(by_token("corp:x", "x", {{"groups", {"rel"}}})))
                .profile_name,
            "strict");
}

TEST(ProfileSelection, WhatATokenWouldChangeIsSaid) {
  const Policy policy = load(strict_and_lax(true));
  const Decision decision = judge(policy, asking_for(""), asked_by(by_key("carol", carol_fido())));
  EXPECT_EQ(code(decision), Code::requester_not_allowed);
  EXPECT_THAT(reason(decision), HasSubstr("strict would, if a token put them in strict-people"));
}

}  // namespace
}  // namespace quorate::policy
