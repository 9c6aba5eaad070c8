#include "node/custody/file/disk.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate::custody::file {
namespace {

using std::filesystem::path;

tl::unexpected<Error> failed(const std::string& what, const path& where) {
  return fail(Code::io, "can't " + what + " " + where.string() + ": " +
                            std::generic_category().message(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

Status sync_folder(const path& folder) {
  const Descriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open_folder.number() < 0 || ::fsync(open_folder.number()) != 0) {
    return failed("sync the folder", folder);
  }
  return Done{};
}

}  // namespace

Status write_file(const path& target, ByteView content) {
  const path beside = target.string() + ".new";
  {
    const Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.number() < 0) return failed("create", beside);
    for (ByteView rest = content; !rest.empty();) {
      const ssize_t written = ::write(file.number(), rest.data(), rest.size());
      if (written < 0) return failed("write", beside);
      rest = rest.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file.number()) != 0) return failed("sync", beside);
  }
  if (::rename(beside.c_str(), target.c_str()) != 0) return failed("rename to", target);
  return sync_folder(target.parent_path());
}

Result<Bytes> read_file(const path& source, std::size_t limit) {
  const Descriptor file(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    if (errno == ENOENT) return fail(Code::key_missing, "there is no " + source.string());
    return failed("open", source);
  }
  Bytes content(limit + 1);
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.number(), content.data() + size, content.size() - size);
    if (got < 0) return failed("read", source);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return fail(Code::io, source.string() + " is larger than it may be");
  content.resize(size);
  return content;
}

Status remove_file(const path& target) {
  if (::unlink(target.c_str()) != 0 && errno != ENOENT) return failed("remove", target);
  return sync_folder(target.parent_path());
}

Status make_folder(const path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("create", folder);
  return sync_folder(folder.parent_path());
}

}  // namespace quorate::custody::file
