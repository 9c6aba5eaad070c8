#include "client/home/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace quorate::home {

namespace {

tl::unexpected<Error> failure(const Path& path, std::string_view what) {
  return fail(Code::io, std::string(what) + ' ' + path.string() + ": " +
                            std::generic_category().message(errno));
}

class File {
 public:
  explicit File(int number) : number_(number) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

Status write_all(const File& file, const Path& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(path, "can't write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0) return failure(path, "can't write");
  return Done{};
}

// Under a name of its own until it is complete. `usage` where the final name is taken.
Status put_in_place(const Path& temporary, const Path& path, Existing existing) {
  if (existing == Existing::replace) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
      return fail(Code::usage, path.string() + " is no regular file; name another");
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return failure(path, "can't write");
    return Done{};
  }
  if (::link(temporary.c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) return fail(Code::usage, path.string() + " exists already");
    return failure(path, "can't write");
  }
  ::unlink(temporary.c_str());
  return Done{};
}

}  // namespace

Status make_folder(const Path& folder) {
  if (folder.empty() || ::access(folder.c_str(), F_OK) == 0) return Done{};
  QUORATE_CHECK(make_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return failure(folder, "can't create the folder");
  }
  return Done{};
}

Result<std::string> read_file(const Path& path, std::size_t limit) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return failure(path, "can't read");
  std::string content;
  char buffer[4096];
  while (true) {
    const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(path, "can't read");
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return fail(Code::too_large,
                  path.string() + " has more than " + std::to_string(limit) + " bytes");
    }
  }
}

Status write_file(const Path& path, std::string_view content, mode_t mode, Existing existing) {
  QUORATE_CHECK(make_folder(path.parent_path()));
  std::string temporary = path.string() + ".new-XXXXXX";
  const File file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.number() < 0) return failure(path, "can't write");
  Status status = write_all(file, path, content);
  if (status && ::fchmod(file.number(), mode) != 0) status = failure(path, "can't write");
  if (status) status = put_in_place(temporary, path, existing);
  if (!status) {
    ::unlink(temporary.c_str());
    return status;
  }
  // The name is as durable as the content only when the folder is.
  const Path parent = path.has_parent_path() ? path.parent_path() : Path(".");
  const File folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() < 0 || ::fsync(folder.number()) != 0) return failure(parent, "can't sync");
  return Done{};
}

}  // namespace quorate::home
