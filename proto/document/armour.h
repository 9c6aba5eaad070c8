// Bytes as text: base64, the armour of SSHSIG and of our request files, and OpenSSH's one-line form
// of keys and certificates. The readers accept exactly what the writers write, so that equal bytes
// have one text; their errors are `malformed`, and `too_large` where a limit is given.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::ssh {

// RFC 4648 section 4, with padding.
std::string to_base64(ByteView bytes);
std::string to_base64_unpadded(ByteView bytes);
// With padding. Refuses white space, missing padding, and stray bits in the last character.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

// "-----BEGIN <label>-----" LF, base64 in lines of 70, LF, "-----END <label>-----" LF.
// label: "SSH SIGNATURE", "QUORATE REQUEST".
std::string armour(std::string_view label, ByteView bytes);
// Nothing before or after, no carriage returns, lines of exactly 70. At most `limit` bytes inside,
// at least one.
[[nodiscard]] Result<Bytes> from_armour(std::string_view label, std::string_view text,
                                        std::size_t limit);

// "TYPE base64 comment", as in id_ed25519.pub and id_ed25519-cert.pub. TYPE repeats the string
// that the blob begins with.
struct Line {
  std::string type;
  Bytes blob;
  std::string comment;  // may be empty
};

// With the type that the blob begins with, without a line feed at the end.
std::string to_line(ByteView blob, std::string_view comment);
// One line feed at the end is accepted, as files have it, and before it the blank that ssh-keygen
// writes in front of an empty comment. Refuses a type that is not the blob's.
[[nodiscard]] Result<Line> from_line(std::string_view text, std::size_t limit);

}  // namespace quorate::ssh
