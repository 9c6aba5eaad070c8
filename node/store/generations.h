// The names that a database goes through when its disk fails: `node.db`, then `node.db.moved-2`,
// `node.db.moved-3`. After a sync that failed, what is on the disk under the old name is anybody's
// guess, and what the process still sees is written to a new file. Never over the old name: its
// write-ahead log would be replayed into the new database.

#pragma once

#include <filesystem>
#include <vector>

#include "node/store/files.h"

namespace quorate::store {

// The newest that is there; `file` itself where it never moved, or is not there yet.
std::filesystem::path newest_generation(const std::filesystem::path& file,
                                        Files& files = real_files());
// A name that was never used before.
std::filesystem::path next_generation(const std::filesystem::path& file,
                                      Files& files = real_files());
// All but the newest, and their logs.
std::vector<std::filesystem::path> older_generations(const std::filesystem::path& file,
                                                     Files& files = real_files());

}  // namespace quorate::store
