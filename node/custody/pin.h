// Where the PIN of a token, or the passphrase of the file backend, comes from.

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "node/custody/guarded.h"

namespace quorate::custody {

// The first of these that is there: the file of the configuration, systemd's credential
// ($CREDENTIALS_DIRECTORY/pin), and, unsafe because other programs may read it, the environment
// variable QUORATE_PIN.
struct PinSource {
  std::optional<std::filesystem::path> file;  // absolute; see pin_file_in()
};

struct Pin {
  GuardedMemory bytes;
  std::int64_t changed_ns;  // the file's modification time; 0 for the environment
  std::string origin;       // "the file pin", "the environment variable QUORATE_PIN (unsafe)"
};

// A name from the configuration, against the node's directory.
std::filesystem::path pin_file_in(const std::filesystem::path& directory,
                                  const std::filesystem::path& name);

// One trailing newline is not part of the PIN. Fails with `pin_missing`: no source; a file that
// group or others can read, is no regular file, is empty or longer than 255 bytes. The message says
// which and what to do.
[[nodiscard]] Result<Pin> read_pin(const PinSource& source);

}  // namespace quorate::custody
