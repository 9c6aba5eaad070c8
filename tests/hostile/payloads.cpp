// The canonical JSON that kinds 4 to 6 carry, field by field, and where it stands in statements.

#include <nlohmann/json.hpp>

#include "proto/statement/access_payload.h"
#include "proto/statement/bundle.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/revocation_list.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

using nlohmann::json;
using Change = std::function<void(json&)>;

Bytes written(const json& value) { return text(statement::canonical(value)); }

// Rows that change one thing in a good payload.
class Rows {
 public:
  Rows(Table& table, json good) : table_(table), good_(std::move(good)) {}

  void operator()(const char* what, const Change& change, Code code = Code::malformed) {
    json value = good_;
    change(value);
    table_.rows.push_back({what, written(value), code});
  }
  // What every payload refuses.
  void of_every_form() {
    table_.rows.push_back({"nothing", {}, Code::malformed});
    table_.rows.push_back(
        {"a line feed behind", followed_by(written(good_), {'\n'}), Code::malformed});
    (*this)("version 2", [](json& p) { p["v"] = 2; });
    (*this)("no version", [](json& p) { p.erase("v"); });
    (*this)("a version that is a text", [](json& p) { p["v"] = "1"; });
    (*this)("an unknown field", [](json& p) { p["x"] = 1; });
  }

 private:
  Table& table_;
  json good_;
};

// What is put in the place of one member.
Change set(const char* pointer, const json& value) {
  return [=](json& payload) { payload[json::json_pointer(pointer)] = value; };
}
Change erase(const char* member) {
  return [=](json& payload) { payload.erase(member); };
}

const std::string hash(64, '1');

json good_access() {
  return {{"act", "login"},
          {"aud", {"gw.example"}},
          {"bundle", {{"sha256", hash}, {"version", 7}}},
          {"cnf", {{"jkt", std::string(43, 'A')}}},
          {"ev", json::array()},
          {"exp", 1'800'000'300},
          {"iat", 1'800'000'000},
          {"jti", std::string(32, '0')},
          {"nbf", 1'800'000'000},
          {"pol", {{"name", "engineer"}, {"sha256", hash}}},
          {"res", "ssh://db1"},
          {"rev", {{"list", "people"}, {"number", 3}}},
          {"sub", {{"id", "alice"}}},
          {"v", 1}};
}

json entry(const std::string& type, const std::string& value) {
  return {{"type", type}, {"until", 1'800'000'000}, {"value", value}};
}

json good_list() {
  return {{"entries", {entry("person", "alice"), entry("serial", hash + ":7")}},
          {"issued", 1'800'000'000},
          {"list", "people"},
          {"next_update", 1'800'086'400},
          {"number", 3},
          {"v", 1}};
}

json good_bundle() {
  const auto root = [](const char* name, std::uint8_t n) -> json {
    return {{"key", hex_key(n)}, {"name", name}, {"operator", "ops"}, {"type", "ed25519"}};
  };
  return {{"expires", 1'900'000'000},
          {"issued", 1'800'000'000},
          {"prev", hash},
          {"revocation", {{"list", "people"}, {"root", "eu"}}},
          {"roots", {root("eu", 1), root("us", 2)}},
          {"rules", {{"update", "2 of (eu, us)"}}},
          {"v", 1},
          {"version", 4}};
}

}  // namespace

Table access_payloads() {
  Table table{"access payload",
              [](ByteView input) { return code_of(statement::parse_access(input)); },
              {written(good_access())},
              {}};
  Rows row(table, good_access());
  row.of_every_form();
  row("the field that the nodes put in", [](json& p) { p["req"] = hash; });
  row("no subject", erase("sub"));
  row("a subject that is a text", set("/sub", "alice"));
  row("a subject with roles", set("/sub/roles", "root"));
  row("an audience that is a text", set("/aud", "gw.example"));
  row("no audience", set("/aud", json::array()));
  row("17 audiences", set("/aud", std::vector<std::string>(17, "gw")), Code::too_large);
  row("no key to hold", set("/cnf", json::object()));
  row("two keys to hold", set("/cnf/ssh", "SHA256:" + std::string(43, 'A')));
  row("a thumbprint of 42 characters", set("/cnf/jkt", std::string(42, 'A')));
  row("a thumbprint with padding", set("/cnf/jkt", std::string(43, 'A') + "="));
  row("an MD5 fingerprint", set("/cnf", {{"ssh", "MD5:00:11"}}));
  row("a time that is negative", set("/exp", -1));
  row("a time that is a text", set("/exp", "1800000300"));
  row("a jti of 31 digits", set("/jti", std::string(31, '0')));
  row("a jti in capitals", set("/jti", std::string(32, 'A')));
  row("a hash in capitals", set("/bundle/sha256", std::string(64, 'A')));
  row("a hash of 63 digits", set("/pol/sha256", std::string(63, '1')));
  row("a profile that is no name", set("/pol/name", "Engineer!"));
  row("evidence without its hash", set("/ev", {{{"type", "oidc"}}}));
  row("a nonce that is a number", set("/nonce", 1));
  return table;
}

Table revocation_lists() {
  Table table{"revocation list",
              [](ByteView input) { return code_of(statement::parse_revocation(input)); },
              {written(good_list())},
              {}};
  Rows row(table, good_list());
  row.of_every_form();
  row("number 0, which is the empty list", set("/number", 0));
  row("entries that are an object", set("/entries", json::object()));
  row("entries out of order",
      set("/entries", {entry("serial", hash + ":7"), entry("person", "alice")}));
  row("an entry twice", set("/entries", {entry("person", "alice"), entry("person", "alice")}));
  row("an entry of an unknown type", set("/entries", json::array({entry("ip", "10.0.0.1")})));
  row("an entry with a reason", set("/entries/0/reason", "left"));
  row("an entry for ever", set("/entries/0/until", nullptr));
  row("a person of no name", set("/entries/0/value", ""));
  row("a person with an escape", set("/entries/0/value", "alice\x1b[2K"));
  row("a person with a letter that looks like another", set("/entries/0/value", "аlice"));
  row("a person of 321 letters", set("/entries/0/value", std::string(321, 'a')), Code::too_large);
  row("serial 0, which makes sshd deny everybody", set("/entries/1/value", hash + ":0"));
  row("a serial with a leading zero", set("/entries/1/value", hash + ":07"));
  row("a serial of 2^64", set("/entries/1/value", hash + ":18446744073709551616"));
  row("a serial in hex", set("/entries/1/value", hash + ":0x7"));
  row("a serial of no root", set("/entries/1/value", "7"));
  row("a request id of 63 digits",
      set("/entries", json::array({entry("request", hash.substr(1))})));
  row("a fingerprint without its hash's name",
      set("/entries", json::array({entry("key", std::string(43, 'A'))})));
  row("a list without a name", set("/list", ""));
  row("a list named in capitals", set("/list", "People"));
  return table;
}

Table bundles() {
  Table table{"bundle",
              [](ByteView input) { return code_of(statement::parse_bundle(input)); },
              {written(good_bundle())},
              {}};
  Rows row(table, good_bundle());
  row.of_every_form();
  row("version 0", set("/version", 0));
  row("version 1 that follows another", set("/version", 1));
  row("version 4 that follows none", set("/prev", std::string(64, '0')));
  row("expired when it was issued", set("/expires", 1'800'000'000));
  row("no roots", set("/roots", json::array()));
  row("65 roots", set("/roots", std::vector<json>(65, good_bundle()["roots"][0])), Code::too_large);
  row("roots out of order", [](json& p) { std::swap(p["roots"][0], p["roots"][1]); });
  row("a root twice", [](json& p) { p["roots"][1] = p["roots"][0]; });
  row("one key under two names", [](json& p) { p["roots"][1]["key"] = hex_key(1); });
  row("one key under two types", [](json& p) {
    p["roots"][1]["type"] = "ssh";
    p["roots"][1]["key"] = ssh::PublicKey::parse(ed25519_key("ssh-ed25519", point(1)))->line("");
  });
  row("a root named of", set("/roots/1/name", "of"));
  row("a root of no known type", set("/roots/0/type", "hmac"));
  row("a key of small order", set("/roots/0/key", std::string(64, '0')));
  row("a key that is not canonical", set("/roots/0/key", "ee" + std::string(60, 'f') + "7f"));
  row("a key in capitals", set("/roots/0/key", std::string(64, 'A')));
  row("a root without an operator", [](json& p) { p["roots"][0].erase("operator"); });
  row("members without their threshold", set("/roots/0/members", {hex_key(5)}));
  row("a threshold of 0", [](json& p) {
    p["roots"][0]["t"] = 0;
    p["roots"][0]["members"] = {hex_key(5)};
  });
  row("a member twice", [](json& p) {
    p["roots"][0]["t"] = 2;
    p["roots"][0]["members"] = {hex_key(5), hex_key(5)};
  });
  row("a rule of 0", set("/rules/update", "0 of (eu, us)"));
  row("a rule that can't be met", set("/rules/update", "3 of (eu, us)"));
  row("a rule that counts one root twice", set("/rules/update", "2 of (eu, eu, us)"));
  row("a rule over a root that is not there", set("/rules/update", "eu and asia"));
  row("an empty rule", set("/rules/update", ""));
  row("a rule with an or", set("/rules/update", "eu or us"));
  row("a second rule", set("/rules/access", "eu"));
  row("a revocation root that is not there", set("/revocation/root", "asia"));
  row("a revocation root that signs no statements",
      [](json& p) { p["roots"][0]["type"] = "node"; });
  return table;
}

}  // namespace quorate::hostile
