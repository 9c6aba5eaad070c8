// DSSE v1: what is signed over a payload, so that its type is under the signature too.

#pragma once

#include <string_view>

#include "crypto/base/bytes.h"

namespace quorate::statement {

inline constexpr std::string_view access_type = "application/vnd.quorate.access.v1+json";
inline constexpr std::string_view bundle_type = "application/vnd.quorate.bundle.v1+json";
inline constexpr std::string_view revocation_type = "application/vnd.quorate.revocation.v1+json";

// "DSSEv1" SP len(type) SP type SP len(payload) SP payload
Bytes pae(std::string_view type, ByteView payload);

}  // namespace quorate::statement
