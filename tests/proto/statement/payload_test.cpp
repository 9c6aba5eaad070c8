// The JSON payloads of access statements, bundles and revocation lists, field by field.

#include <functional>

#include <gtest/gtest.h>

#include "proto/statement/access_payload.h"
#include "proto/statement/bundle.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/revocation_list.h"
#include "proto/statement/statement.h"
#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using nlohmann::json;
using testing::code_of;
using testing::statement_of;
using testing::text_bytes;

json payload_named(const std::string& name) {
  const auto& text = testing::requests().at("statements").at(name).at("fields").at("payload");
  return json::parse(text.get_ref<const std::string&>());
}

using Spoil = std::function<void(json&)>;

std::optional<Code> spoilt_access(const Spoil& spoil) {
  json payload = payload_named("access");
  spoil(payload);
  Statement statement = statement_of("access");
  std::get<Access>(statement.body).payload = text_bytes(canonical(payload));
  return code_of(decode(encode(statement)));
}

std::optional<Code> spoilt_list(const Spoil& spoil) {
  json payload = payload_named("revocation");
  spoil(payload);
  Statement statement = statement_of("revocation");
  std::get<RevocationList>(statement.body).payload = text_bytes(canonical(payload));
  return code_of(decode(encode(statement)));
}

std::optional<Code> list_with(const json& entries) {
  return spoilt_list([&](json& p) { p["entries"] = entries; });
}

std::optional<Code> bundle_with(std::string_view payload) {
  Statement statement = statement_of("revocation");
  statement.kind = Kind::bundle;
  statement.body = Bundle{text_bytes(payload)};
  return code_of(decode(encode(statement)));
}

RootId root_of(const std::string& name) { return statement_of(name).root_id; }

json entry(const std::string& type, const std::string& value) {
  return {{"type", type}, {"until", 1}, {"value", value}};
}

const std::string root_id(64, 'a');

TEST(AccessPayload, IsReadFieldByField) {
  const auto payload = parse_access(std::get<Access>(statement_of("access").body).payload).value();
  EXPECT_EQ(payload.act, "login");
  EXPECT_EQ(payload.aud, std::vector<std::string>{"gw.example"});
  EXPECT_EQ(payload.bundle_version, 7u);
  EXPECT_EQ(payload.bundle_sha256, std::string(64, '1'));
  EXPECT_EQ(payload.cnf_type, AccessPayload::Confirmation::ssh);
  EXPECT_EQ(payload.cnf, "SHA256:qztNSG+g9vC79XeT3yG6wwga3uLHtHof6NB8vVOYCYw");
  EXPECT_EQ(payload.exp, 1'767'225'900u);
  EXPECT_EQ(payload.jti, "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(payload.pol_name, "engineer");
  EXPECT_EQ(payload.res, "ssh://db1");
  EXPECT_EQ(payload.rev_list, "people");
  EXPECT_EQ(payload.rev_number, 3u);
  EXPECT_EQ(payload.sub_id, "alice");
  EXPECT_FALSE(payload.nonce || payload.sub_idp || payload.sub_idp_sub);
}

TEST(AccessPayload, NeedsEveryFieldButThreeAndKnowsNoOthers) {
  const json whole = payload_named("access");
  for (const auto& [field, value] : whole.items()) {
    const std::string name = field;
    EXPECT_EQ(spoilt_access([&](json& p) { p.erase(name); }), Code::malformed) << name;
    EXPECT_EQ(spoilt_access([&](json& p) { p[name] = nullptr; }), Code::malformed) << name;
    if (!value.is_object()) continue;
    EXPECT_EQ(spoilt_access([&](json& p) { p[name]["other"] = 1; }), Code::malformed) << name;
    EXPECT_EQ(spoilt_access([&](json& p) { p[name] = json::object(); }), Code::malformed) << name;
  }
  EXPECT_FALSE(spoilt_access([](json& p) {
    p["nonce"] = "n";
    p["sub"]["idp"] = "https://idp.example";
    p["sub"]["idp_sub"] = "42";
  }));
}

TEST(AccessPayload, RefusesFieldsOfAnotherForm) {
  const auto set = [](const char* field, json value) {
    return [=](json& p) { p[json::json_pointer(field)] = value; };
  };
  EXPECT_EQ(spoilt_access(set("/v", 2)), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/iat", -1)), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/jti", std::string(31, '0'))), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/jti", std::string(32, 'A'))), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/bundle/sha256", "11")), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/pol/name", "No Name")), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/rev/list", "")), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/aud", json::array())), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/aud", json::array({1}))), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/aud", std::vector<std::string>(17, "gw"))), Code::too_large);
  EXPECT_FALSE(spoilt_access(set("/aud", std::vector<std::string>(16, "gw"))));
  EXPECT_EQ(spoilt_access(set("/ev", json::array({"x"}))), Code::malformed);
  EXPECT_EQ(spoilt_access(set("/ev", json::array({{{"type", "oidc"}}}))), Code::malformed);
  EXPECT_FALSE(spoilt_access(
      set("/ev", json::array({{{"type", "oidc"}, {"sha256", std::string(64, '0')}}}))));
}

TEST(AccessPayload, IsConfirmedByOneKeyOfThreeKinds) {
  const std::string thumbprint(43, 'A');
  const auto cnf = [](const json& value) { return [=](json& p) { p["cnf"] = value; }; };
  EXPECT_FALSE(spoilt_access(cnf({{"jkt", thumbprint}})));
  EXPECT_FALSE(spoilt_access(cnf({{"x5t#S256", thumbprint}})));
  EXPECT_EQ(spoilt_access(cnf({{"jkt", thumbprint}, {"x5t#S256", thumbprint}})), Code::malformed);
  EXPECT_EQ(spoilt_access(cnf({{"jkt", thumbprint + "A"}})), Code::malformed);
  EXPECT_EQ(spoilt_access(cnf({{"jkt", std::string(42, 'A') + "B"}})), Code::malformed);
  // Two bytes that libsodium alone would read as digits.
  EXPECT_EQ(spoilt_access(cnf({{"jkt", "\u00fc" + std::string(41, 'A')}})), Code::malformed);
  EXPECT_EQ(spoilt_access(cnf({{"ssh", thumbprint}})), Code::malformed);
  EXPECT_EQ(spoilt_access(cnf({{"ssh", "SHA256:" + std::string(42, 'A') + "B"}})), Code::malformed);
  EXPECT_EQ(spoilt_access(cnf({{"ssh", "MD5:" + thumbprint}})), Code::malformed);
}

TEST(AccessPayload, HasTheTimesOfItsStatement) {
  const std::uint64_t iat = payload_named("access").at("iat");
  const auto times = [&](std::uint64_t nbf, std::uint64_t exp) {
    return spoilt_access([=](json& p) {
      p["nbf"] = nbf;
      p["exp"] = exp;
    });
  };
  EXPECT_FALSE(times(iat - 300, iat + 1));
  EXPECT_EQ(times(iat - 301, iat + 1), Code::validity_not_allowed);
  EXPECT_EQ(times(iat + 1, iat + 2), Code::validity_not_allowed);
  EXPECT_FALSE(times(iat, iat + longest_access_s));
  EXPECT_EQ(times(iat, iat + longest_access_s + 1), Code::validity_not_allowed);
  EXPECT_EQ(times(iat, iat), Code::validity_not_allowed);
  EXPECT_EQ(times(0, iat + 1), Code::validity_not_allowed);
}

TEST(RevocationList, IsReadFieldByField) {
  const auto list =
      parse_revocation(std::get<RevocationList>(statement_of("revocation").body).payload).value();
  EXPECT_EQ(list.list, "people");
  EXPECT_EQ(list.number, 3u);
  ASSERT_EQ(list.entries.size(), 3u);
  EXPECT_EQ(list.entries[1].type, RevocationType::person);
  EXPECT_EQ(list.entries[1].value, "mallory");
  EXPECT_EQ(parse_serial(list.entries[2].value)->serial, 77u);
}

TEST(RevocationList, NeedsEveryFieldAndKnowsNoOthers) {
  const json whole = payload_named("revocation");
  for (const auto& [field, value] : whole.items()) {
    const std::string name = field;
    EXPECT_EQ(spoilt_list([&](json& p) { p.erase(name); }), Code::malformed) << name;
  }
  EXPECT_EQ(spoilt_list([](json& p) { p["other"] = 1; }), Code::malformed);
  EXPECT_EQ(spoilt_list([](json& p) { p["entries"][0]["other"] = 1; }), Code::malformed);
  EXPECT_EQ(spoilt_list([](json& p) { p["number"] = 0; }), Code::malformed);
  EXPECT_EQ(spoilt_list([](json& p) { p["list"] = "People"; }), Code::malformed);
}

TEST(RevocationList, HoldsEntriesOfFourFormsOnly) {
  EXPECT_FALSE(list_with(json::array()));
  EXPECT_FALSE(list_with(json::array({entry("request", root_id)})));
  EXPECT_EQ(list_with(json::array({entry("request", std::string(64, 'A'))})), Code::malformed);
  EXPECT_EQ(list_with(json::array({entry("request", "aa")})), Code::malformed);
  EXPECT_FALSE(list_with(json::array({entry("person", std::string(320, 'a'))})));
  EXPECT_EQ(list_with(json::array({entry("person", std::string(321, 'a'))})), Code::too_large);
  EXPECT_EQ(list_with(json::array({entry("person", "")})), Code::malformed);
  EXPECT_EQ(list_with(json::array({entry("person", "caf\u00e9")})), Code::malformed);
  EXPECT_EQ(list_with(json::array({entry("key", "SHA256:short")})), Code::malformed);
  EXPECT_FALSE(list_with(json::array({entry("serial", root_id + ":18446744073709551615")})));
  for (const std::string serial : {":", ":01", ":+1", ":-1", ":1 ", "1", ":18446744073709551616"}) {
    EXPECT_EQ(list_with(json::array({entry("serial", root_id + serial)})), Code::malformed)
        << serial;
  }
}

TEST(RevocationList, AscendsByTypeThenValueEachOnce) {
  EXPECT_FALSE(list_with(
      json::array({entry("person", "a"), entry("person", "b"), entry("request", root_id)})));
  EXPECT_EQ(list_with(json::array({entry("person", "b"), entry("person", "a")})), Code::malformed);
  EXPECT_EQ(list_with(json::array({entry("person", "a"), entry("person", "a")})), Code::malformed);
  EXPECT_EQ(list_with(json::array({entry("request", root_id), entry("person", "a")})),
            Code::malformed);
  json later = entry("person", "a");
  later["until"] = 2;
  EXPECT_EQ(list_with(json::array({entry("person", "a"), later})), Code::malformed);
}

TEST(RevocationList, IsIssuedWithItsStatementAndLivesAtMostSevenDays) {
  const std::uint64_t issued = payload_named("revocation").at("issued");
  const auto until = [](std::uint64_t next) {
    return spoilt_list([=](json& p) { p["next_update"] = next; });
  };
  EXPECT_FALSE(until(issued + longest_list_life_s));
  EXPECT_EQ(until(issued + longest_list_life_s + 1), Code::field_not_allowed);
  EXPECT_EQ(until(issued), Code::field_not_allowed);
  EXPECT_EQ(spoilt_list([=](json& p) { p["issued"] = issued - 1; }), Code::field_not_allowed);
}

TEST(Bundle, IsOneWhenItsStatementIsRead) {
  const json root = {{"key", testing::hex_of(root_of("revocation"))},
                     {"name", "people"},
                     {"operator", "ops"},
                     {"type", "ed25519"}};
  const json whole = {{"expires", 2},
                      {"issued", 1},
                      {"prev", std::string(64, '0')},
                      {"revocation", {{"list", "people"}, {"root", "people"}}},
                      {"roots", json::array({root})},
                      {"rules", {{"update", "people"}}},
                      {"v", 1},
                      {"version", 1}};
  EXPECT_FALSE(bundle_with(canonical(whole)));
  EXPECT_EQ(bundle_with(whole.dump(1)), Code::malformed) << "not canonical";
  EXPECT_EQ(bundle_with(R"({"v":1})"), Code::malformed);
  EXPECT_EQ(bundle_with(""), Code::malformed);
  json crowded = whole;
  crowded["roots"] = std::vector<json>(trust_root_limit + 1, root);
  EXPECT_EQ(bundle_with(canonical(crowded)), Code::too_large);
}

}  // namespace
}  // namespace quorate::statement
