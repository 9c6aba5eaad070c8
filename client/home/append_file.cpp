#include "client/home/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace quorate::home {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} * 1024;

tl::unexpected<Error> trouble_with(const Path& path, std::string_view what) {
  return fail(Code::io, std::string(what) + ' ' + path.string() + ": " +
                            std::generic_category().message(errno));
}

}  // namespace

OpenFile::~OpenFile() {
  if (number_ >= 0) ::close(number_);
}

Result<AppendFile> AppendFile::open(const Path& path, std::uint64_t size, Shorter shorter) {
  QUORATE_CHECK(make_folder(path.parent_path()));
  OpenFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (file.number() < 0) return trouble_with(path, "can't open");
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return trouble_with(path, "can't look at");
  const auto found = static_cast<std::uint64_t>(status.st_size);
  if (found < size && shorter == Shorter::refuse) {
    return fail(Code::io, path.string() + " has only " + std::to_string(found) + " of the " +
                              std::to_string(size) + " bytes that were written to it");
  }
  const std::uint64_t used = std::min(found, size);
  if (::ftruncate(file.number(), static_cast<off_t>(used)) != 0 ||
      ::lseek(file.number(), static_cast<off_t>(used), SEEK_SET) < 0) {
    return trouble_with(path, "can't cut");
  }
  return AppendFile(std::move(file), path, used);
}

Status AppendFile::append(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return trouble_with(path_, "can't write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  return Done{};
}

Status AppendFile::sync() {
  if (::fsync(file_.number()) != 0) return trouble_with(path_, "can't sync");
  return Done{};
}

Result<FileReader> FileReader::open(const Path& path, std::uint64_t limit) {
  OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return trouble_with(path, "can't read");
  return FileReader(std::move(file), path, limit);
}

Status FileReader::fill() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + buffer_size);
  ssize_t got = -1;
  do {
    got = ::read(file_.number(), buffer_.data() + kept, buffer_size);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) return trouble_with(path_, "can't read");
  if (got == 0) return fail(Code::io, path_.string() + " ends too early");
  return Done{};
}

Result<Bytes> FileReader::read(std::size_t size) {
  if (size > left_) return fail(Code::io, path_.string() + " ends too early");
  while (buffer_.size() - used_ < size) QUORATE_CHECK(fill());
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(used_);
  used_ += size;
  left_ -= size;
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(size));
}

Result<Bytes> FileReader::read_blob(std::size_t limit) {
  QUORATE_TRY(const Bytes length, read(4));
  const std::size_t size = std::size_t{length[0]} << 24 | std::size_t{length[1]} << 16 |
                           std::size_t{length[2]} << 8 | std::size_t{length[3]};
  if (size > limit) {
    return fail(Code::malformed, path_.string() + " holds an entry of " + std::to_string(size) +
                                     " bytes, and none has more than " + std::to_string(limit));
  }
  return read(size);
}

}  // namespace quorate::home
