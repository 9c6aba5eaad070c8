#include "node/oidc/token.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "node/oidc/strict_json.h"

namespace quorate::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 255;  // of `sub`, as OpenID Connect Core has it, and of `kid`
constexpr std::uint64_t latest_time = 253'402'300'799;  // the end of the year 9999

// Keys that come with the token, references to such, and what makes the signed bytes others than
// those that we see.
constexpr std::array forbidden = {"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc", "cty"};

// What the judge of a token looks at itself.
constexpr std::array judged = {"iss", "sub", "aud", "exp", "nbf", "iat", "nonce"};

tl::unexpected<Error> invalid(const std::string& why) {
  return fail(Code::token_invalid, "the token is not valid: " + why);
}

template <typename T>
Result<T> as_invalid(Result<T> result) {
  if (!result) return invalid(result.error().message);
  return result;
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= longest_name &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<std::optional<std::string>> text_of_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<std::string>{};
  if (!found->is_string()) return invalid("its `" + std::string(name) + "` is no text");
  return std::optional(found->get<std::string>());
}

Result<std::optional<std::uint64_t>> time_of_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<std::uint64_t>{};
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > latest_time) {
    return invalid("its `" + std::string(name) + "` is no time in whole seconds");
  }
  return std::optional(found->get<std::uint64_t>());
}

// Texts, lists of texts and truth values; nothing for anything else.
std::optional<std::vector<std::string>> texts_of(const json& value) {
  if (value.is_string()) return std::vector{value.get<std::string>()};
  if (value.is_boolean()) return std::vector<std::string>{value.get<bool>() ? "true" : "false"};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& element : value) {
    if (!element.is_string()) return std::nullopt;
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

Status read_header(const json& header, Token& token) {
  for (const char* name : forbidden) {
    if (header.contains(name)) return invalid("its header has `" + std::string(name) + "`");
  }
  QUORATE_TRY(const auto type, text_of_member(header, "typ"));
  if (type && *type != "JWT" && *type != "jwt") return invalid("its `typ` is not JWT");
  QUORATE_TRY(const auto algorithm, text_of_member(header, "alg"));
  const auto known = algorithm ? algorithm_of(*algorithm) : std::nullopt;
  if (!known) return invalid("its `alg` is none that an issuer here can have");
  token.algorithm = *known;
  QUORATE_TRY(token.key_id, text_of_member(header, "kid"));
  if (token.key_id && !is_name(*token.key_id)) return invalid("its `kid` names no key");
  return Done{};
}

Status read_claims(const json& claims, Token& token) {
  QUORATE_TRY(const auto subject, text_of_member(claims, "sub"));
  if (!subject || !is_name(*subject)) {
    return invalid("its `sub` is not 1 to 255 characters of printable ASCII without blanks");
  }
  token.subject = *subject;
  QUORATE_TRY(token.issuer, text_of_member(claims, "iss"));
  QUORATE_TRY(token.nonce, text_of_member(claims, "nonce"));
  QUORATE_TRY(token.expires, time_of_member(claims, "exp"));
  QUORATE_TRY(token.not_before, time_of_member(claims, "nbf"));
  QUORATE_TRY(token.issued, time_of_member(claims, "iat"));
  if (const auto audience = claims.find("aud"); audience != claims.end()) {
    token.audience = audience->is_boolean() ? std::nullopt : texts_of(*audience);
    if (!token.audience) return invalid("its `aud` is neither a text nor a list of texts");
  }
  for (const auto& [name, value] : claims.items()) {
    if (std::find(judged.begin(), judged.end(), name) != judged.end()) continue;
    if (auto texts = texts_of(value)) token.claims.emplace(name, *std::move(texts));
  }
  return Done{};
}

}  // namespace

Result<Token> Token::parse(std::string_view text) {
  if (text.size() > longest_token) return invalid("it is longer than 8,192 characters");
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos) {
    return invalid("it does not have three parts");
  }
  Token token;
  token.text = text;
  token.signed_size = second;
  QUORATE_TRY(const Bytes header_bytes,
              as_invalid(from_base64url(text.substr(0, first), "its header")));
  QUORATE_TRY(const Bytes claims_bytes,
              as_invalid(from_base64url(text.substr(first + 1, second - first - 1), "its claims")));
  QUORATE_TRY(token.signature,
              as_invalid(from_base64url(text.substr(second + 1), "its signature")));
  QUORATE_TRY(const json header, as_invalid(parse_object(text_of(header_bytes), "its header")));
  QUORATE_TRY(const json claims, as_invalid(parse_object(text_of(claims_bytes), "its claims")));
  QUORATE_CHECK(read_header(header, token));
  QUORATE_CHECK(read_claims(claims, token));
  return token;
}

}  // namespace quorate::oidc
