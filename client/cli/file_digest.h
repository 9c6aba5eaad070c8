// The SHA-512 of a file: what an SSHSIG stands over.

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::cli {

struct FileDigest {
  ByteArray<64> sha512;
  std::uint64_t size;
};

// Reads the file once, of whatever size, in little memory. `progress` gets the bytes that are done,
// now and then. Fails with `io`.
[[nodiscard]] Result<FileDigest> digest_file(const std::filesystem::path& path,
                                             const std::function<void(std::uint64_t)>& progress);

}  // namespace quorate::cli
