// Protobuf's encoding by hand, for what no encoder of ours would write.

#pragma once

#include <cstdint>
#include <initializer_list>

#include "crypto/base/bytes.h"

namespace quorate::wire::raw {

inline Bytes join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}

inline Bytes varint(std::uint64_t value) {
  Bytes out;
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

inline Bytes number(std::uint64_t field, std::uint64_t value) {
  return join({varint(field << 3U), varint(value)});
}

// A string, bytes or a message.
inline Bytes piece(std::uint64_t field, const Bytes& content) {
  return join({varint(field << 3U | 2U), varint(content.size()), content});
}

}  // namespace quorate::wire::raw
