// The few things that the store asks of a file system beside what SQLite asks of it: the operating
// system's in production, a simulated disk in the simulator.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::store {

class Files {
 public:
  virtual ~Files() = default;

  // The names in a folder; none where it can't be read, which shows when a file in it is opened.
  virtual std::vector<std::string> names_in(const std::filesystem::path& folder) = 0;
  // An empty file with mode 0600; nothing is done to one that is there. Fails with `io`.
  [[nodiscard]] virtual Status create_private(const std::filesystem::path& file) = 0;
  // Gives a file that is written its name: the file is durable first, then the name is. Fails with
  // `io`.
  [[nodiscard]] virtual Status name_durably(const std::filesystem::path& written,
                                            const std::filesystem::path& file) = 0;
  // Where there is one. What can't be removed is tried again at the next start.
  virtual void remove(const std::filesystem::path& file) = 0;

  // Through which of SQLite's file systems the same files are opened; nullptr: its default.
  virtual const char* sqlite_vfs() const = 0;
};

// The operating system's.
Files& real_files();

}  // namespace quorate::store
