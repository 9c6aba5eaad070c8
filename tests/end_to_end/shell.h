// What a person would type, and what came of it.

#pragma once

#include <filesystem>
#include <string>

namespace quorate::testing {

struct Ended {
  int exit;  // 128 + signal where one ended it
  std::string out;
  std::string complaints;  // standard error
};

// For messages of failing tests.
std::string shown(const Ended& ended);

// A folder of its own, gone with it, in which commands run; this build's programs come first in
// their PATH.
class Shell {
 public:
  Shell();
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  // Runs the line with sh.
  Ended operator()(const std::string& line) const;

  std::string read(const std::filesystem::path& file) const;  // relative to the folder
  void write(const std::filesystem::path& file, const std::string& content) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace quorate::testing
