#include "proto/recording/writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "proto/recording/entry.h"

namespace quorate::recording {
namespace {

constexpr mode_t owner_only = 0600;

std::string last_error() { return std::generic_category().message(errno); }

}  // namespace

Result<Writer> Writer::create(const std::filesystem::path& file, Core core,
                              std::uint64_t limit_bytes) {
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (descriptor < 0) {
    return fail(Code::io, "can't record to " + file.string() + ": " + last_error());
  }
  Writer writer(descriptor, limit_bytes);
  quorate::append(writer.check_, bytes_of(magic));
  writer.check_.push_back(format_version);
  writer.check_.push_back(static_cast<std::uint8_t>(core));
  QUORATE_CHECK(writer.write(writer.check_));
  return writer;
}

Writer::Writer(Writer&& other) noexcept
    : file_(std::exchange(other.file_, -1)), left_(other.left_), check_(std::move(other.check_)) {}

Writer& Writer::operator=(Writer&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(left_, other.left_);
  std::swap(check_, other.check_);
  return *this;
}

Writer::~Writer() { close(); }

void Writer::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Status Writer::append(const Entry& entry) {
  if (!is_open()) return Done{};
  if (entry.body.size() > largest_body) {
    close();
    return fail(Code::too_large, "the recording ends here: one entry is longer than any may be");
  }
  layout::Writer out;
  out.u32(static_cast<std::uint32_t>(entry.body.size() + fixed_size))
      .u8(entry.kind)
      .u64(entry.time_ms)
      .raw(entry.body);
  Bytes bytes = std::move(out).bytes();
  check_ = check_of(check_, bytes);
  quorate::append(bytes, check_);
  return write(bytes);
}

Status Writer::write(ByteView bytes) {
  if (bytes.size() > left_) {
    close();
    return fail(Code::too_large, "the recording ends here: it is as long as it may become");
  }
  left_ -= bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string why = last_error();
      close();
      return fail(Code::io, "the recording ends here: " + why);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return Done{};
}

}  // namespace quorate::recording
