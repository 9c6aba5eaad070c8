#include "tests/node/holdings/fixture.h"

#include "crypto/base/hex.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/dsse.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::testing {

using nlohmann::json;
using statement::Kind;

ed25519::SigningKey root_key(std::uint8_t n) {
  ByteArray<32> seed{};
  seed.fill(n);
  return ed25519::SigningKey(SecretBytes<32>(std::span<std::uint8_t, 32>(seed)));
}

statement::RootId root_id(std::uint8_t n) { return root_key(n).public_key().bytes(); }

json entry(const std::string& type, const std::string& value, std::uint64_t until) {
  return {{"type", type}, {"until", until}, {"value", value}};
}

json list(std::uint64_t number, const std::vector<json>& entries) {
  const std::uint64_t issued = start + 100 * number;
  return {{"entries", entries},          {"issued", issued}, {"list", "people"},
          {"next_update", issued + day}, {"number", number}, {"v", 1}};
}

json first_bundle() {
  const auto root = [](const char* name, std::uint8_t key) -> json {
    return {
        {"key", to_hex(root_id(key))}, {"name", name}, {"operator", "ops"}, {"type", "ed25519"}};
  };
  return {{"expires", start + 30 * day},
          {"issued", start},
          {"prev", std::string(64, '0')},
          {"revocation", {{"list", "people"}, {"root", "others"}}},
          {"roots", json::array({root("others", other_root), root("trust", bundle_root)})},
          {"rules", {{"update", "1 of (trust)"}}},
          {"v", 1},
          {"version", 1}};
}

json next_bundle(const json& before) {
  json out = before;
  out["version"] = before.at("version").get<std::uint64_t>() + 1;
  out["issued"] = before.at("issued").get<std::uint64_t>() + 10;
  out["prev"] = to_hex(statement::bundle_hash(bytes_of_json(before)));
  return out;
}

Bytes bytes_of_json(const json& value) {
  const std::string text = statement::canonical(value);
  return Bytes(text.begin(), text.end());
}

namespace {

Statement statement_of(Kind kind, std::uint8_t root, std::uint64_t not_before,
                       statement::Body body) {
  return {kind, root_id(root), "root", "", {}, not_before, not_before + 3600, std::move(body)};
}

Bytes signature_over(std::string_view type, const Bytes& payload, std::uint8_t root) {
  const auto signature = root_key(root).sign(statement::pae(type, payload));
  return Bytes(signature.begin(), signature.end());
}

}  // namespace

Statement list_statement(const json& list, std::uint8_t root) {
  return statement_of(Kind::revocation, root, list.at("issued").get<std::uint64_t>(),
                      statement::RevocationList{bytes_of_json(list)});
}

Statement bundle_statement(const json& bundle) {
  return statement_of(Kind::bundle, bundle_root, bundle.at("issued").get<std::uint64_t>(),
                      statement::Bundle{bytes_of_json(bundle)});
}

Statement krl_statement(const json& list, std::uint8_t root) {
  const auto document =
      statement::document(statement::pae(statement::revocation_type, bytes_of_json(list)));
  return statement_of(Kind::krl, root, start,
                      statement::Krl{list.at("number").get<std::uint64_t>(), document});
}

HoldingsTest::HoldingsTest() { reopen(); }

void HoldingsTest::reopen() {
  holdings_.reset();
  database_.reset();
  database_ = store::Database::open(folder_ / "node.db").value();
  holdings_ = std::make_unique<Holdings>(Holdings::open(*database_).value());
  holdings_->know_roots({{root_id(revocation_root), {"revocations", "revocation"}},
                         {root_id(bundle_root), {"trust", "bundle"}},
                         {root_id(ssh_root), {"ssh-users", "ssh-user-ca"}}});
}

Result<Taken> HoldingsTest::publish_list(const json& list, std::uint8_t root) {
  const Bytes payload = bytes_of_json(list);
  const std::string type(statement::revocation_type);
  EXPECT_TRUE(database_->begin());
  auto taken = holdings_->take({type, payload, {signature_over(type, payload, root)}}, now_);
  if (taken) {
    EXPECT_TRUE(database_->commit());
  } else {
    database_->roll_back();
  }
  return taken;
}

Result<Taken> HoldingsTest::publish_bundle(const json& bundle,
                                           const std::vector<std::uint8_t>& roots) {
  const Bytes payload = bytes_of_json(bundle);
  const std::string type(statement::bundle_type);
  holdings::Envelope envelope{type, payload, {}};
  for (const std::uint8_t root : roots) {
    envelope.signatures.push_back(signature_over(type, payload, root));
  }
  EXPECT_TRUE(database_->begin());
  auto taken = holdings_->take(envelope, now_);
  if (taken) {
    EXPECT_TRUE(database_->commit());
  } else {
    database_->roll_back();
  }
  return taken;
}

Status HoldingsTest::approve(const Statement& statement) {
  QUORATE_CHECK(holdings_->may_sign(statement));
  QUORATE_CHECK(database_->begin());
  QUORATE_CHECK(holdings_->remember(statement));
  return database_->commit();
}

void HoldingsTest::run(const std::function<Status()>& work) {
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(work());
  ASSERT_TRUE(database_->commit());
}

}  // namespace quorate::testing
