#include "node/custody/pin.h"

#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate::custody {
namespace {

constexpr std::size_t longest_pin = 255;

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

tl::unexpected<Error> missing(const std::string& origin, const std::string& what) {
  return fail(Code::pin_missing, origin + " " + what);
}

Result<Pin> finished(Pin pin, std::size_t size) {
  const ByteView bytes = pin.bytes.expose();
  if (size > 0 && bytes[size - 1] == '\n') --size;
  if (size == 0) return missing(pin.origin, "is empty");
  if (size > longest_pin) return missing(pin.origin, "is longer than 255 bytes");
  pin.bytes.shrink(size);
  return pin;
}

// `others` are the permission bits that mean too many readers.
Result<Pin> read_file(const std::filesystem::path& path, mode_t others) {
  const std::string origin = "the PIN file " + path.string();
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return missing(origin, "can't be opened: does it exist, and is it ours?");
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return missing(origin, "is not a regular file");
  }
  if ((status.st_mode & others) != 0) {
    return missing(origin, "may be read by others than its owner: chmod 600 it");
  }
  // Two bytes more than the longest PIN: the newline, and one that tells that it is too long.
  Pin pin{GuardedMemory(longest_pin + 2),
          status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec, origin};
  std::size_t size = 0;
  while (size < pin.bytes.size()) {
    const ssize_t got =
        ::read(file.number(), pin.bytes.writable().data() + size, pin.bytes.size() - size);
    if (got < 0) return missing(origin, "can't be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return finished(std::move(pin), size);
}

}  // namespace

std::filesystem::path pin_file_in(const std::filesystem::path& directory,
                                  const std::filesystem::path& name) {
  return name.is_absolute() ? name : directory / name;
}

Result<Pin> read_pin(const PinSource& source) {
  if (source.file) return read_file(*source.file, S_IRWXG | S_IRWXO);
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody in this program writes the environment
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  const char* in_environment = std::getenv("QUORATE_PIN");
  // NOLINTEND(concurrency-mt-unsafe)
  if (credentials != nullptr) {
    const auto path = std::filesystem::path(credentials) / "pin";
    // systemd lets the service's user in by an access list, whose mask shows as the group's bits.
    if (::access(path.c_str(), F_OK) == 0) return read_file(path, S_IRWXO);
  }
  if (in_environment == nullptr) {
    return fail(Code::pin_missing,
                "no PIN: name a pin_file in the configuration, or give systemd's credential `pin`");
  }
  const std::size_t size = ::strnlen(in_environment, longest_pin + 2);
  Pin pin{GuardedMemory(longest_pin + 2), 0, "the environment variable QUORATE_PIN (unsafe)"};
  std::memcpy(pin.bytes.writable().data(), in_environment, size);
  return finished(std::move(pin), size);
}

}  // namespace quorate::custody
