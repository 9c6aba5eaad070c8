// Files that only grow, of any size, and reading them in little memory.

#pragma once

#include <cstdint>
#include <utility>

#include "client/home/file.h"
#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::home {

// An open file, closed once.
class OpenFile {
 public:
  explicit OpenFile(int number = -1) : number_(number) {}
  OpenFile(OpenFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();
  int number() const { return number_; }

 private:
  int number_;
};

enum class Shorter { refuse, accept };

class AppendFile {
 public:
  // Opens the file, or makes it (mode 0600) with its folder (0700), and cuts off what lies behind
  // `size`. `io` where it can't, or the file is shorter and that is refused.
  [[nodiscard]] static Result<AppendFile> open(const Path& path, std::uint64_t size,
                                               Shorter shorter);

  [[nodiscard]] Status append(ByteView bytes);
  // On return everything appended survives a power cut.
  [[nodiscard]] Status sync();
  std::uint64_t size() const { return size_; }

 private:
  AppendFile(OpenFile file, Path path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  OpenFile file_;
  Path path_;
  std::uint64_t size_;
};

class FileReader {
 public:
  // Reads no further than `limit`, whatever lies behind. `io`.
  [[nodiscard]] static Result<FileReader> open(const Path& path, std::uint64_t limit);

  std::uint64_t left() const { return left_; }
  // `io` where the file ends before.
  [[nodiscard]] Result<Bytes> read(std::size_t size);
  // u32 length ‖ bytes. `malformed` above the limit.
  [[nodiscard]] Result<Bytes> read_blob(std::size_t limit);

 private:
  FileReader(OpenFile file, Path path, std::uint64_t limit)
      : file_(std::move(file)), path_(std::move(path)), left_(limit) {}
  [[nodiscard]] Status fill();

  OpenFile file_;
  Path path_;
  std::uint64_t left_;
  Bytes buffer_;
  std::size_t used_ = 0;
};

}  // namespace quorate::home
