// SSHSIG: signatures over files, and people's evidence. formats.md section 3; OpenSSH's
// PROTOCOL.sshsig. What `ssh-keygen -Y sign` writes.
//
//   a node signs a file      signed_data(name_space, sha512)        is what the root signs
//   the client writes it     file_signature(name_space, root, signature).armour()
//   evidence is judged       Sshsig::parse_blob(blob), then verify(sshsig, "quorate-request",
//   bytes)
//
// The blob and the signed bytes differ: the blob has a version and the key, the signed bytes have
// neither.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {

constexpr std::size_t sshsig_limit = 4096;  // of the blob

// Over which hash of the message the signature stands. We write and judge sha512 only; the older
// one is read, so that a refusal can say what is wrong.
enum class MessageHash { sha256, sha512 };

std::string_view name(MessageHash hash);

struct Sshsig {
  PublicKey key;
  std::string name_space;  // 1..255 of printable ASCII
  MessageHash hash;
  Bytes signature;  // a signature blob, as verify() of ssh_key.h takes it

  // Both fail with `evidence_malformed`: version not 1, a key that PublicKey refuses, an empty
  // namespace, a reserved field that is not empty, another hash, trailing bytes, an armour that
  // ssh-keygen would not have written (CRLF, other line lengths, text around it).
  [[nodiscard]] static Result<Sshsig> parse_blob(ByteView blob);
  [[nodiscard]] static Result<Sshsig> parse_armour(std::string_view text);

  Bytes blob() const;
  std::string armour() const;

  friend bool operator==(const Sshsig&, const Sshsig&) = default;
};

// The bytes that are signed. The digest is SHA-512 of the message.
Bytes signed_data(std::string_view name_space, const ByteArray<64>& sha512);
// The same for either hash; the digest has the hash's size.
Bytes signed_data(std::string_view name_space, MessageHash hash, ByteView digest);

// An artifact: what a root's signature over signed_data(name_space, …) becomes.
Sshsig file_signature(std::string_view name_space, const ed25519::Point& root,
                      const ed25519::Signature& signature);

// Evidence: all three below in the order in which requests.md section 4 names the codes.
[[nodiscard]] Result<Verification> verify(const Sshsig& sshsig, std::string_view expected_namespace,
                                          ByteView message);

// First half of verify(), for a caller that looks the key up in between (`key_unknown` comes before
// the codes of the second half). Fails with
//   evidence_malformed  a hash other than sha512; a signature with a broken layout; a FIDO key
//                       whose application does not begin with "ssh:"
//   signature_invalid   it does not verify over the message under the namespace it names
[[nodiscard]] Result<Verification> verify_signature(const Sshsig& sshsig, ByteView message);

// Second half. Fails with
//   namespace_wrong  signed for another use
//   touch_required   by a FIDO key that nobody touched
[[nodiscard]] Status check_use(const Sshsig& sshsig, const Verification& verification,
                               std::string_view expected_namespace);

}  // namespace quorate::ssh
