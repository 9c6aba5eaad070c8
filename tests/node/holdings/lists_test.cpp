// Revocation lists: which one a node signs next, and which it holds.

#include <gmock/gmock.h>

#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const json alice = entry("person", "alice", start + 5 * day);
const json bob = entry("person", "bob", start + 5 * day);

using Lists = HoldingsTest;

TEST_F(Lists, FirstListNeedsNoneBefore) {
  EXPECT_EQ(code_of(approve(list_statement(list(1)))), std::nullopt);
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(2)))), Code::field_not_allowed);
}

TEST_F(Lists, TakingPartInSigningIsNotHolding) {
  ASSERT_TRUE(approve(list_statement(list(1))));
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(2)))), Code::field_not_allowed);
  EXPECT_EQ(holdings_->revocation().value(), 0u);
  ASSERT_TRUE(publish_list(list(1)));
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(2)))), std::nullopt);
  EXPECT_EQ(holdings_->revocation().value(), 1u);
}

struct ListCase {
  const char* name;
  std::function<void(json&)> spoil;
  std::optional<Code> code;
  const char* reason;
};

// The node holds list 1 with alice and bob; asked for is list 2.
TEST_F(Lists, NextListKeepsEveryRule) {
  ASSERT_TRUE(publish_list(list(1, {alice, bob})));
  const std::vector<ListCase> cases = {
      {"as it should be", [](json&) {}, std::nullopt, ""},
      {"a later until", [](json& l) { l["entries"][0]["until"] = start + 9 * day; }, std::nullopt,
       ""},
      {"another entry", [](json& l) { l["entries"].push_back(entry("person", "carol", start)); },
       std::nullopt, ""},
      {"forgets bob", [](json& l) { l["entries"] = json::array({alice}); }, Code::field_not_allowed,
       "person bob is missing"},
      {"forgets all", [](json& l) { l["entries"] = json::array(); }, Code::field_not_allowed,
       "person alice is missing"},
      {"an earlier until", [](json& l) { l["entries"][1]["until"] = start + 4 * day; },
       Code::field_not_allowed, "until of person bob"},
      {"the same value as a request's", [](json& l) { l["entries"][1]["value"] = "boB"; },
       Code::field_not_allowed, "person bob is missing"},
      {"a gap", [](json& l) { l["number"] = 3; }, Code::field_not_allowed, "holds list 1"},
      {"another list of a number that is held", [](json& l) { l["number"] = 1; },
       Code::field_not_allowed, "the next one is 2"},
      {"another name", [](json& l) { l["list"] = "persons"; }, Code::field_not_allowed,
       "is called people"},
      {"issued before list 1", [](json& l) { l["issued"] = start + 99; }, Code::field_not_allowed,
       "issued"},
      {"no list", [](json& l) { l.erase("v"); }, Code::malformed, "v is missing"},
  };
  for (const ListCase& item : cases) {
    json asked = list(2, {alice, bob});
    item.spoil(asked);
    const Status answer = holdings_->may_sign(list_statement(asked));
    EXPECT_EQ(code_of(answer), item.code) << item.name;
    const std::string reason = answer ? "" : answer.error().message;
    EXPECT_THAT(reason, HasSubstr(item.reason)) << item.name;
  }
}

TEST_F(Lists, EntryMayGoWhenItsTimeHasCome) {
  ASSERT_TRUE(publish_list(list(1, {alice, bob})));
  json later = list(2, {bob});
  later["issued"] = start + 5 * day;  // until > issued no longer holds
  later["next_update"] = start + 6 * day;
  later["entries"] = json::array();
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(later))), std::nullopt);
  later["issued"] = start + 5 * day - 1;
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(later))), Code::field_not_allowed);
}

TEST_F(Lists, WhatWasOnlyApprovedIsNotForgottenEither) {
  ASSERT_TRUE(publish_list(list(1)));
  ASSERT_TRUE(approve(list_statement(list(2, {alice}))));
  reopen();  // it was durable
  json other = list(2, {bob});
  other["issued"] = start + 300;
  const Status forgotten = holdings_->may_sign(list_statement(other));
  ASSERT_EQ(code_of(forgotten), Code::field_not_allowed);
  EXPECT_THAT(forgotten.error().message, HasSubstr("person alice is missing"));
  other["entries"] = {alice, bob};
  EXPECT_EQ(code_of(approve(list_statement(other))), std::nullopt);
  // Another quorum finished the first list; its next number still has to have both.
  ASSERT_TRUE(publish_list(list(2, {alice})));
  json third = list(3, {alice});
  third["issued"] = start + 400;
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(third))), Code::field_not_allowed);
  third["entries"] = {alice, bob};
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(third))), std::nullopt);
}

TEST_F(Lists, FailedRoundIsRepeatedWithALaterIssueOnly) {
  ASSERT_TRUE(approve(list_statement(list(1, {alice}))));
  EXPECT_EQ(code_of(approve(list_statement(list(1, {alice})))), std::nullopt) << "the same again";
  json other = list(1, {alice, bob});
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(other))), Code::field_not_allowed);
  other["issued"] = start + 99;
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(other))), Code::field_not_allowed);
  other["issued"] = start + 101;
  EXPECT_EQ(code_of(approve(list_statement(other))), std::nullopt);
  // The first would forget bob now, whatever was said of it before.
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(1, {alice})))),
            Code::field_not_allowed);
}

TEST_F(Lists, ListThatIsHeldMayBeSignedAgain) {
  ASSERT_TRUE(approve(list_statement(list(1, {alice}))));
  ASSERT_TRUE(publish_list(list(1, {alice})));
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(1, {alice})))), std::nullopt);
}

TEST_F(Lists, NameOfTheFirstApprovedListStays) {
  ASSERT_TRUE(approve(list_statement(list(1))));
  json renamed = list(1);
  renamed["list"] = "persons";
  renamed["issued"] = start + 200;
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(renamed))), Code::field_not_allowed);
}

TEST_F(Lists, NoEntryStaysForMoreThanTenYears) {
  const std::uint64_t latest = start + 100 + statement::longest_entry_life_s;
  EXPECT_EQ(code_of(publish_list(list(1, {entry("person", "alice", latest + 1)}))),
            Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_list(list(1, {entry("person", "alice", 9007199254740991)}))),
            Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_list(list(1, {entry("person", "alice", latest)}))), std::nullopt);
}

// So many people that their entries are nearly as large as `bytes`.
std::vector<json> people(const std::string& prefix, std::size_t bytes) {
  std::vector<json> out;
  const std::size_t size = entry("person", prefix + "0000", start).dump().size() + 1;
  for (std::size_t i = 0; i < bytes / size; ++i) {
    const std::string digits = std::to_string(10'000 + i).substr(1);
    out.push_back(entry("person", prefix + digits, start + 5 * day));
  }
  return out;
}

TEST_F(Lists, OneApprovalAddsOnlySoMuch) {
  const std::vector<json> most = people("a", holdings::new_entries_limit);
  std::vector<json> one_more = most;
  one_more.push_back(entry("person", "b", start + 5 * day));
  const Status refused = holdings_->may_sign(list_statement(list(1, one_more)));
  ASSERT_EQ(code_of(refused), Code::field_not_allowed);
  EXPECT_THAT(refused.error().message, HasSubstr("new to this node"));
  ASSERT_EQ(code_of(approve(list_statement(list(1, most)))), std::nullopt);
  json later = list(1, one_more);
  later["issued"] = start + 200;
  EXPECT_EQ(code_of(approve(list_statement(later))), std::nullopt)
      << "what is remembered is not new, or what others remember would find no room";
}

TEST_F(Lists, OperatorFreesWhatWasOnlyApproved) {
  ASSERT_TRUE(publish_list(list(1, {alice})));
  ASSERT_TRUE(approve(list_statement(list(2, {alice, bob}))));
  json other = list(2, {alice});
  other["issued"] = start + 300;
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(other))), Code::field_not_allowed);
  run([&]() -> Status {
    EXPECT_EQ(holdings_->free_list(root_id(other_root)).value(), 0u);
    EXPECT_EQ(holdings_->free_list(root_id(revocation_root)).value(), 1u);
    EXPECT_EQ(holdings_->free_list(root_id(revocation_root)).value(), 0u);
    return Done{};
  });
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(other))), std::nullopt);
  other["entries"] = json::array();
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(other))), Code::field_not_allowed)
      << "what a held list has is never freed";
}

// --- what is published

TEST_F(Lists, OnlyListsOfRootsThatCountAreTaken) {
  EXPECT_EQ(code_of(publish_list(list(1), other_root)), Code::signature_invalid);
  EXPECT_EQ(code_of(publish_list(list(1), ssh_root)), Code::signature_invalid) << "its purpose";
  EXPECT_EQ(code_of(publish_list(list(1))), std::nullopt);
  holdings_->know_roots({});
  EXPECT_EQ(code_of(publish_list(list(2))), Code::unknown_root);
}

TEST_F(Lists, FormOfWhatIsPublished) {
  const auto take = [&](const holdings::Envelope& envelope) {
    return code_of(holdings_->take(envelope, now_));
  };
  const std::string type = "application/vnd.quorate.revocation.v1+json";
  const Bytes payload = bytes_of_json(list(1));
  EXPECT_EQ(take({"application/vnd.quorate.access.v1+json", payload, {}}), Code::unknown_kind);
  EXPECT_EQ(take({type, Bytes(10, 'x'), {}}), Code::malformed);
  EXPECT_EQ(take({type, Bytes(768 * 1024 + 1, 'x'), {}}), Code::too_large);
  EXPECT_EQ(take({type, payload, std::vector<Bytes>(17)}), Code::too_large);
  EXPECT_EQ(take({type, payload, {Bytes(8193)}}), Code::too_large);
  EXPECT_EQ(take({type, payload, {}}), Code::signature_invalid);
}

TEST_F(Lists, ListThatNeedsNoUpdateIsNotTaken) {
  json forever = list(1);
  forever["next_update"] = forever["issued"].get<std::uint64_t>() + 7 * day + 1;
  EXPECT_EQ(code_of(publish_list(forever)), Code::field_not_allowed);
  forever["next_update"] = forever["issued"];
  EXPECT_EQ(code_of(publish_list(forever)), Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_list(list(1))), std::nullopt);
  json renamed = list(2);
  renamed["list"] = "persons";
  EXPECT_EQ(code_of(publish_list(renamed)), Code::field_not_allowed);
}

TEST_F(Lists, NewestCountsAndAnOlderOneStillBinds) {
  const json bob_for_longer = entry("person", "bob", start + 9 * day);
  EXPECT_EQ(publish_list(list(3, {bob_for_longer})).value().number, 3u)
      << "numbers in between may be missed";
  EXPECT_EQ(publish_list(list(2, {alice, bob})).value().number, 3u);
  EXPECT_EQ(publish_list(list(3, {bob_for_longer})).value().number, 3u);
  reopen();
  EXPECT_EQ(holdings_->revocation().value(), 3u);
  using statement::RevocationType;
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "bob").value());
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "alice").value());
  const auto judged = [&](const std::vector<json>& entries) {
    return code_of(holdings_->may_sign(list_statement(list(4, entries))));
  };
  EXPECT_EQ(judged({bob_for_longer}), Code::field_not_allowed);
  EXPECT_EQ(judged({alice, bob}), Code::field_not_allowed) << "until became earlier";
  EXPECT_EQ(judged({alice, bob_for_longer}), std::nullopt);
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(list(2, {alice, bob})))),
            Code::field_not_allowed)
      << "an older list is not held";
}

TEST_F(Lists, OfTwoListsOfOneNumberTheEntriesOfBothApply) {
  ASSERT_TRUE(publish_list(list(1, {alice})));
  const Taken second = publish_list(list(1, {bob})).value();
  EXPECT_EQ(second.number, 1u);
  EXPECT_THAT(second.alarm, HasSubstr("two lists of number 1"));
  using statement::RevocationType;
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "alice").value());
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "bob").value());
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(2, {bob})))), Code::field_not_allowed);
  EXPECT_EQ(code_of(holdings_->may_sign(list_statement(list(2, {alice, bob})))), std::nullopt);
  EXPECT_EQ(publish_list(list(2, {alice, bob})).value().alarm, "") << "the next number heals it";
}

TEST_F(Lists, ListsOfOneNumberAreLimited) {
  for (std::uint64_t i = 0; i < holdings::lists_of_one_number_limit; ++i) {
    ASSERT_TRUE(publish_list(list(1, {entry("person", "alice", start + i)})));
  }
  EXPECT_EQ(code_of(publish_list(list(1, {bob}))), Code::field_not_allowed);
}

}  // namespace
}  // namespace quorate::testing
