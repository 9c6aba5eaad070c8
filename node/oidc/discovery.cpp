#include "node/oidc/discovery.h"

#include <nlohmann/json.hpp>

#include "node/oidc/key_set.h"
#include "node/oidc/strict_json.h"
#include "node/oidc/url.h"

namespace quorate::oidc {

Result<std::string> keys_url(std::string_view document, std::string_view issuer) {
  if (document.size() > largest_document) {
    return fail(Code::malformed, "the provider's discovery document is longer than 256 KiB");
  }
  QUORATE_TRY(const nlohmann::json parsed,
              parse_object(document, "the provider's discovery document"));
  const auto said = parsed.find("issuer");
  if (said == parsed.end() || *said != std::string(issuer)) {
    return fail(Code::malformed, "the provider's discovery document is not that of " +
                                     std::string(issuer) + ": its `issuer` must be just that");
  }
  const auto url = parsed.find("jwks_uri");
  if (url == parsed.end() || !url->is_string()) {
    return fail(Code::malformed, "the provider's discovery document has no `jwks_uri`");
  }
  auto text = url->get<std::string>();
  QUORATE_CHECK(check_https_url(text, Query::allowed));
  return text;
}

}  // namespace quorate::oidc
