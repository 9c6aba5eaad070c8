#include "node/custody/guarded.h"

#include <cstdint>
#include <utility>

#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/base/invariant.h"

namespace quorate::custody {
namespace {

// A child of fork() finds zeroes here. Where the kernel does not know the advice (before 4.14)
// nothing is lost: we never fork.
void forget_in_children(std::uint8_t* data, std::size_t size) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<std::uintptr_t>(data) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(data) + size + page - 1) / page * page;
  const std::size_t offset = reinterpret_cast<std::uintptr_t>(data) - first;
  // NOLINTNEXTLINE(bugprone-unused-return-value): see above
  (void)::madvise(data - offset, end - first, MADV_WIPEONFORK);
}

}  // namespace

GuardedMemory::GuardedMemory(std::size_t size) : size_(size) {
  QUORATE_INVARIANT(size > 0);
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  QUORATE_INVARIANT(data_ != nullptr);
  sodium_memzero(data_, size);
  forget_in_children(data_, size);
}

GuardedMemory::GuardedMemory(GuardedMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

GuardedMemory& GuardedMemory::operator=(GuardedMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

GuardedMemory::~GuardedMemory() { sodium_free(data_); }  // wipes, and takes a null pointer

void GuardedMemory::shrink(std::size_t size) {
  QUORATE_INVARIANT(size <= size_);
  size_ = size;
}

}  // namespace quorate::custody
