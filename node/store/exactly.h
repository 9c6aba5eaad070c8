// A column that has a fixed size, or was written by nobody of us. Inside node/store only.

#pragma once

#include <algorithm>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::store {

template <std::size_t n>
Result<ByteArray<n>> exactly(const Bytes& bytes) {
  if (bytes.size() != n) return fail(Code::io, "a row of the node's database has a wrong size");
  ByteArray<n> out;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace quorate::store
