// What a certificate lets its holder do, as people write it after -O: ssh-keygen's words, each
// option once more.
//
//   clear                               none of the five that a user certificate has by default
//   permit-X11-forwarding, no-pty, ...  one of the five, added or taken away
//   force-command=COMMAND               these three are critical: a server that does not know one
//   source-address=10.0.0.0/8,...       refuses the login
//   verify-required

#pragma once

#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "proto/document/ssh_certificate.h"

namespace quorate::cli {

struct CertificateOptions {
  std::vector<ssh::Option> critical;    // ascending by name
  std::vector<std::string> extensions;  // ascending
};

// In the order given: `clear` takes away what stands before it. Refuses with `usage`.
[[nodiscard]] Result<CertificateOptions> parse_options(const std::vector<std::string>& words);

}  // namespace quorate::cli
