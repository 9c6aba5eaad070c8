// Checkpoints: signed notes that say how large a node's ledger is and what its root is (C2SP
// tlog-checkpoint and signed-note).
//
//   demo/alpha                              origin: <quorum name>/<node name>, for the ledger's
//   life 7                                       tree size rIwfd88mEHA0SklOKO/95SnxzgnJYU46…= root
//                                           an empty line
//   — demo/alpha rO//IwfySIZjkWVG…=         name, base64(u32 key id ‖ signature)
//
// A node never signs two checkpoints without a consistency proof between them: the size and root
// that it signed last are durable before the signature leaves.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/record/merkle.h"

namespace quorate::record {

inline constexpr std::size_t note_limit = 16'384;
inline constexpr std::size_t note_signature_limit = 64;  // lines; more are not read

struct Checkpoint {
  std::string origin;
  Tree tree;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// `<quorum name>/<node name>`.
std::string origin_of(std::string_view quorum, std::string_view node);

// The signed text: three lines, each with its line feed. Without extension lines.
std::string text(const Checkpoint& checkpoint);

// The note with one signature of type 01, by the node's identity key under the origin's name.
std::string sign_note(const Checkpoint& checkpoint, const ed25519::SigningKey& identity);

// First four bytes of SHA-256(name LF 01 ‖ key).
ByteArray<4> note_key_id(std::string_view name, const ed25519::Point& key);

// `NAME+key id in hex+base64(01 ‖ key)`: how C2SP's tools are told a key.
std::string verifier_key(std::string_view name, const ed25519::Point& key);

// Reads the note and checks the signature of `identity` under the name `origin`. Signatures of
// others (cosigners, keys to come) are passed over; a wrong one by this key fails the whole note.
//   malformed          not a note, or its text not a checkpoint of this origin
//   too_large          above note_limit or note_signature_limit
//   signature_invalid  no signature of this key, or one that does not hold
[[nodiscard]] Result<Checkpoint> open_note(std::string_view note, std::string_view origin,
                                           const ed25519::Point& identity);

// --- cosignatures (C2SP tlog-cosignature)
//
//   — demo/beta Hn0PPAAAAABo…=          name, base64(u32 key id ‖ u64 time ‖ signature), LF
//
// Signed is `cosignature/v1` LF `time N` LF and the checkpoint's text; `time` in unix seconds. It
// says: at that time this was the largest tree of that origin that the cosigner had seen, and all
// that it had seen before was a beginning of it. The message does not carry the cosigner's name, so
// a cosigner's key is no node's identity key.

// A line to append to the note, with its line feed. `name` is the cosigner's own origin.
std::string sign_cosignature(const Checkpoint& checkpoint, std::string_view name,
                             const ed25519::SigningKey& cosigner, std::uint64_t time_s);

// First four bytes of SHA-256(name LF 04 ‖ key), and the key for C2SP's tools.
ByteArray<4> cosigner_key_id(std::string_view name, const ed25519::Point& cosigner);
std::string cosigner_verifier_key(std::string_view name, const ed25519::Point& cosigner);

// Reads one such line, and checks it. Returns its time.
//   malformed          not a signature line
//   signature_invalid  of another name or key, or it does not hold for this checkpoint
[[nodiscard]] Result<std::uint64_t> open_cosignature(std::string_view line,
                                                     const Checkpoint& checkpoint,
                                                     std::string_view name,
                                                     const ed25519::Point& cosigner);

}  // namespace quorate::record
