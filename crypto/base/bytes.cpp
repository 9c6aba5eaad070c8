#include "crypto/base/bytes.h"

#include <algorithm>

namespace quorate {

void append(Bytes& out, ByteView bytes) {
  const std::size_t before = out.size();
  out.resize(before + bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(before));
}

}  // namespace quorate
