// Whose approvals count: k different people, never the requester, nobody in two rules, in time.

#include <gmock/gmock.h>

#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Approvals : public ::testing::Test {
 protected:
  Decision with_approvals(const Policy& policy, std::vector<request::Approver> approvers,
                          const request::Requester& who = by_key("alice", alice_key())) {
    request::Judgement judgement = asked_by(who);
    judgement.approvers = std::move(approvers);
    return judge(policy, file_statement(), judgement);
  }

  Policy one_ = load(example());
  Policy two_ = load(with("count = 1", "count = 2"));
};

TEST_F(Approvals, WithoutThemARequestIsPendingAndSaysWhoCanCompleteIt) {
  const Decision decision = with_approvals(one_, {});
  EXPECT_TRUE(decision.is_pending());
  EXPECT_EQ(code(decision), Code::approval_missing);
  EXPECT_EQ(decision.profile_name, "release-files");
  EXPECT_THAT(reason(decision), HasSubstr("needs 1 approval by carol or dave with a touched key"));
  EXPECT_THAT(decision.charges, IsEmpty());
  EXPECT_THAT(decision.rule, HasSubstr(": approval"));
}

TEST_F(Approvals, NobodyIsAskedToApproveWhatWouldBeRefusedAnyway) {
  request::Judgement judgement = asked_by_alice();
  statement::Statement asked = file_statement();
  std::get<statement::File>(asked.body).name_space = "release";
  EXPECT_EQ(code(judge(one_, asked, judgement)), Code::namespace_not_allowed);
}

TEST_F(Approvals, OneCompletesTheRequest) {
  const Decision decision = with_approvals(one_, {approval("carol", carol_fido())});
  EXPECT_TRUE(decision.status.has_value()) << reason(decision);
  EXPECT_THAT(decision.approvals, ElementsAre(0));
}

TEST_F(Approvals, TwoKeysOfOnePersonAreOneApproval) {
  const Policy policy = load(replaced(with("count = 1", "count = 2"), quoted(carol_fido()),
                                      quoted(carol_fido()) + ", " + quoted(fido_key(40))));
  const Decision twice =
      with_approvals(policy, {approval("carol", carol_fido()), approval("carol", fido_key(40))});
  EXPECT_EQ(code(twice), Code::approval_missing);
  EXPECT_THAT(twice.approvals, ElementsAre(0));
  EXPECT_THAT(reason(twice), HasSubstr("needs 1 more approval by dave with a touched key"));
  EXPECT_TRUE(
      with_approvals(policy, {approval("carol", carol_fido()), approval("carol", fido_key(40)),
                              approval("dave", dave_fido())})
          .status.has_value());
}

TEST_F(Approvals, TheRequesterUnderAnotherKeyDoesNotCount) {
  const Policy policy = load(with("members = [\"carol\",", "members = [\"alice\", \"carol\","));
  const Decision own = with_approvals(policy, {approval("alice", alice_fido())});
  EXPECT_EQ(code(own), Code::approval_by_requester);
  EXPECT_FALSE(own.is_pending());
  EXPECT_TRUE(
      with_approvals(policy, {approval("alice", alice_fido()), approval("carol", carol_fido())})
          .status.has_value());
  // alice by her token is alice, too.
  const Policy by_oidc =
      load(replaced(with("members = [\"carol\",", "members = [\"alice\", \"carol\","),
                    "requester = { groups = [\"engineers\"] }",
                    "requester = { groups = [\"engineers\"], evidence = \"oidc\" }"));
  EXPECT_EQ(
      code(with_approvals(by_oidc, {approval("alice", alice_fido())}, by_token("alice", "00u1x7"))),
      Code::approval_by_requester);
}

TEST_F(Approvals, ExpiredNotYetAndTooOld) {
  request::Approver expired = approval("carol", carol_fido());
  expired.approval.expires = noon;
  EXPECT_EQ(code(with_approvals(one_, {expired})), Code::approval_expired);
  request::Approver early = approval("carol", carol_fido());
  early.approval.time = noon + 121;
  EXPECT_EQ(code(with_approvals(one_, {early})), Code::approval_expired);
  early.approval.time = noon + 120;
  EXPECT_TRUE(with_approvals(one_, {early}).status.has_value());
  EXPECT_TRUE(
      with_approvals(one_, {approval("carol", carol_fido(), 12 * 3600)}).status.has_value());
  const Decision old = with_approvals(one_, {approval("carol", carol_fido(), 12 * 3600 + 1)});
  EXPECT_EQ(code(old), Code::approval_expired);
  EXPECT_THAT(reason(old), HasSubstr("older than the 12 h"));
}

TEST_F(Approvals, ARevokedApproverDoesNotCount) {
  request::Judgement judgement = asked_by_alice();
  judgement.approvers = {approval("carol", carol_fido())};
  const statement::Statement asked = file_statement();
  Facts facts{asked, judgement, noon};
  facts.is_revoked = [](const std::string& person, const ssh::PublicKey& key) {
    return person == "carol" && key == carol_fido();
  };
  EXPECT_EQ(code(one_.judge(facts, NoLimits())), Code::revoked);
  judgement.approvers.push_back(approval("dave", dave_fido()));
  const Decision other = one_.judge(facts, NoLimits());
  EXPECT_TRUE(other.status.has_value());
  EXPECT_THAT(other.approvals, ElementsAre(1));
}

TEST_F(Approvals, OfNoGroupOrUntouchedDoesNotCount) {
  EXPECT_EQ(code(with_approvals(one_, {approval("bob", bob_key())})), Code::approval_missing);
  EXPECT_EQ(code(with_approvals(one_, {approval("erin", erin_key())})), Code::approval_missing);
  const Policy by_key_alone = load(with("evidence = \"key-touch\"", "evidence = \"key\""));
  EXPECT_TRUE(with_approvals(by_key_alone, {approval("erin", erin_key())}).status.has_value());
  const Policy with_pin = load(with("evidence = \"key-touch\"", "evidence = \"key-verified\""));
  request::Approver carol = approval("carol", carol_fido());
  EXPECT_EQ(code(with_approvals(with_pin, {carol})), Code::approval_missing);
  carol.fido->flags = 5;
  EXPECT_TRUE(with_approvals(with_pin, {carol}).status.has_value());
}

TEST_F(Approvals, TheFirstThatDidNotCountNamesTheCode) {
  request::Approver expired = approval("carol", carol_fido());
  expired.approval.expires = noon;
  request::Approver by_bob = approval("bob", bob_key());
  EXPECT_EQ(code(with_approvals(one_, {expired, by_bob})), Code::approval_expired);
  EXPECT_EQ(code(with_approvals(one_, {by_bob, expired})), Code::approval_missing);
  // Those that do not count harm nobody when there are enough.
  EXPECT_TRUE(
      with_approvals(one_, {expired, by_bob, approval("dave", dave_fido())}).status.has_value());
  EXPECT_EQ(code(with_approvals(two_, {approval("dave", dave_fido()), expired})),
            Code::approval_expired);
}

TEST_F(Approvals, OnePersonCountsInOneRuleOnly) {
  const std::string text = with("within = \"12h\"\nevidence = \"key-touch\"\n",
                                "within = \"12h\"\nevidence = \"key-touch\"\n"
                                "[[profile.approval]]\ncount = 1\ngroups = [\"security\"]\n");
  const Policy policy = load(replaced(
      text, "[[issuer]]", "[[group]]\nname = \"security\"\nmembers = [\"carol\"]\n[[issuer]]"));
  const Decision alone = with_approvals(policy, {approval("carol", carol_fido())});
  EXPECT_EQ(code(alone), Code::approval_missing);
  // carol could serve either rule, and goes where nobody else can, in whatever order they come.
  const request::Approver carol = approval("carol", carol_fido());
  const request::Approver dave = approval("dave", dave_fido());
  EXPECT_TRUE(with_approvals(policy, {carol, dave}).status.has_value());
  EXPECT_TRUE(with_approvals(policy, {dave, carol}).status.has_value());
}

TEST_F(Approvals, WhereATokenAloneNamesTheRequesterOnlyThoseOfItsIssuerCount) {
  const Policy policy = load(with("requester = { groups = [\"engineers\"] }",
                                  "requester = { groups = [\"engineers\"], evidence = \"oidc\" }"));
  const request::Requester zoe = by_token("corp:zoe", "zoe", {{"groups", {"eng"}}});
  // dave might be corp:zoe; carol is known to be another.
  const Decision dave = with_approvals(policy, {approval("dave", dave_fido())}, zoe);
  EXPECT_EQ(code(dave), Code::approval_missing);
  EXPECT_THAT(reason(dave), HasSubstr("needs 1 approval by carol with a touched key"));
  EXPECT_TRUE(with_approvals(policy, {approval("carol", carol_fido())}, zoe).status.has_value());
  // alice is in the file, so dave is somebody else.
  EXPECT_TRUE(with_approvals(policy, {approval("dave", dave_fido())}, by_token("alice", "00u1x7"))
                  .status.has_value());
}

}  // namespace
}  // namespace quorate::policy
