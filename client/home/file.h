// Small files, read and written whole.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quorate::home {

using Path = std::filesystem::path;

// Fails with `io`, and `too_large` above the limit. The message names the file.
[[nodiscard]] Result<std::string> read_file(const Path& path, std::size_t limit);

enum class Existing { refuse, replace };

// Writes a new file beside it, syncs it and moves it into place: whoever looks sees the old content
// or the new. Creates the folder (mode 0700) where it is missing. Fails with `io`; with `usage`
// where the file exists and Existing::refuse was said.
[[nodiscard]] Status write_file(const Path& path, std::string_view content, mode_t mode,
                                Existing existing);

// Creates the folder and those above it (mode 0700) where they are missing. Fails with `io`.
[[nodiscard]] Status make_folder(const Path& folder);

}  // namespace quorate::home
