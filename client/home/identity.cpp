#include "client/home/identity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <sodium.h>

#include "crypto/base/secret_bytes.h"

namespace quorate::home {

namespace {

constexpr std::size_t hex_size = 64;
constexpr mode_t for_others = S_IRWXG | S_IRWXO;

// The seed is nowhere but in memory that wipes itself, so not through read_file().
Status read_hex(int file, const Path& path, SecretBytes<hex_size + 2>& content, std::size_t& size) {
  while (size < content.writable().size()) {
    const ssize_t got =
        ::read(file, content.writable().data() + size, content.writable().size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(Code::io,
                  "can't read " + path.string() + ": " + std::generic_category().message(errno));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return Done{};
}

Result<ed25519::SigningKey> parse(const Path& path, const SecretBytes<hex_size + 2>& content,
                                  std::size_t size) {
  const bool has_line_feed = size == hex_size + 1 && content.expose()[hex_size] == '\n';
  SecretBytes<32> seed;
  std::size_t length = 0;
  if ((size != hex_size && !has_line_feed) ||
      sodium_hex2bin(seed.writable().data(), 32,
                     reinterpret_cast<const char*>(content.expose().data()), hex_size, nullptr,
                     &length, nullptr) != 0 ||
      length != 32) {
    return fail(Code::configuration,
                path.string() + ":1: expected the key's seed, 64 hex digits, and nothing else");
  }
  return ed25519::SigningKey(seed);
}

Status create(const Path& path, Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  SecretBytes<hex_size + 1> hex;
  sodium_bin2hex(reinterpret_cast<char*>(hex.writable().data()), hex_size + 1, seed.expose().data(),
                 32);
  hex.writable()[hex_size] = '\n';
  Status written = write_file(path, text_of(hex.expose()), 0600, Existing::refuse);
  // Another program was quicker: its key is as good, and now it is ours.
  if (!written && written.error().code == Code::usage) return Done{};
  return written;
}

}  // namespace

Result<ed25519::SigningKey> load_identity(const Path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail(Code::io,
                "can't read " + path.string() + ": " + std::generic_category().message(errno));
  }
  struct stat status {};
  const bool is_open_to_others = ::fstat(file, &status) != 0 || (status.st_mode & for_others) != 0;
  SecretBytes<hex_size + 2> content;
  std::size_t size = 0;
  const Status read = read_hex(file, path, content, size);
  ::close(file);
  if (is_open_to_others) {
    return fail(Code::configuration,
                path.string() + " may be read by others than you; `chmod 600 " + path.string() +
                    "`, and think about who could have copied it");
  }
  if (!read) return tl::unexpected(read.error());
  return parse(path, content, size);
}

Result<ed25519::SigningKey> load_or_create_identity(const Path& path, Entropy& entropy) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    QUORATE_CHECK(create(path, entropy));
  }
  return load_identity(path);
}

}  // namespace quorate::home
