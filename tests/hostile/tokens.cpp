// ID tokens (JWT) and the providers' key sets (JWK), by their form. What a well-formed token may
// claim, and whether its signature holds, tests/node/oidc/ tests.

#include <sodium.h>
#include <nlohmann/json.hpp>

#include "node/oidc/key_set.h"
#include "node/oidc/token.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

using nlohmann::json;

std::string base64url(ByteView bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();
  return out;
}
std::string base64url(std::string_view characters) { return base64url(bytes_of(characters)); }

const std::string good_header = R"({"alg":"ES256","kid":"one","typ":"JWT"})";
const std::string good_claims =
    R"({"aud":"quorate","exp":1800000300,"iat":1800000000,"iss":"https://id.example.com",)"
    R"("nonce":"n","sub":"00u1x7"})";

std::string token(const std::string& header, const std::string& claims) {
  return base64url(header) + "." + base64url(claims) + "." + base64url(Bytes(64, 7));
}

// {"keys":[key]}
Bytes set_of(const json& key) { return text(json{{"keys", json::array({key})}}.dump()); }

json ec_key() {
  const Bytes whole = p256_point();
  return {{"kty", "EC"},
          {"crv", "P-256"},
          {"kid", "one"},
          {"x", base64url(ByteView(whole).subspan(1, 32))},
          {"y", base64url(ByteView(whole).subspan(33, 32))}};
}
json rsa_key_set_member() {
  return {{"kty", "RSA"}, {"kid", "two"}, {"n", base64url(modulus())}, {"e", "AQAB"}};
}
json okp_key() {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "three"}, {"x", base64url(point(1))}};
}
Bytes with(json key, const char* member, const json& value) {
  key[member] = value;
  return set_of(key);
}
Bytes without(json key, const char* member) {
  key.erase(member);
  return set_of(key);
}

}  // namespace

Table tokens() {
  const std::string good = token(good_header, good_claims);
  Table table{"ID token",
              [](ByteView input) { return code_of(oidc::Token::parse(text_of(input))); },
              {text(good)},
              {}};
  const auto row = [&](const char* what, const std::string& input) {
    table.rows.push_back({what, text(input), Code::token_invalid});
  };
  const auto header = [&](const char* what, std::string_view from, std::string_view to) {
    row(what, token(replaced(good_header, from, to), good_claims));
  };
  const auto claims = [&](const char* what, std::string_view from, std::string_view to) {
    row(what, token(good_header, replaced(good_claims, from, to)));
  };
  row("nothing", "");
  row("two parts", good.substr(0, good.rfind('.')));
  row("five parts, as encrypted tokens have", good + ".AAAA.AAAA");
  row("a line feed behind", good + "\n");
  row("a blank in front", " " + good);
  row("padding at the end", good + "==");
  row("plain base64 in the signature", good.substr(0, good.size() - 1) + "+");
  row("loose bits in the signature", good.substr(0, good.size() - 1) + "x");
  row("8,193 characters", good + std::string(8193 - good.size(), 'A'));
  row("a header that is a list", token("[]", good_claims));
  row("something behind the header", token(good_header + "x", good_claims));
  row("a byte order mark before the claims", token(good_header, "\xef\xbb\xbf" + good_claims));
  header("alg none", "ES256", "none");
  header("alg NoNe", "ES256", "NoNe");
  header("HMAC", "ES256", "HS256");
  header("alg that is a list", R"("ES256")", R"(["ES256"])");
  header("no alg", R"("alg":"ES256",)", "");
  header("alg twice", R"("alg":"ES256")", R"("alg":"ES256","alg":"none")");
  header("alg twice, once with an escape", R"("alg":"ES256")",
         R"("alg":"ES256","\u0061lg":"none")");
  header("a key of its own", R"("typ")", R"("jwk":{"kty":"OKP"},"typ")");
  header("where its keys are", R"("typ")", R"("jku":"https://evil.example.com","typ")");
  header("a certificate", R"("typ")", R"("x5c":["AAAA"],"typ")");
  header("what must be understood", R"("typ")", R"("crit":["b64"],"b64":false,"typ")");
  header("compression", R"("typ")", R"("typ":"JWT","zip":"DEF","x")");
  header("another typ", R"("JWT")", R"("at+jwt")");
  header("kid that leads to a file", R"("one")", R"("../../ key")");
  header("kid of no length", R"("one")", R"("")");
  claims("sub twice", R"("sub":"00u1x7")", R"("sub":"00u1x7","sub":"root")");
  claims("no sub", R"(,"sub":"00u1x7")", "");
  claims("sub that is a number", R"("00u1x7")", "17");
  claims("sub with a blank", "00u1x7", "00u1x7 root");
  claims("sub with a NUL", "00u1x7", R"(00u1x7\u0000)");
  claims("exp that is a text", "1800000300", R"("1800000300")");
  claims("exp that is not whole", "1800000300", "1800000300.5");
  claims("exp that is negative", "1800000300", "-1");
  claims("exp after the year 9999", "1800000300", "253402300800");
  claims("aud that is a number", R"("quorate")", "1");
  claims("aud with a number in its list", R"("quorate")", R"(["quorate",1])");
  claims("not UTF-8", "00u1x7", "\xff");
  claims("nesting of nine", R"("n")", std::string(9, '[') + std::string(9, ']'));
  return table;
}

Table key_sets() {
  Table table{"JWK set",
              [](ByteView input) { return code_of(oidc::KeySet::parse(text_of(input))); },
              {set_of(ec_key()), set_of(rsa_key_set_member()), set_of(okp_key())},
              {}};
  const auto row = [&](const char* what, const Bytes& input) {
    table.rows.push_back({what, input, Code::malformed});
  };
  row("nothing", {});
  row("a page", text("<html></html>"));
  row("a list", text("[]"));
  row("keys that are an object", text(R"({"keys":{}})"));
  row("keys twice", text(R"({"keys":[],"keys":[]})"));
  row("something behind", followed_by(set_of(ec_key()), text("x")));
  row("a key that is a text", set_of("key"));
  row("65 keys", text(json{{"keys", std::vector<json>(65, {{"kty", "oct"}})}}.dump()));
  row("257 KiB of blanks", followed_by(set_of(ec_key()), Bytes(std::size_t{257} * 1024, ' ')));
  row("one kid twice", text(json{{"keys", json::array({ec_key(), ec_key()})}}.dump()));
  row("no kty", without(ec_key(), "kty"));
  row("kid that is a number", with(ec_key(), "kid", 1));
  row("alg of another type of key", with(ec_key(), "alg", "RS256"));
  row("a private key, published", with(ec_key(), "d", base64url(Bytes(32, 1))));
  row("key_ops that are a text", with(ec_key(), "key_ops", "verify"));
  row("no y", without(ec_key(), "y"));
  row("x with a byte too many", with(ec_key(), "x", base64url(Bytes(33, 1))));
  row("a point off the curve", with(ec_key(), "x", base64url(Bytes(32, 1))));
  row("x with padding", with(ec_key(), "x", ec_key()["x"].get<std::string>() + "="));
  row("RSA of 1024 bits", with(rsa_key_set_member(), "n", base64url(modulus(128))));
  row("RSA with exponent 3", with(rsa_key_set_member(), "e", "Aw"));
  row("RSA with a zero in front",
      with(rsa_key_set_member(), "n", base64url(followed_by({0}, modulus()))));
  row("RSA with an even modulus",
      with(rsa_key_set_member(), "n", base64url(with_byte(modulus(), 255, 0xc4))));
  row("an Ed25519 point of small order", with(okp_key(), "x", base64url(Bytes(32, 0))));
  row("an Ed25519 point of 31 bytes", with(okp_key(), "x", base64url(Bytes(31, 9))));
  return table;
}

}  // namespace quorate::hostile
