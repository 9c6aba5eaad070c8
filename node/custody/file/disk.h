// Small files that survive a power cut: written beside, synced, renamed, and the folder synced too.
// Used by the file backend's own sources; what passes through is never secret in the clear.

#pragma once

#include <filesystem>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::custody::file {

// Replaces what is there. Mode 0600. Fails with `io`.
[[nodiscard]] Status write_file(const std::filesystem::path& path, ByteView content);

// Fails with `key_missing` when there is no such file, `io` when it can't be read or is larger than
// `limit`.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit);

// Does nothing when there is no such file. Fails with `io`.
[[nodiscard]] Status remove_file(const std::filesystem::path& path);

// A folder for us alone (0700); it may be there. Fails with `io`.
[[nodiscard]] Status make_folder(const std::filesystem::path& path);

}  // namespace quorate::custody::file
