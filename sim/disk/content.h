// The bytes of a file, in pages that are shared until one of their owners writes. So a copy of a
// disk costs a pointer for each page, and a crash point can start from a saved world.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"

namespace quorate::sim {

class Content {
 public:
  static constexpr std::size_t page_size = 4096;

  std::uint64_t size() const { return size_; }
  // How many bytes there were; the rest of `out` is zero.
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write(std::uint64_t offset, ByteView data);  // what lies between is zero
  void resize(std::uint64_t size);
  // This page is the other's page from now on, as far as it lies within this size.
  void share_page(std::size_t index, const Content& other);
  Bytes all() const;

  friend bool operator==(const Content& a, const Content& b);

 private:
  using Page = ByteArray<page_size>;
  Page& writable(std::size_t index);

  std::vector<std::shared_ptr<Page>> pages_;  // none: zeros; behind the size: zeros
  std::uint64_t size_ = 0;
};

}  // namespace quorate::sim
