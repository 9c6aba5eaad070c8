// The rim: what the operating system gives and the core must not fetch by itself.

#pragma once

#include <filesystem>
#include <string>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"

namespace quorate::node {

class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// A file of a person's own making. Fails with `configuration`, naming it.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& file);

// Refuses to write over anything. Durable when it returns. Fails with `io`.
[[nodiscard]] Status write_new(const std::filesystem::path& file, std::string_view content,
                               unsigned mode);

}  // namespace quorate::node
