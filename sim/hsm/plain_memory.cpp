// node/custody's guarded memory without its guards: a simulated node opens its share thousands of
// times a second, and there is nobody to hide it from. Loose objects, as those of sim/group are.

#include <cstdlib>
#include <utility>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "node/custody/guarded.h"

namespace quorate::custody {

GuardedMemory::GuardedMemory(std::size_t size)
    : data_(static_cast<std::uint8_t*>(std::calloc(1, size))), size_(size) {
  QUORATE_INVARIANT(data_ != nullptr);
}

GuardedMemory::GuardedMemory(GuardedMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

GuardedMemory& GuardedMemory::operator=(GuardedMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

GuardedMemory::~GuardedMemory() { std::free(data_); }

void GuardedMemory::shrink(std::size_t size) {
  QUORATE_INVARIANT(size <= size_);
  size_ = size;
}

}  // namespace quorate::custody
