// SSH public keys of the five kinds that we accept, and their signatures. formats.md section 1;
// RFC 4253 section 6.6 (RSA), RFC 5656 (ECDSA), RFC 8709 (Ed25519), OpenSSH's PROTOCOL.u2f (FIDO).
//
//   Result<PublicKey> key = PublicKey::parse(blob);
//   Result<Verification> how = verify(*key, signature_blob, message);
//
// A PublicKey has passed every check on keys, so holding one is proof of it.

#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"

namespace quorate::ssh {

constexpr std::size_t public_blob_limit = 2048;

enum class KeyKind { ed25519, rsa, ecdsa, fido_ed25519, fido_ecdsa };

constexpr bool is_fido(KeyKind kind) {
  return kind == KeyKind::fido_ed25519 || kind == KeyKind::fido_ecdsa;
}

// "ssh-ed25519", "ssh-rsa", ...: what a public blob of this kind begins with.
std::string_view type_name(KeyKind kind);

class PublicKey {
 public:
  // Fails with
  //   malformed        the layout is broken, or something follows it
  //   too_large        more than public_blob_limit
  //   key_not_allowed  a type that is not among ours (certificates are not); RSA of less than 2048
  //                    bits or more than 8192, or with an exponent that is even, below 65537, or
  //                    above 2^32 (who sends a signature chooses what it costs to verify); an ECDSA
  //                    point off the curve; an Ed25519 point that is not canonical, off the curve,
  //                    or of small order (then the signatures of anybody would verify)
  [[nodiscard]] static Result<PublicKey> parse(ByteView blob);
  // "TYPE base64 comment", one line feed at the end at most. Errors as parse().
  [[nodiscard]] static Result<PublicKey> parse_line(std::string_view line);
  // The key of a root or node. Every Point is good enough for parse().
  static PublicKey of(const ed25519::Point& point);

  KeyKind kind() const { return kind_; }
  const Bytes& blob() const { return blob_; }
  std::string line(std::string_view comment) const;
  std::string fingerprint() const;  // "SHA256:" and 43 characters, as ssh-keygen -l shows it
  // The 32 bytes of a plain Ed25519 key (which is a root's id); FIDO keys have none.
  std::optional<ByteArray<32>> ed25519_point() const;
  // What a FIDO key was made for, "ssh:" and what follows; empty for other kinds.
  std::string_view application() const { return application_; }

  friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.blob_ == b.blob_; }
  friend auto operator<=>(const PublicKey& a, const PublicKey& b) { return a.blob_ <=> b.blob_; }

 private:
  PublicKey(KeyKind kind, Bytes blob, std::string application)
      : kind_(kind), blob_(std::move(blob)), application_(std::move(application)) {}

  KeyKind kind_;
  Bytes blob_;
  std::string application_;
};

// S("ssh-ed25519") S(32 bytes): a root's public blob.
Bytes ed25519_blob(const ByteArray<32>& point);
// S("ssh-ed25519") S(64 bytes): the signature of a quorum as SSH writes it.
Bytes ed25519_signature_blob(const ByteArray<64>& signature);

// What a FIDO authenticator says of itself, and signs.
struct Fido {
  std::uint8_t flags;
  std::uint32_t counter;  // recorded and never judged: many keys keep it at 0

  bool touched() const { return (flags & 0x01) != 0; }
  bool person_verified() const { return (flags & 0x04) != 0; }  // by PIN or biometrics

  friend bool operator==(const Fido&, const Fido&) = default;
};

struct Verification {
  std::optional<Fido> fido;  // for FIDO keys

  friend bool operator==(const Verification&, const Verification&) = default;
};

// Whether a FIDO key must have been touched. `reported`: the caller looks at Fido::touched().
enum class Touch { demanded, reported };

// Verifies `signature_blob` by `key` over `message`. Fails with
//   malformed          the layout of the signature is broken; or it is by a FIDO key whose
//                      application does not begin with "ssh:", which was made to log in to a web
//                      site and must not sign here
//   signature_invalid  it does not verify; or it has a name that this kind of key does not sign
//                      under: "ssh-rsa", which is SHA-1, is none of them, nor is FIDO's browser
//                      form "webauthn-…"; or an RSA signature of fewer bytes than the modulus; or
//                      an ECDSA r or s outside 1..n-1
//   touch_required     a FIDO key that nobody touched, with Touch::demanded
[[nodiscard]] Result<Verification> verify(const PublicKey& key, ByteView signature_blob,
                                          ByteView message, Touch touch = Touch::demanded);

}  // namespace quorate::ssh
