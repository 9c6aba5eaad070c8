// Writes a recording. Each entry is handed to the kernel before append() returns: what a killed
// process wrote is there, at worst without its last entry.
//
//   QUORATE_TRY(Writer writer, Writer::create("incident.rec", Core::node, Writer::usual_limit));
//   QUORATE_CHECK(writer.append({kind, now_ms, body}));
//
// The caller sees to it that nothing secret comes in. What comes in is personal data all the same,
// so the file is its owner's alone (mode 0600).

#pragma once

#include <filesystem>

#include "crypto/base/result.h"
#include "proto/recording/format.h"

namespace quorate::recording {

class Writer {
 public:
  static constexpr std::uint64_t usual_limit = std::uint64_t{1} << 30;

  // Refuses to write over a file: `io`, as for everything else that goes wrong.
  [[nodiscard]] static Result<Writer> create(const std::filesystem::path& file, Core core,
                                             std::uint64_t limit_bytes);
  Writer(Writer&& other) noexcept;
  Writer& operator=(Writer&& other) noexcept;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  // Fails once, with `too_large` or `io`, and closes the file; from then on it does nothing, so
  // that recording never stands in the way of what is recorded.
  [[nodiscard]] Status append(const Entry& entry);
  bool is_open() const { return file_ >= 0; }

 private:
  Writer(int file, std::uint64_t limit_bytes) : file_(file), left_(limit_bytes) {}
  [[nodiscard]] Status write(ByteView bytes);
  void close();

  int file_;
  std::uint64_t left_;
  Bytes check_;
};

}  // namespace quorate::recording
