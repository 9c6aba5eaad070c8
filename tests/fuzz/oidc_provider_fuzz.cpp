// What a provider says of itself, and for how long: its discovery document, and Cache-Control.

#include "node/oidc/cache_control.h"
#include "node/oidc/discovery.h"
#include "node/oidc/url.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void oidc_provider(ByteView input) {
  const std::string_view text = text_of(input);
  (void)oidc::max_age_of(text);  // any number, or none; providers.h bounds it
  if (const Status url = oidc::check_https_url(text, oidc::Query::allowed)) {
    printable(text);
  } else {
    refused(url.error(), {Code::malformed});
  }
  const auto url = oidc::keys_url(text, "https://id.example.com");
  if (!url) return refused(url.error(), {Code::malformed});
  QUORATE_INVARIANT(oidc::check_https_url(*url, oidc::Query::allowed).has_value());
}

}  // namespace quorate::fuzz
