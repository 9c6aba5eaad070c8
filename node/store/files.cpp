#include "node/store/files.h"

#include <fcntl.h>
#include <unistd.h>

namespace quorate::store {
namespace {

namespace fs = std::filesystem;

Status sync(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return fail(Code::io, "can't open " + path.string());
  const bool is_durable = ::fsync(descriptor) == 0;
  (void)::close(descriptor);
  if (!is_durable) return fail(Code::io, "can't make " + path.string() + " durable");
  return Done{};
}

class RealFiles final : public Files {
 public:
  std::vector<std::string> names_in(const fs::path& folder) override {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  Status create_private(const fs::path& file) override {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
      return fail(Code::io,
                  "can't open " + file.string() + ": is its directory there and writable?");
    }
    (void)::close(descriptor);
    return Done{};
  }

  Status name_durably(const fs::path& written, const fs::path& file) override {
    QUORATE_CHECK(sync(written, O_RDWR));
    std::error_code error;
    fs::rename(written, file, error);
    if (error) return fail(Code::io, file.string() + ": " + error.message());
    return sync(fs::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY);
  }

  void remove(const fs::path& file) override {
    std::error_code ignored;
    fs::remove(file, ignored);
  }

  const char* sqlite_vfs() const override { return nullptr; }
};

}  // namespace

Files& real_files() {
  static RealFiles files;
  return files;
}

}  // namespace quorate::store
