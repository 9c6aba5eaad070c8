// Which token, by RFC 7512: pkcs11:token=node-a;serial=68fd...?module-path=/usr/lib/...

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "crypto/base/result.h"

namespace quorate::custody::pkcs11 {

// Label *and* serial: labels are not unique and survive re-initialisation, serials do not. Slot
// numbers change on reboot and name nothing.
struct TokenUri {
  std::string label;
  std::string serial;
  std::filesystem::path module_path;
  std::optional<std::filesystem::path> pin_file;  // pin-source=file:...
};

// Fails with `configuration`: not such a URI; no token, serial or module-path; an attribute we do
// not know or that names no token; a pin-value (a PIN does not belong into a configuration file).
[[nodiscard]] Result<TokenUri> parse_uri(const std::string& uri);

std::string to_string(const TokenUri& uri);

}  // namespace quorate::custody::pkcs11
