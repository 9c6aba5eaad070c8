// Limits of a statement's fields that reading and composing share. Those of certificates stand in
// proto/document/ssh_certificate.h.

#pragma once

#include <cstddef>

namespace quorate::statement {

inline constexpr std::size_t namespace_limit = 64;
inline constexpr std::size_t label_limit = 255;

}  // namespace quorate::statement
