#include "node/oidc/issuer.h"

#include <algorithm>
#include <array>

#include "node/oidc/url.h"

namespace quorate::oidc {
namespace {

struct Named {
  Algorithm algorithm;
  std::string_view name;
};
constexpr std::array<Named, 10> names = {{{Algorithm::rs256, "RS256"},
                                          {Algorithm::rs384, "RS384"},
                                          {Algorithm::rs512, "RS512"},
                                          {Algorithm::ps256, "PS256"},
                                          {Algorithm::ps384, "PS384"},
                                          {Algorithm::ps512, "PS512"},
                                          {Algorithm::es256, "ES256"},
                                          {Algorithm::es384, "ES384"},
                                          {Algorithm::es512, "ES512"},
                                          {Algorithm::eddsa, "EdDSA"}}};

}  // namespace

std::string_view name(Algorithm algorithm) {
  return names.at(static_cast<std::size_t>(algorithm)).name;
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
  for (const Named& one : names) {
    if (one.name == name) return one.algorithm;
  }
  return std::nullopt;
}

Status check_issuer_url(std::string_view url) {
  if (const Status fits = check_https_url(url, Query::forbidden); !fits) {
    return fail(Code::configuration, fits.error().message);
  }
  return Done{};
}

}  // namespace quorate::oidc
