#include "client/cli/token.h"

#include <unistd.h>
#include <cerrno>
#include <system_error>

#include <sodium/utils.h>
#include <nlohmann/json.hpp>

#include "client/home/file.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

// What may stand around a token in a file; the token itself is limited where it is added.
const std::size_t file_limit = request::data_limit(request::oidc) + 2;

Outcome<std::string> read_standard_input() {
  std::string content;
  char buffer[4096];
  while (content.size() <= file_limit) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return trouble(Error{Code::io, "can't read the token from standard input: " +
                                         std::generic_category().message(errno)});
    }
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
  }
  return usage("what stands on standard input is too long for a token");
}

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) out += c >= 0x20 && c <= 0x7e ? c : '?';
  return out;
}

std::optional<std::string> decode_part(std::string_view part) {
  std::string out(part.size() * 3 / 4 + 1, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), part.data(),
                        part.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::string text_claim(const nlohmann::json& claims, const char* name) {
  const auto claim = claims.find(name);
  if (claim == claims.end() || !claim->is_string()) return {};
  return printable(claim->get<std::string>());
}

}  // namespace

std::optional<TokenClaims> claims_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;
  const auto text = decode_part(token.substr(first + 1, second - first - 1));
  if (!text) return std::nullopt;
  const nlohmann::json claims = nlohmann::json::parse(*text, nullptr, false);
  if (!claims.is_object()) return std::nullopt;
  TokenClaims out{text_claim(claims, "iss"), text_claim(claims, "sub"), text_claim(claims, "nonce"),
                  std::nullopt};
  const auto expires = claims.find("exp");
  if (expires != claims.end() && expires->is_number_unsigned()) {
    out.expires = expires->get<std::uint64_t>();
  }
  return out;
}

Outcome<request::Evidence> read_token(const Path& source, const statement::Statement& statement) {
  std::string token;
  if (source == "-") {
    QUORATE_TRY(token, read_standard_input());
  } else {
    QUORATE_TRY(token, home::read_file(source, file_limit));
  }
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  const std::string nonce = statement::token_nonce(statement);
  const std::optional<TokenClaims> claims = claims_of(token);
  if (!claims) {
    return usage("that is no ID token: expected three parts of base64url, with dots between them");
  }
  if (claims->nonce != nonce) {
    return usage("the token is for something else: its nonce is \"" + claims->nonce +
                     "\", and this request's " + nonce,
                 "have the provider issue a token with the nonce that `quorate request nonce FILE` "
                 "prints");
  }
  const ByteView bytes = bytes_of(token);
  return request::Evidence{request::oidc, Bytes(bytes.begin(), bytes.end())};
}

}  // namespace quorate::cli
