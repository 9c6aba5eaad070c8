// The PKCS#11 header, tamed. It leaks macros that would rename other people's fields, so it is
// included last, by this room's sources only, and never by a header that others see.

#pragma once

#include <p11-kit/pkcs11.h>

#undef iv_ptr
#undef iv_len
#undef iv_bits
#undef aad_ptr
#undef aad_len
#undef tag_bits
#undef hash_alg
#undef mgf
#undef source
#undef source_data
#undef source_data_len
#undef counter_bits
#undef cb
#undef shared_data
#undef shared_data_len
#undef public_data
#undef public_data_len
#undef string_data
#undef string_data_len
#undef data_params
#undef kdf

namespace quorate::custody::pkcs11 {

// Of PKCS#11 2.40; the header has no names for them.
inline constexpr CK_ATTRIBUTE_TYPE cka_copyable = 0x171;
inline constexpr CK_ATTRIBUTE_TYPE cka_destroyable = 0x172;

}  // namespace quorate::custody::pkcs11
