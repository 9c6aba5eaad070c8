#include "proto/statement/dsse.h"

#include <string>

namespace quorate::statement {

Bytes pae(std::string_view type, ByteView payload) {
  const std::string head = "DSSEv1 " + std::to_string(type.size()) + " " + std::string(type) + " " +
                           std::to_string(payload.size()) + " ";
  Bytes out(head.begin(), head.end());
  append(out, payload);
  return out;
}

}  // namespace quorate::statement
