#include "client/cli/file_digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

#include "crypto/base/invariant.h"

namespace quorate::cli {
namespace {

constexpr std::size_t chunk_size = 1 << 18;

class CloseFile {
 public:
  explicit CloseFile(int number) : number_(number) {}
  ~CloseFile() { close(number_); }
  CloseFile(const CloseFile&) = delete;
  CloseFile& operator=(const CloseFile&) = delete;

 private:
  int number_;
};

tl::unexpected<Error> unreadable(const std::filesystem::path& path, int error) {
  return fail(Code::io,
              "can't read " + path.string() + ": " + std::system_category().message(error));
}

}  // namespace

// OpenSSL's SHA-512 rather than libsodium's: twice as quick, which is felt with images of disks.
Result<FileDigest> digest_file(const std::filesystem::path& path,
                               const std::function<void(std::uint64_t)>& progress) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unreadable(path, errno);
  const CloseFile closed(file);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
  QUORATE_INVARIANT(hash && EVP_DigestInit_ex(hash.get(), EVP_sha512(), nullptr) == 1);

  FileDigest digest{};
  std::vector<unsigned char> chunk(chunk_size);
  while (true) {
    const ssize_t count = read(file, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, errno);
    if (count == 0) break;
    const auto size = static_cast<std::size_t>(count);
    QUORATE_INVARIANT(EVP_DigestUpdate(hash.get(), chunk.data(), size) == 1);
    digest.size += size;
    if (progress) progress(digest.size);
  }
  unsigned written = 0;
  QUORATE_INVARIANT(EVP_DigestFinal_ex(hash.get(), digest.sha512.data(), &written) == 1);
  QUORATE_INVARIANT(written == digest.sha512.size());
  return digest;
}

}  // namespace quorate::cli
