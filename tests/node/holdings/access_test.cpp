// Access statements: `rev` is this node's own newest list.

#include "crypto/base/hex.h"
#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;

using AccessRules = HoldingsTest;

Statement access(const std::string& list, std::uint64_t number) {
  const std::string fingerprint = ssh::PublicKey::of(root_key(9).public_key()).fingerprint();
  const json payload = {{"act", "login"},
                        {"aud", {"gw"}},
                        {"bundle", {{"sha256", std::string(64, '1')}, {"version", 1}}},
                        {"cnf", {{"ssh", fingerprint}}},
                        {"ev", json::array()},
                        {"exp", start + 300},
                        {"iat", start},
                        {"jti", std::string(32, '0')},
                        {"nbf", start},
                        {"pol", {{"name", "p"}, {"sha256", std::string(64, '2')}}},
                        {"res", "ssh://db1"},
                        {"rev", {{"list", list}, {"number", number}}},
                        {"sub", {{"id", "alice"}}},
                        {"v", 1}};
  return {statement::Kind::access,
          root_id(8),
          "access",
          "",
          {},
          start,
          start + 300,
          statement::Access{bytes_of_json(payload)}};
}

TEST_F(AccessRules, WithoutAListTheNumberIsZero) {
  EXPECT_TRUE(holdings_->may_sign(access("people", 0)));
  EXPECT_EQ(code_of(holdings_->may_sign(access("people", 1))), Code::field_not_allowed);
  ASSERT_TRUE(publish_bundle(first_bundle()));
  EXPECT_TRUE(holdings_->may_sign(access("people", 0)));
  EXPECT_EQ(code_of(holdings_->may_sign(access("persons", 0))), Code::field_not_allowed);
}

TEST_F(AccessRules, ListAndNumberAreTheNewestHeld) {
  ASSERT_TRUE(publish_list(list(3)));
  EXPECT_TRUE(holdings_->may_sign(access("people", 3)));
  EXPECT_EQ(code_of(holdings_->may_sign(access("people", 2))), Code::field_not_allowed);
  EXPECT_EQ(code_of(holdings_->may_sign(access("people", 4))), Code::field_not_allowed);
  EXPECT_EQ(code_of(holdings_->may_sign(access("people", 0))), Code::field_not_allowed);
  EXPECT_EQ(code_of(holdings_->may_sign(access("persons", 3))), Code::field_not_allowed);
}

TEST_F(AccessRules, NamesWhoIsRevoked) {
  const Statement asked = access("people", 1);
  const statement::RequestId id{7};
  const std::string fingerprint = ssh::PublicKey::of(root_key(9).public_key()).fingerprint();
  EXPECT_TRUE(holdings_->check_revoked(asked, id));
  ASSERT_TRUE(publish_list(list(1, {entry("person", "alice", start)})));
  EXPECT_EQ(code_of(holdings_->check_revoked(asked, id)), Code::revoked);
  ASSERT_TRUE(publish_list(list(2, {entry("key", fingerprint, start)})));
  EXPECT_EQ(code_of(holdings_->check_revoked(asked, id)), Code::revoked);
  ASSERT_TRUE(publish_list(list(3, {entry("person", "bob", start)})));
  EXPECT_TRUE(holdings_->check_revoked(asked, id));
}

TEST_F(AccessRules, SplitChainStopsThem) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  json other = first_bundle();
  other["expires"] = start + 29 * day;
  ASSERT_TRUE(publish_bundle(other));
  EXPECT_EQ(code_of(holdings_->may_sign(access("people", 0))), Code::field_not_allowed);
}

}  // namespace
}  // namespace quorate::testing
