// The bytes of header and entries, for both sides of the file. The room's own.

#pragma once

#include <algorithm>

#include "proto/layout/labelled.h"
#include "proto/layout/writer.h"
#include "proto/recording/format.h"

namespace quorate::recording {

inline constexpr std::string_view magic = "QREC";
inline constexpr std::size_t header_size = 6;
inline constexpr std::size_t length_size = 4;
inline constexpr std::size_t fixed_size = 1 + 8 + check_size;  // of an entry behind its length

inline Bytes check_of(ByteView before, ByteView entry) {
  const layout::Hash hash = layout::hash("recording", {before, entry});
  return {hash.begin(), hash.begin() + check_size};
}

}  // namespace quorate::recording
