// Requests that need other people: what counts, what is kept, and what a coordinator can't do with
// it.

#include <gtest/gtest.h>

#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"
#include "proto/request/approval.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

class Approvals : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.create_root("releases", "file");
    ASSERT_TRUE(made);
    releases_ = std::move(made);
    asked_ = world_.file_statement(*releases_);
  }

  struct By {
    const Person* person;
    std::uint64_t lasts_s = 3600;
    std::uint64_t ago_s = 0;
  };
  Bytes request(const statement::Statement& asked, const std::vector<By>& approvers,
                const Person& requester) const {
    const Bytes bytes = statement::encode(asked);
    request::Request out{bytes, {}};
    EXPECT_TRUE(
        request::add(out, {request::requester, requester.sshsig("quorate-request", bytes)}));
    for (const By& by : approvers) {
      const std::uint64_t time = world_.now_s() - by.ago_s;
      const request::Approval approval{statement::request_id(bytes), asked.root_id, time,
                                       time + by.lasts_s, request::shown_hash("a screen")};
      const auto encoded = request::encode(approval);
      Bytes data(encoded.begin(), encoded.end());
      append(data, by.person->sshsig("quorate-approval", encoded));
      EXPECT_TRUE(request::add(out, {request::approval, data}));
    }
    return request::encode(out);
  }
  node::Answer ask(const std::vector<By>& approvers) {
    return world_.sign_with(0, *releases_, request(asked_, approvers, world_.requester));
  }
  record::Verdict verdict_of(const node::Answer& answer) {
    const auto* refused = std::get_if<node::Refused>(&answer);
    const Bytes& bytes =
        refused == nullptr ? std::get<node::PartialAnswer>(answer).verdict : refused->verdict;
    const auto verdict = record::decode_signed_verdict(bytes).value();
    const record::Asked whom{world_.hosts[0]->identity(), "test/alpha",
                             statement::request_id(statement::encode(asked_)),
                             releases_->root_id()};
    return record::check(verdict, whom, record::Receipts::required).value();
  }
  std::uint64_t records() { return world_.hosts[0]->records(); }

  World world_;
  std::optional<ceremony::EpochRecord> releases_;
  statement::Statement asked_;
};

TEST_F(Approvals, TwoPeopleLetItPass) {
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({{&world_.carol}, {&world_.dave}})));
}

TEST_F(Approvals, WithoutThemTheRequestIsPendingAndSaysWhatWouldBeSigned) {
  const node::Answer answer = ask({});
  EXPECT_EQ(code_of(answer), Code::approval_missing);
  const record::Verdict verdict = verdict_of(answer);
  EXPECT_EQ(verdict.decision, record::Decision::pending);
  EXPECT_NE(verdict.document, record::Hash{});
  EXPECT_EQ(verdict.evidence.size(), 1u);
}

TEST_F(Approvals, TwoKeysOfOnePersonAreOneApproval) {
  EXPECT_EQ(code_of(ask({{&world_.carol}, {&world_.second_key_of_carol}})), Code::approval_missing);
}

TEST_F(Approvals, TheRequesterUnderAnotherKeyDoesNotCount) {
  EXPECT_EQ(code_of(ask({{&world_.carol}, {&world_.second_key_of_requester}})),
            Code::approval_by_requester);
}

TEST_F(Approvals, AnApprovalOfAnotherRequestRefusesTheWhole) {
  const Bytes other =
      request(world_.file_statement(*releases_), {{&world_.carol}}, world_.requester);
  const auto borrowed = request::decode(other).value().evidence;
  request::Request mine =
      request::decode(request(asked_, {{&world_.dave}}, world_.requester)).value();
  for (const request::Evidence& item : borrowed) {
    if (item.type == request::approval) {
      ASSERT_TRUE(request::add(mine, item));
    }
  }
  EXPECT_EQ(code_of(world_.sign_with(0, *releases_, request::encode(mine))),
            Code::approval_other_request);
}

TEST_F(Approvals, PendingIsWrittenAgainOnlyWhenMoreEvidenceHasCome) {
  const std::uint64_t before = records();
  (void)ask({});
  (void)ask({});
  EXPECT_EQ(records(), before + 1);
  (void)ask({{&world_.carol}});
  (void)ask({{&world_.carol}});
  EXPECT_EQ(records(), before + 2);
  EXPECT_EQ(verdict_of(ask({{&world_.carol}})).evidence.size(), 2u);
}

TEST_F(Approvals, ApprovalsAgeAndAStoredVerdictDoesNot) {
  const std::vector<By> both = {{&world_.carol}, {&world_.dave}};
  const Bytes approved = request(asked_, both, world_.requester);
  const statement::Statement later = world_.file_statement(*releases_);
  const Bytes unsent = request(later, both, world_.requester);
  ASSERT_TRUE(
      std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *releases_, approved)));
  world_.clock_ms += 3'300'000;  // both statements live; move past the approvals below
  world_.clock_ms += 290'000;
  EXPECT_TRUE(
      std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *releases_, approved)));
  world_.clock_ms += 15'000;  // now the approvals have expired, and so have the statements
  EXPECT_EQ(code_of(world_.sign_with(0, *releases_, approved)), Code::expired);
}

TEST_F(Approvals, AStoredApprovalServesWithoutTheApprovalsBesideIt) {
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({{&world_.carol}, {&world_.dave}})));
  const std::uint64_t before = records();
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({})));
  EXPECT_EQ(records(), before);
}

TEST_F(Approvals, AStoredApprovalStandsNoLongerThanWhatItRestsOn) {
  const std::vector<By> brief = {{&world_.carol, 600}, {&world_.dave}};
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(ask(brief)));
  world_.clock_ms += 599'000;
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({})));
  world_.clock_ms += 1'000;
  EXPECT_EQ(code_of(ask({})), Code::approval_missing);
}

TEST_F(Approvals, AChangedPolicyJudgesAnewAndDoesNotCountTwice) {
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({{&world_.carol}, {&world_.dave}})));
  std::string stricter = world_.hosts[0]->policy();
  const std::size_t count = stricter.find("count = 2");
  ASSERT_NE(count, std::string::npos);
  stricter.replace(count, 9, "count = 1");
  ASSERT_TRUE(world_.hosts[0]->reload(stricter, world_.now()).has_value());
  EXPECT_EQ(code_of(ask({})), Code::approval_missing);
  const std::uint64_t before = records();
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(ask({{&world_.carol}})));
  EXPECT_EQ(records(), before + 1);  // another profile: a verdict of its own
}

TEST_F(Approvals, ExpiredApprovalsDoNotCount) {
  EXPECT_EQ(code_of(ask({{&world_.carol}, {&world_.dave, 10, 60}})), Code::approval_expired);
}

TEST_F(Approvals, LimitsCountApprovedRequestsOnceAndSurviveARestart) {
  const auto one_more = [&] {
    asked_ = world_.file_statement(*releases_);
    return ask({{&world_.carol}, {&world_.dave}});
  };
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(one_more())) << i;
    ASSERT_TRUE(
        std::holds_alternative<node::PartialAnswer>(ask({{&world_.carol}, {&world_.dave}})));
  }
  world_.hosts[0]->crash();
  world_.start(0);
  const node::Answer sixth = one_more();
  ASSERT_EQ(code_of(sixth), Code::rate_limited);
  const std::uint32_t wait_s = std::get<node::Refused>(sixth).refusal.wait_s;
  EXPECT_GT(wait_s, 0u);
  EXPECT_LE(wait_s, 3600u / 5);
  world_.clock_ms += std::uint64_t{wait_s} * 1000;
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(one_more()));
}

}  // namespace
}  // namespace quorate::testing
