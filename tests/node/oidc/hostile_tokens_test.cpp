// What somebody who wants to be somebody else might send: each with its code. The keys of the
// provider are at hand, so that nothing is refused merely because it could not be judged.

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/node/oidc/world.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;
using testing::base64url;
using testing::hmac_token;
using testing::ProviderKey;
using Type = ProviderKey::Type;

const ProviderKey& key() { return provider_key(Type::p256); }
std::string sign(const std::string& header, const std::string& claims) {
  return key().token("ES256", header, claims);
}
std::string good_header() { return header("ES256", "one"); }
std::string good() { return sign(good_header(), good_claims().dump()); }

std::string with_header(const std::string& name, const json& value) {
  json changed = json::parse(good_header());
  changed[name] = value;
  return sign(changed.dump(), good_claims().dump());
}
std::string with_claim(const std::string& name, const json& value) {
  json changed = good_claims();
  changed[name] = value;
  return sign(good_header(), changed.dump());
}
std::string without_claim(const std::string& name) {
  json changed = good_claims();
  changed.erase(name);
  return sign(good_header(), changed.dump());
}
// The claims as text, for what no JSON library would write: `more` comes before the last brace.
std::string with_text(const std::string& more) {
  std::string text = good_claims().dump();
  text.insert(text.size() - 1, more);
  return sign(good_header(), text);
}
std::string with_header_text(const std::string& text) { return sign(text, good_claims().dump()); }

// The parts of the good token, changed by hand.
struct Parts {
  std::string header, claims, signature;
  std::string joined() const { return header + "." + claims + "." + signature; }
};
Parts parts() {
  const std::string token = good();
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  return {token.substr(0, first), token.substr(first + 1, second - first - 1),
          token.substr(second + 1)};
}
std::string with_parts(const std::function<void(Parts&)>& change) {
  Parts changed = parts();
  change(changed);
  return changed.joined();
}

std::string raw_signature(const std::string& signature) {
  return with_parts([&](Parts& changed) { changed.signature = base64url(signature); });
}

std::string unsigned_token(const std::string& algorithm) {
  return base64url(header(algorithm, "one")) + "." + base64url(good_claims().dump()) + ".";
}

// base64url leaves bits over; these are not zero.
std::string with_a_loose_bit(std::string part) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  part.back() = digits[digits.find(part.back()) ^ 1];
  return part;
}

std::string nested(std::size_t depth) {
  return ",\"x\":" + std::string(depth, '[') + std::string(depth, ']');
}

struct Hostile {
  const char* what;
  std::function<std::string()> token;
  const char* code;
};

const std::vector<Hostile> hostile = {
    // Form.
    {"nothing", [] { return std::string(); }, "token_invalid"},
    {"one part", [] { return parts().header; }, "token_invalid"},
    {"two parts", [] { return parts().header + "." + parts().claims; }, "token_invalid"},
    {"four parts", [] { return good() + ".AAAA"; }, "token_invalid"},
    {"five parts, an encrypted token", [] { return good() + ".AAAA.AAAA"; }, "token_invalid"},
    {"two dots", [] { return std::string(".."); }, "token_invalid"},
    {"no header", [] { return with_parts([](Parts& p) { p.header = ""; }); }, "token_invalid"},
    {"no claims", [] { return with_parts([](Parts& p) { p.claims = ""; }); }, "token_invalid"},
    {"no signature", [] { return with_parts([](Parts& p) { p.signature = ""; }); },
     "token_invalid"},
    {"padding at the header",
     [] { return with_parts([](Parts& p) { p.header = base64url("{}") + "="; }); },
     "token_invalid"},
    {"padding at the signature", [] { return good() + "=="; }, "token_invalid"},
    {"a line feed at the end", [] { return good() + "\n"; }, "token_invalid"},
    {"a blank inside", [] { return with_parts([](Parts& p) { p.claims.insert(4, " "); }); },
     "token_invalid"},
    {"plain base64 in the signature",
     [] { return with_parts([](Parts& p) { p.signature[0] = '+'; }); }, "token_invalid"},
    {"a signature with loose bits",
     [] { return with_parts([](Parts& p) { p.signature = with_a_loose_bit(p.signature); }); },
     "token_invalid"},
    {"a length that base64 can't have",
     [] { return with_parts([](Parts& p) { p.signature += "AAA"; }); }, "token_invalid"},
    {"8,193 characters and more, all of them sound",
     [] { return with_claim("x", std::string(8192, 'x')); }, "token_invalid"},
    {"JSON serialization",
     [] {
       return json{{"protected", parts().header},
                   {"payload", parts().claims},
                   {"signature", parts().signature}}
           .dump();
     },
     "token_invalid"},
    // Algorithms.
    {"alg none", [] { return unsigned_token("none"); }, "token_invalid"},
    {"alg None", [] { return unsigned_token("None"); }, "token_invalid"},
    {"alg NONE", [] { return unsigned_token("NONE"); }, "token_invalid"},
    {"alg none with a sound signature", [] { return with_header("alg", "none"); }, "token_invalid"},
    {"HMAC with the public key as PEM",
     [] { return hmac_token(key().pem(), header("HS256", "one"), good_claims().dump()); },
     "token_invalid"},
    {"HMAC with the public key as JWK",
     [] {
       return hmac_token(key().jwk("one").dump(), header("HS256", "one"), good_claims().dump());
     },
     "token_invalid"},
    {"HMAC with nothing",
     [] { return hmac_token("", header("HS256", "one"), good_claims().dump()); }, "token_invalid"},
    {"HMAC that says ES256",
     [] { return hmac_token(key().pem(), good_header(), good_claims().dump()); }, "token_invalid"},
    {"no alg", [] { return with_header_text(R"({"kid":"one","typ":"JWT"})"); }, "token_invalid"},
    {"alg in lower case", [] { return with_header("alg", "es256"); }, "token_invalid"},
    {"alg with a blank", [] { return with_header("alg", "ES256 "); }, "token_invalid"},
    {"alg that is a number", [] { return with_header("alg", 256); }, "token_invalid"},
    {"alg that is a list", [] { return with_header("alg", {"ES256"}); }, "token_invalid"},
    {"alg null", [] { return with_header("alg", nullptr); }, "token_invalid"},
    {"alg of another curve", [] { return with_header("alg", "ES384"); }, "token_invalid"},
    {"alg of RSA", [] { return with_header("alg", "RS256"); }, "token_invalid"},
    {"alg EdDSA on a key of P-256", [] { return with_header("alg", "EdDSA"); }, "token_invalid"},
    {"alg ES256K", [] { return with_header("alg", "ES256K"); }, "token_invalid"},
    {"SHA-1", [] { return with_header("alg", "RS1"); }, "token_invalid"},
    // What a header must not bring.
    {"jwk", [] { return with_header("jwk", provider_key(Type::p256).jwk("one")); },
     "token_invalid"},
    {"jku", [] { return with_header("jku", "https://evil.example.com/keys"); }, "token_invalid"},
    {"x5u", [] { return with_header("x5u", "https://evil.example.com/cert"); }, "token_invalid"},
    {"x5c", [] { return with_header("x5c", json::array({"MII="})); }, "token_invalid"},
    {"crit", [] { return with_header("crit", {"exp"}); }, "token_invalid"},
    {"crit, empty", [] { return with_header("crit", json::array()); }, "token_invalid"},
    {"b64 false", [] { return with_header("b64", false); }, "token_invalid"},
    {"zip", [] { return with_header("zip", "DEF"); }, "token_invalid"},
    {"enc", [] { return with_header("enc", "A256GCM"); }, "token_invalid"},
    {"a nested token", [] { return with_header("cty", "JWT"); }, "token_invalid"},
    {"an access token", [] { return with_header("typ", "at+jwt"); }, "token_invalid"},
    {"a logout token", [] { return with_header("typ", "logout+jwt"); }, "token_invalid"},
    {"typ that is a number", [] { return with_header("typ", 1); }, "token_invalid"},
    {"alg twice", [] { return with_header_text(R"({"alg":"none","alg":"ES256","kid":"one"})"); },
     "token_invalid"},
    {"kid twice", [] { return with_header_text(R"({"alg":"ES256","kid":"two","kid":"one"})"); },
     "token_invalid"},
    {"kid twice, once escaped",
     [] { return with_header_text(R"({"alg":"ES256","k\u0069d":"two","kid":"one"})"); },
     "token_invalid"},
    // kid.
    {"kid unknown", [] { return with_header("kid", "two"); }, "provider_pending"},
    {"kid in other case", [] { return with_header("kid", "ONE"); }, "provider_pending"},
    {"kid with more after a NUL", [] { return with_header("kid", std::string("one\0x", 5)); },
     "token_invalid"},
    {"kid with a blank", [] { return with_header("kid", "one "); }, "token_invalid"},
    {"kid empty", [] { return with_header("kid", ""); }, "token_invalid"},
    {"kid that is a number", [] { return with_header("kid", 1); }, "token_invalid"},
    {"kid of 256 characters", [] { return with_header("kid", std::string(256, 'k')); },
     "token_invalid"},
    {"kid that is a path", [] { return with_header("kid", "../../dev/null"); }, "provider_pending"},
    // Signatures.
    {"another's signature",
     [] {
       return ProviderKey::make(Type::p256).token("ES256", good_header(), good_claims().dump());
     },
     "token_invalid"},
    {"r and s zero", [] { return raw_signature(std::string(64, '\0')); }, "token_invalid"},
    {"r and s all ones", [] { return raw_signature(std::string(64, '\xff')); }, "token_invalid"},
    {"a byte too few",
     [] {
       return raw_signature(
           key().sign("ES256", parts().header + "." + parts().claims).substr(0, 63));
     },
     "token_invalid"},
    {"a byte too many",
     [] {
       Parts p = parts();
       return p.header + "." + p.claims + "." +
              base64url(key().sign("ES256", p.header + "." + p.claims) + '\0');
     },
     "token_invalid"},
    {"other claims under it",
     [] {
       return with_parts([](Parts& p) {
         json others = good_claims();
         others["sub"] = "root";
         p.claims = base64url(others.dump());
       });
     },
     "token_invalid"},
    {"another header over it",
     [] {
       return with_parts(
           [](Parts& p) { p.header = base64url(R"({"typ":"JWT","kid":"one","alg":"ES256"})"); });
     },
     "token_invalid"},
    // Claims as JSON.
    {"claims that are a list", [] { return sign(good_header(), "[]"); }, "token_invalid"},
    {"claims that are a text", [] { return sign(good_header(), "\"{}\""); }, "token_invalid"},
    {"claims that end early",
     [] {
       const std::string text = good_claims().dump();
       return sign(good_header(), text.substr(0, text.size() - 1));
     },
     "token_invalid"},
    {"claims with more behind", [] { return sign(good_header(), good_claims().dump() + "{}"); },
     "token_invalid"},
    {"claims behind a byte order mark",
     [] { return sign(good_header(), "\xef\xbb\xbf" + good_claims().dump()); }, "token_invalid"},
    {"claims that are no UTF-8", [] { return with_text(",\"x\":\"\xff\""); }, "token_invalid"},
    {"a comment", [] { return with_text("/**/"); }, "token_invalid"},
    {"a comma too many", [] { return with_text(","); }, "token_invalid"},
    {"NaN", [] { return with_text(",\"x\":NaN"); }, "token_invalid"},
    {"sub twice", [] { return with_text(R"(,"sub":"root")"); }, "token_invalid"},
    {"aud twice", [] { return with_text(R"(,"aud":"quorate")"); }, "token_invalid"},
    {"a member twice, deep inside", [] { return with_text(R"(,"x":{"y":[{"z":1,"z":2}]})"); },
     "token_invalid"},
    {"nesting", [] { return with_text(nested(8)); }, "token_invalid"},
    {"nesting without an end", [] { return with_text(",\"x\":" + std::string(3000, '[')); },
     "token_invalid"},
    {"a NUL in a claim", [] { return with_text(R"(,"x":"a\u0000b")"); }, "token_invalid"},
    {"half a surrogate", [] { return with_text(R"(,"x":"\ud800")"); }, "token_invalid"},
    // Who.
    {"no iss", [] { return without_claim("iss"); }, "token_issuer"},
    {"another iss", [] { return with_claim("iss", "https://evil.example.com"); }, "token_issuer"},
    {"iss with a slash at the end", [] { return with_claim("iss", "https://id.example.com/"); },
     "token_issuer"},
    {"iss in other case", [] { return with_claim("iss", "https://ID.example.com"); },
     "token_issuer"},
    {"iss by its name here", [] { return with_claim("iss", "corp"); }, "token_issuer"},
    {"iss that is a list", [] { return with_claim("iss", {"https://id.example.com"}); },
     "token_invalid"},
    {"no sub", [] { return without_claim("sub"); }, "token_invalid"},
    {"sub empty", [] { return with_claim("sub", ""); }, "token_invalid"},
    {"sub that is a number", [] { return with_claim("sub", 7); }, "token_invalid"},
    {"sub of 256 characters", [] { return with_claim("sub", std::string(256, 's')); },
     "token_invalid"},
    {"sub with a line feed", [] { return with_claim("sub", "a\nb"); }, "token_invalid"},
    {"sub that looks like another", [] { return with_claim("sub", "\xd0\xb0lice"); },
     "token_invalid"},
    // For whom.
    {"no aud", [] { return without_claim("aud"); }, "token_audience"},
    {"another aud", [] { return with_claim("aud", "wiki"); }, "token_audience"},
    {"aud in other case", [] { return with_claim("aud", "Quorate"); }, "token_audience"},
    {"aud that begins so", [] { return with_claim("aud", "quorate.example.com"); },
     "token_audience"},
    {"aud of several",
     [] {
       return with_claim("aud", {"quorate", "wiki"});
     },
     "token_audience"},
    {"aud twice in a list",
     [] {
       return with_claim("aud", {"quorate", "quorate"});
     },
     "token_audience"},
    {"aud an empty list", [] { return with_claim("aud", json::array()); }, "token_audience"},
    {"aud a truth value", [] { return with_claim("aud", true); }, "token_invalid"},
    {"aud an object",
     [] {
       return with_claim("aud", {{"quorate", 1}});
     },
     "token_invalid"},
    {"aud a list of numbers", [] { return with_claim("aud", {1}); }, "token_invalid"},
    // When.
    {"no exp", [] { return without_claim("exp"); }, "token_expired"},
    {"no iat", [] { return without_claim("iat"); }, "token_expired"},
    {"expired", [] { return with_claim("exp", now_s - 60); }, "token_expired"},
    {"expired in 1970", [] { return with_claim("exp", 0); }, "token_expired"},
    {"not yet", [] { return with_claim("nbf", now_s + 61); }, "token_expired"},
    {"from the future", [] { return with_claim("iat", now_s + 61); }, "token_expired"},
    {"issued long ago, valid for a year",
     [] {
       json changed = good_claims();
       changed["iat"] = now_s - 361;
       changed["exp"] = now_s + 31'536'000;
       return sign(good_header(), changed.dump());
     },
     "token_expired"},
    {"exp as a text", [] { return with_claim("exp", "9999999999"); }, "token_invalid"},
    {"exp with a fraction", [] { return with_claim("exp", 1.8e9); }, "token_invalid"},
    {"exp below zero", [] { return with_claim("exp", -1); }, "token_invalid"},
    {"exp that would overflow",
     [] { return with_claim("exp", std::numeric_limits<std::uint64_t>::max()); }, "token_invalid"},
    {"exp beyond all integers",
     [] {
       json changed = good_claims();
       changed.erase("exp");
       std::string text = changed.dump();
       text.insert(text.size() - 1, ",\"exp\":1e400");
       return sign(good_header(), text);
     },
     "token_invalid"},
    {"nbf as a text", [] { return with_claim("nbf", "0"); }, "token_invalid"},
    {"iat null", [] { return with_claim("iat", nullptr); }, "token_invalid"},
    // For what.
    {"no nonce", [] { return without_claim("nonce"); }, "token_nonce"},
    {"another nonce", [] { return with_claim("nonce", "of-another-request"); }, "token_nonce"},
    {"nonce with more", [] { return with_claim("nonce", "the-nonce="); }, "token_nonce"},
    {"nonce empty", [] { return with_claim("nonce", ""); }, "token_nonce"},
    {"nonce that is a list", [] { return with_claim("nonce", {"the-nonce"}); }, "token_invalid"},
};

class HostileTokens : public World {};

TEST_F(HostileTokens, AreEachRefusedWithTheirCode) {
  learn_p256();
  ASSERT_EQ(code_of(good()), "accepted");
  for (const Hostile& row : hostile) EXPECT_EQ(code_of(row.token()), row.code) << row.what;
}

TEST_F(HostileTokens, AreRefusedNoMatterWhichCharacterIsChanged) {
  learn_p256();
  const std::string token = good();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code_of(changed) == "accepted", changed == token) << i;
  }
}

TEST_F(HostileTokens, AreRefusedNoMatterWhereTheyAreCut) {
  learn_p256();
  const std::string token = good();
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_EQ(code_of(token.substr(0, size)), "token_invalid") << size;
  }
}

}  // namespace
}  // namespace quorate::oidc
