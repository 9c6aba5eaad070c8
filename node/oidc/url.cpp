#include "node/oidc/url.h"

#include <algorithm>

namespace quorate::oidc {
namespace {

constexpr std::size_t longest_url = 255;
constexpr std::string_view scheme = "https://";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_name(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
}
bool is_of_address(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

tl::unexpected<Error> wrong(const std::string& why) {
  return fail(Code::malformed, "a provider's URL " + why);
}

// `authority` is HOST[:PORT].
Status check_authority(std::string_view authority) {
  std::string_view host = authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong("has an unclosed [");
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_of_address)) {
      return wrong("has no IPv6 address in its brackets");
    }
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    host = authority.substr(0, colon);
    port = authority.substr(colon);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_of_name)) {
      return wrong("names no host (and no user may stand in it)");
    }
  }
  if (port.empty()) return Done{};
  const std::string_view digits = port.substr(1);
  if (port.front() != ':' || digits.empty() || digits.size() > 5 ||
      !std::all_of(digits.begin(), digits.end(), is_digit) ||
      std::stoul(std::string(digits)) > 65535) {
    return wrong("has a port that is none");
  }
  return Done{};
}

}  // namespace

Status check_https_url(std::string_view url, Query query) {
  if (!url.starts_with(scheme)) return wrong("begins with https://");
  if (url.size() > longest_url) return wrong("has at most 255 characters");
  const auto is_harmless = [](char c) {
    return c > ' ' && c < 0x7f && c != '\\' && c != '#' && c != '"' && c != '<' && c != '>';
  };
  if (!std::all_of(url.begin(), url.end(), is_harmless)) {
    return wrong("has printable ASCII only, no blank, no backslash, no fragment");
  }
  const std::string_view rest = url.substr(scheme.size());
  if (query == Query::forbidden && rest.find('?') != std::string_view::npos) {
    return wrong("has no query");
  }
  return check_authority(rest.substr(0, rest.find_first_of("/?")));
}

std::string discovery_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

}  // namespace quorate::oidc
