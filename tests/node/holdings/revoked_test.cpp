// Who stands on the list that counts.

#include <set>

#include "crypto/base/hex.h"
#include "proto/document/ssh_certificate.h"
#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using statement::RevocationType;

using Revoked = HoldingsTest;

Statement certificate_for(const ssh::PublicKey& subject) {
  ssh::CertificateFields fields{
      ssh::CertificateType::user, subject.blob(), "alice", {"alice"}, start, start + 60, {}, {}};
  return {statement::Kind::ssh_user,
          root_id(ssh_root),
          "ssh-users",
          "",
          {},
          start,
          start + 3600,
          fields};
}

TEST_F(Revoked, NobodyWithoutAList) {
  EXPECT_EQ(holdings_->revocation().value(), 0u);
  EXPECT_FALSE(holdings_->list_is_stale(start + 100 * day).value());
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "alice").value());
  EXPECT_FALSE(holdings_->counting_list().value().has_value());
}

TEST_F(Revoked, TypeAndValueAreComparedExactly) {
  ASSERT_TRUE(publish_list(list(1, {entry("person", "alice", start)})));
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "alice").value())
      << "until says when it may go, and it has not gone";
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "Alice").value());
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "alice ").value());
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::request, "alice").value());
}

TEST_F(Revoked, WhatTheNewestListLeavesOutIsFreeAgain) {
  ASSERT_TRUE(publish_list(list(1, {entry("person", "alice", start)})));
  ASSERT_TRUE(publish_list(list(2)));
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "alice").value());
}

TEST_F(Revoked, ApprovedIsNotYetRevoked) {
  ASSERT_TRUE(approve(list_statement(list(1, {entry("person", "alice", start + day)}))));
  EXPECT_FALSE(holdings_->is_revoked(RevocationType::person, "alice").value());
}

TEST_F(Revoked, ListIsStaleFromItsNextUpdateOn) {
  ASSERT_TRUE(publish_list(list(1)));
  const std::uint64_t next_update = start + 100 + day;
  EXPECT_FALSE(holdings_->list_is_stale(next_update - 1).value());
  EXPECT_TRUE(holdings_->list_is_stale(next_update).value());
}

TEST_F(Revoked, ListOfTheBundleCountsAndBothAreHeeded) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  ASSERT_TRUE(publish_list(list(7, {entry("person", "alice", start)})));
  EXPECT_EQ(holdings_->revocation().value(), 7u) << "where it has no list of the bundle's root";
  ASSERT_TRUE(publish_list(list(2, {entry("person", "bob", start)}), other_root));
  EXPECT_EQ(holdings_->revocation().value(), 2u);
  EXPECT_EQ(holdings_->counting_list().value()->root_id, root_id(other_root));
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "alice").value());
  EXPECT_TRUE(holdings_->is_revoked(RevocationType::person, "bob").value());
}

TEST_F(Revoked, ListOfTheBundleHasTheNameThatItSays) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  json renamed = list(1);
  renamed["list"] = "persons";
  EXPECT_EQ(code_of(publish_list(renamed, other_root)), Code::field_not_allowed);
}

TEST_F(Revoked, ListThatTheBundleNoLongerNamesDoesNotCount) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  ASSERT_TRUE(publish_list(list(1), other_root));
  EXPECT_EQ(holdings_->revocation().value(), 1u);
  json renamed = next_bundle(first_bundle());
  renamed["revocation"]["list"] = "persons";
  ASSERT_TRUE(publish_bundle(renamed));
  EXPECT_EQ(holdings_->revocation().value(), 0u);
}

TEST_F(Revoked, ExpiredBundleNamesNoRoot) {
  ASSERT_TRUE(publish_bundle(first_bundle()));
  now_ = start + 30 * day;
  EXPECT_EQ(code_of(publish_list(list(1), other_root)), Code::expired);
  EXPECT_EQ(code_of(publish_list(list(1))), std::nullopt) << "of its own root";
}

TEST_F(Revoked, WhatIsHeededHasOneHash) {
  const auto heeded = [&] { return holdings_->heeded().value(); };
  EXPECT_EQ(heeded(), statement::Hash{});
  ASSERT_TRUE(approve(list_statement(list(1))));
  EXPECT_EQ(heeded(), statement::Hash{}) << "approved is not heeded";
  std::set<statement::Hash> seen = {heeded()};
  const auto is_new = [&] { return seen.insert(heeded()).second; };
  ASSERT_TRUE(publish_list(list(1)));
  EXPECT_TRUE(is_new());
  ASSERT_TRUE(publish_list(list(1, {entry("person", "alice", start)})));
  EXPECT_TRUE(is_new()) << "another of that number";
  ASSERT_TRUE(publish_list(list(3)));
  EXPECT_TRUE(is_new());
  ASSERT_TRUE(publish_list(list(2)));
  EXPECT_FALSE(is_new()) << "older than the newest";
  ASSERT_TRUE(publish_bundle(first_bundle()));
  EXPECT_FALSE(is_new()) << "names a root without a list";
  ASSERT_TRUE(publish_list(list(1), other_root));
  EXPECT_TRUE(is_new());
  reopen();
  EXPECT_FALSE(is_new());
}

TEST_F(Revoked, StatementIsLookedThrough) {
  const Statement certificate = certificate_for(ssh::PublicKey::of(root_key(9).public_key()));
  const statement::RequestId id{7};
  const std::string serial = to_hex(certificate.root_id) + ":" +
                             std::to_string(ssh::derived_serial(certificate.root_id, id));
  const std::string fingerprint = ssh::PublicKey::of(root_key(9).public_key()).fingerprint();
  EXPECT_TRUE(holdings_->check_revoked(certificate, id));
  std::uint64_t number = 0;
  for (const json& item : {entry("key", fingerprint, 0), entry("request", to_hex(id), 0),
                           entry("serial", serial, 0)}) {
    ASSERT_TRUE(publish_list(list(++number, {item})));
    EXPECT_EQ(code_of(holdings_->check_revoked(certificate, id)), Code::revoked) << item;
  }
  ASSERT_TRUE(publish_list(list(++number, {entry("request", to_hex(root_id(1)), 0)})));
  EXPECT_TRUE(holdings_->check_revoked(certificate, id));
}

}  // namespace
}  // namespace quorate::testing
