// Secret bytes of any length in memory of their own: locked, between guard pages, left out of core
// dumps and of forked children, wiped when they die.

#pragma once

#include <cstddef>
#include <span>

#include "crypto/base/bytes.h"

namespace quorate::custody {

// A fixed area of guarded memory. Each costs four pages of address space and some 30 µs, so there
// are few and large ones: never one for every nonce.
class GuardedMemory {
 public:
  // Zeroed. Ends the process when the system gives no memory at all; that it could not be *locked*
  // is not noticed here but by check_memory_lock() at the start (memory.h).
  explicit GuardedMemory(std::size_t size);
  GuardedMemory(GuardedMemory&& other) noexcept;
  GuardedMemory& operator=(GuardedMemory&& other) noexcept;
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;
  ~GuardedMemory();

  std::span<std::uint8_t> writable() { return {data_, size_}; }
  ByteView expose() const { return {data_, size_}; }
  std::size_t size() const { return size_; }
  // Shortens what is visible; the rest stays until the end and is wiped with it.
  void shrink(std::size_t size);

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace quorate::custody
