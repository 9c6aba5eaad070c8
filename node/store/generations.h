// The names that a database goes through when its disk fails: `node.db`, then `node.db.moved-2`,
// `node.db.moved-3`. After a sync that failed, what is on the disk under the old name is anybody's
// guess, and what the process still sees is written to a new file. Never over the old name: its
// write-ahead log would be replayed into the new database.

#pragma once

#include <filesystem>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::store {

// The newest that is there; `file` itself where it never moved, or is not there yet.
std::filesystem::path newest_generation(const std::filesystem::path& file);
// A name that was never used before.
std::filesystem::path next_generation(const std::filesystem::path& file);
// All but the newest, and their logs.
std::vector<std::filesystem::path> older_generations(const std::filesystem::path& file);

// An empty file with mode 0600; nothing is done to one that is there. Fails with `io`.
[[nodiscard]] Status create_private(const std::filesystem::path& file);
// Gives a file that is written its name: the file is durable first, then the name is. Fails with
// `io`.
[[nodiscard]] Status name_durably(const std::filesystem::path& written,
                                  const std::filesystem::path& file);

}  // namespace quorate::store
