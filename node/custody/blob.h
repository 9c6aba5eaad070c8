// The sealed blob, the only form in which a secret reaches a disk: an envelope in two steps. A
// fresh data key encrypts the secret here, and the backend wraps the data key. So a failure says
// who is at fault: the blob's own tag (it is damaged, or belongs elsewhere) or the token.
//
//   "QSB1" ‖ mode u8 ‖ 0 0 0 ‖ key id (16) ‖ wrapped length u16 ‖ wrapped data key
//          ‖ XChaCha20-Poly1305 nonce (24, zero: the key is used once) ‖ ciphertext ‖ tag (16)
//
// Integers are big-endian. The tag covers "quorate/seal/v1" ‖ 0, all bytes before the nonce, then
// purpose and context each behind its u16 length: a blob moved to another row, root, epoch or use
// does not open. The wrapping covers the header up to and including the key id, where the mode can.

#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "node/custody/backend.h"
#include "node/custody/guarded.h"

namespace quorate::custody {

enum class Purpose : std::uint8_t { frost_share, ceremony, identity, cosigner, canary };

std::string_view name(Purpose purpose);  // as it stands in the blob: "frost-share", ...

// Where a blob belongs and under which key. Both sides of seal and open say the same.
struct Place {
  KeyId key;
  Purpose purpose;
  Bytes context;  // at most 1024 bytes
};

inline constexpr std::size_t largest_secret = 65536;
inline constexpr std::size_t largest_blob = largest_secret + 1024;

// `secret` has 1 to 65,536 bytes, by the caller's own making. Fails with the backend's codes.
[[nodiscard]] Result<Bytes> seal_blob(DataKeyWrapper& wrapper, const Place& place, ByteView secret,
                                      Entropy& entropy);

// Fails with
//   blob_damaged   the blob is no blob, was made for another key, purpose or context, or has
//   changed others         the backend's codes: the token can't say at the moment
[[nodiscard]] Result<GuardedMemory> open_blob(DataKeyWrapper& wrapper, const Place& place,
                                              ByteView blob);

// A blob with known content, made at `init`. It opens and another does not: that other one is
// damaged. It does not open: it is the token.
[[nodiscard]] Result<Bytes> seal_canary(DataKeyWrapper& wrapper, const KeyId& seal_key,
                                        Entropy& entropy);
[[nodiscard]] Status open_canary(DataKeyWrapper& wrapper, const KeyId& seal_key, ByteView canary);

}  // namespace quorate::custody
