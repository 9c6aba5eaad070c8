// Bundles: a chain, one payload of each version, and what happens when there are two.

#include <gmock/gmock.h>

#include "crypto/base/hex.h"
#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

using Bundles = HoldingsTest;

struct BundleCase {
  const char* name;
  std::function<void(json&)> spoil;
  std::optional<Code> code;
};

TEST_F(Bundles, FirstNeedsNoneBefore) {
  EXPECT_EQ(code_of(approve(bundle_statement(first_bundle()))), std::nullopt);
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(next_bundle(first_bundle())))),
            Code::field_not_allowed)
      << "approved is not held";
}

TEST_F(Bundles, NextIsSignedOnlyWhereItFits) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  const std::vector<BundleCase> cases = {
      {"as it should be", [](json&) {}, std::nullopt},
      {"a gap", [](json& b) { b["version"] = 3; }, Code::field_not_allowed},
      {"version 1 again", [](json& b) { b["version"] = 1, b["prev"] = std::string(64, '0'); },
       Code::field_not_allowed},
      {"prev of something else", [](json& b) { b["prev"] = std::string(64, '1'); },
       Code::field_not_allowed},
      {"no prev", [](json& b) { b["prev"] = std::string(64, '0'); }, Code::malformed},
      {"no bundle", [](json& b) { b.erase("rules"); }, Code::malformed},
  };
  for (const BundleCase& item : cases) {
    json asked = next_bundle(first_bundle());
    item.spoil(asked);
    EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(asked))), item.code) << item.name;
  }
}

TEST_F(Bundles, TimesFitTheStatement) {
  Statement asked = bundle_statement(first_bundle());
  EXPECT_TRUE(holdings_->may_sign(asked));
  asked.not_before = start - 1;  // issued in its future
  EXPECT_EQ(code_of(holdings_->may_sign(asked)), Code::field_not_allowed);
  asked.not_before = start + 30 * day - 1;
  EXPECT_TRUE(holdings_->may_sign(asked));
  asked.not_before = start + 30 * day;  // has expired
  EXPECT_EQ(code_of(holdings_->may_sign(asked)), Code::field_not_allowed);
}

TEST_F(Bundles, OneVersionHasOnePayloadUntilTheOperatorFreesIt) {
  ASSERT_TRUE(approve(bundle_statement(first_bundle())));
  reopen();
  Statement again = bundle_statement(first_bundle());
  again.nonce = {1};
  EXPECT_EQ(code_of(approve(again)), std::nullopt) << "under a new request";
  json other = first_bundle();
  other["expires"] = start + 29 * day;
  const Status second = holdings_->may_sign(bundle_statement(other));
  ASSERT_EQ(code_of(second), Code::field_not_allowed);
  EXPECT_THAT(second.error().message, HasSubstr("bundle free"));
  run([&]() -> Status {
    EXPECT_EQ(code_of(holdings_->remember(bundle_statement(other))), Code::field_not_allowed);
    EXPECT_FALSE(holdings_->free_bundle(2).value());
    EXPECT_TRUE(holdings_->free_bundle(1).value());
    return Done{};
  });
  EXPECT_EQ(code_of(approve(bundle_statement(other))), std::nullopt);
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(first_bundle()))),
            Code::field_not_allowed);
}

TEST_F(Bundles, WhatIsPublishedFreesNothing) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  json other = first_bundle();
  other["expires"] = start + 29 * day;
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(other))), Code::field_not_allowed);
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(first_bundle()))), std::nullopt);
}

// --- what is published

TEST_F(Bundles, FirstIsVouchedForByARootThatTheNodeKnows) {
  // Whoever makes a bundle may write any update rule into it.
  json forged = first_bundle();
  forged["rules"]["update"] = "others";
  EXPECT_EQ(code_of(publish_bundle(forged, {other_root})), Code::signature_invalid);
  EXPECT_EQ(code_of(publish_bundle(forged, {bundle_root})), Code::signature_invalid)
      << "its own rule counts as well";
  EXPECT_EQ(code_of(publish_bundle(forged, {other_root, ssh_root})), Code::signature_invalid)
      << "its root is for something else";
  EXPECT_EQ(code_of(publish_bundle(first_bundle(), {})), Code::signature_invalid);
  EXPECT_EQ(code_of(publish_bundle(next_bundle(first_bundle()))), Code::field_not_allowed);
  holdings_->know_roots({});
  EXPECT_EQ(code_of(publish_bundle(first_bundle())), Code::unknown_root);
}

TEST_F(Bundles, FirstMayBeTheOneThatTheOperatorTrusts) {
  holdings_->know_roots({});
  const json second = next_bundle(first_bundle());
  run([&] { return holdings_->trust_bundle(statement::bundle_hash(bytes_of_json(second))); });
  EXPECT_EQ(code_of(publish_bundle(first_bundle())), Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_bundle(second, {other_root})), Code::signature_invalid);
  EXPECT_EQ(publish_bundle(second).value().number, 2u);
  EXPECT_EQ(publish_bundle(next_bundle(second)).value().number, 3u);
}

TEST_F(Bundles, ChainIsSignedAsBothSay) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  json second = next_bundle(first_bundle());
  const json incomers = {{"key", to_hex(root_id(new_root))},
                         {"name", "incomers"},
                         {"operator", "ops"},
                         {"type", "ed25519"}};
  second["roots"] = json::array({incomers, second["roots"][0], second["roots"][1]});
  second["rules"]["update"] = "incomers";
  EXPECT_EQ(code_of(publish_bundle(second, {bundle_root})), Code::signature_invalid)
      << "by the old rule alone";
  EXPECT_EQ(code_of(publish_bundle(second, {new_root})), Code::signature_invalid)
      << "by the new rule alone";
  EXPECT_EQ(publish_bundle(second, {new_root, bundle_root}).value().number, 2u);
  EXPECT_EQ(publish_bundle(second, {new_root, bundle_root}).value().number, 2u) << "again";
  EXPECT_EQ(publish_bundle(next_bundle(second), {new_root}).value().number, 3u);
  EXPECT_EQ(publish_bundle(first_bundle()).value().number, 3u) << "an old one, known";
  reopen();
  EXPECT_EQ(holdings_->bundle().value()->version, 3u);
  EXPECT_EQ(holdings_->bundle().value()->payload, bytes_of_json(next_bundle(second)));
}

TEST_F(Bundles, ChainHasNoGapsAndFits) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  const json second = next_bundle(first_bundle());
  EXPECT_EQ(code_of(publish_bundle(next_bundle(second))), Code::field_not_allowed) << "a gap";
  json spoilt = second;
  spoilt["prev"] = std::string(64, 'a');
  EXPECT_EQ(code_of(publish_bundle(spoilt)), Code::field_not_allowed);
  EXPECT_EQ(publish_bundle(second).value().number, 2u);
}

TEST_F(Bundles, OneSignatureTwiceIsOneRoot) {
  json strict = first_bundle();
  strict["rules"]["update"] = "2 of (others, trust)";
  EXPECT_EQ(code_of(publish_bundle(strict, {bundle_root, bundle_root})), Code::signature_invalid);
  EXPECT_EQ(code_of(publish_bundle(strict, {bundle_root, other_root})), std::nullopt);
}

TEST_F(Bundles, TwoPayloadsOfOneVersionStopEverything) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  const json second = next_bundle(first_bundle());
  ASSERT_TRUE(approve(bundle_statement(second)));
  ASSERT_TRUE(publish_bundle(second));
  json other = second;
  other["expires"] = start + 29 * day;
  EXPECT_EQ(code_of(publish_bundle(other, {other_root})), Code::signature_invalid)
      << "anybody could claim a split";
  const Taken taken = publish_bundle(other).value();
  EXPECT_EQ(taken.number, 2u);
  EXPECT_THAT(taken.alarm, HasSubstr("two bundles of version 2"));
  reopen();
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(next_bundle(second)))),
            Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_bundle(next_bundle(second))), Code::field_not_allowed);
  EXPECT_EQ(code_of(publish_bundle(second)), Code::field_not_allowed);
  run([&]() -> Status {
    EXPECT_TRUE(holdings_->free_bundle(2).value());
    return Done{};
  });
  EXPECT_EQ(holdings_->bundle().value()->version, 1u);
  EXPECT_EQ(code_of(approve(bundle_statement(other))), std::nullopt) << "nor is the approval left";
  EXPECT_EQ(publish_bundle(other).value().number, 2u);
  EXPECT_EQ(code_of(holdings_->may_sign(bundle_statement(next_bundle(other)))), std::nullopt);
}

}  // namespace
}  // namespace quorate::testing
