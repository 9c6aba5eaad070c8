#include "node/store/generations.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace quorate::store {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view mark = ".moved-";
constexpr unsigned first_generation = 1;  // the file's own name

fs::path generation(const fs::path& file, unsigned number) {
  if (number == first_generation) return file;
  return file.string() + std::string(mark) + std::to_string(number);
}

// Which generation of `file` this name is; 0 for none.
unsigned number_of(const fs::path& file, const std::string& name) {
  const std::string own = file.filename().string();
  if (name == own) return first_generation;
  const std::string prefix = own + std::string(mark);
  if (!name.starts_with(prefix)) return 0;
  unsigned number = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + prefix.size(), end, number);
  const bool is_ours = error == std::errc{} && stopped == end && number > first_generation &&
                       name == generation(own, number).string();
  return is_ours ? number : 0;
}

unsigned newest_number(const fs::path& file, Files& files) {
  unsigned newest = first_generation;
  for (const std::string& name : files.names_in(fs::absolute(file).parent_path())) {
    newest = std::max(newest, number_of(file, name));
  }
  return newest;
}

}  // namespace

fs::path newest_generation(const fs::path& file, Files& files) {
  return generation(file, newest_number(file, files));
}

fs::path next_generation(const fs::path& file, Files& files) {
  return generation(file, newest_number(file, files) + 1);
}

std::vector<fs::path> older_generations(const fs::path& file, Files& files) {
  std::vector<fs::path> older;
  const unsigned newest = newest_number(file, files);
  for (unsigned number = first_generation; number < newest; ++number) {
    const fs::path name = generation(file, number);
    older.push_back(name);
    older.emplace_back(name.string() + "-wal");
  }
  return older;
}

}  // namespace quorate::store
