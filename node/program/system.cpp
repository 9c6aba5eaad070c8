#include "node/program/system.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

namespace quorate::node {
namespace {

Status write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) return fail(Code::io, "writing failed");
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return fail(Code::io, "syncing failed");
  return Done{};
}

}  // namespace

void SystemEntropy::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  const bool is_empty = in.peek() == std::ifstream::traits_type::eof() && !in.bad();
  if (in.is_open() && is_empty) return std::string();
  if (!in || !(content << in.rdbuf())) {
    return fail(Code::configuration,
                "can't read " + file.string() + "; `quorate-node init` makes a node's directory");
  }
  return content.str();
}

Status write_new(const std::filesystem::path& file, std::string_view content, unsigned mode) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) {
    return fail(Code::io, "can't create " + file.string() + " (it may exist already)");
  }
  Status written = write_all(descriptor, content);
  if (::close(descriptor) != 0 && written) written = fail(Code::io, "closing failed");
  if (!written) return fail(Code::io, file.string() + ": " + written.error().message);
  return Done{};
}

}  // namespace quorate::node
