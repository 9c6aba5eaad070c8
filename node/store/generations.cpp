#include "node/store/generations.h"

#include <fcntl.h>
#include <unistd.h>

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

unsigned newest_number(const fs::path& file) {
  unsigned newest = first_generation;
  std::error_code ignored;  // a folder that can't be read shows when the file is opened
  for (const auto& entry : fs::directory_iterator(fs::absolute(file).parent_path(), ignored)) {
    newest = std::max(newest, number_of(file, entry.path().filename().string()));
  }
  return newest;
}

Status sync(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return fail(Code::io, "can't open " + path.string());
  const bool is_durable = ::fsync(descriptor) == 0;
  (void)::close(descriptor);
  if (!is_durable) return fail(Code::io, "can't make " + path.string() + " durable");
  return Done{};
}

}  // namespace

fs::path newest_generation(const fs::path& file) { return generation(file, newest_number(file)); }

fs::path next_generation(const fs::path& file) { return generation(file, newest_number(file) + 1); }

std::vector<fs::path> older_generations(const fs::path& file) {
  std::vector<fs::path> older;
  for (unsigned number = first_generation; number < newest_number(file); ++number) {
    const fs::path name = generation(file, number);
    older.push_back(name);
    older.emplace_back(name.string() + "-wal");
  }
  return older;
}

Status create_private(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(Code::io, "can't open " + file.string() + ": is its directory there and writable?");
  }
  (void)::close(descriptor);
  return Done{};
}

Status name_durably(const fs::path& written, const fs::path& file) {
  QUORATE_CHECK(sync(written, O_RDWR));
  std::error_code error;
  fs::rename(written, file, error);
  if (error) return fail(Code::io, file.string() + ": " + error.message());
  return sync(fs::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace quorate::store
