// What a person asks a root to sign, as structure and never as a digest: docs/protocol.md,
// "Statement".
//
//   statement  u8 version=1 ‖ u8 kind ‖ raw32 root id ‖ str root name ‖ str profile ‖ raw16 nonce
//              ‖ u64 not_before ‖ u64 not_after ‖ body
//   request id = hash("request", statement)
//
// A node takes a statement in this order, and answers with the first code that fits:
//
//   parse()          100 to 102   the whole layout, then the form of every field
//                    103          is it a root of ours, under this name: the node's own question
//   check_time()     104, 105
//   check_life()     106
//                    2xx          the evidence: proto/request
//   check_fields()   230, 3xx     what no policy could allow; the node's policy comes after it
//
// Everybody else calls decode(): parse(), check_life() and check_fields() in one.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_certificate.h"
#include "proto/layout/labelled.h"

namespace quorate::statement {

using layout::Hash;
using RequestId = Hash;
using RootId = ByteArray<32>;  // root_id.h

enum class Kind : std::uint8_t {
  ssh_user = 1,
  ssh_host = 2,
  file = 3,
  access = 4,
  bundle = 5,
  revocation = 6,
  krl = 7,
};

// Kinds 1 and 2, whose `type` says the same as the kind. Nonce and serial of the certificate are
// derived; nobody chooses them.
using SshCertificate = ssh::CertificateFields;

struct File {
  std::string name_space;  // of the SSHSIG: `file`, `git`
  ByteArray<64> sha512;
  std::uint64_t size;
  std::string label;  // what the requester calls the file: a claim, part of no artifact

  friend bool operator==(const File&, const File&) = default;
};

// The payloads are canonical JSON; access_payload.h and revocation_list.h read the first and last.
struct Access {
  Bytes payload;  // without `req`, which to_be_signed() puts in

  friend bool operator==(const Access&, const Access&) = default;
};

struct Bundle {
  Bytes payload;

  friend bool operator==(const Bundle&, const Bundle&) = default;
};

struct RevocationList {
  Bytes payload;

  friend bool operator==(const RevocationList&, const RevocationList&) = default;
};

struct Krl {
  std::uint64_t number;  // of the revocation list that it is built from
  Hash list_document;    // the document of that list

  friend bool operator==(const Krl&, const Krl&) = default;
};

using Body = std::variant<SshCertificate, File, Access, Bundle, RevocationList, Krl>;

// The kind goes with the body.
struct Statement {
  Kind kind;
  RootId root_id;
  std::string root;     // the root's name
  std::string profile;  // may be empty
  ByteArray<16> nonce;  // random: two requests for one thing are two requests
  std::uint64_t not_before;
  std::uint64_t not_after;
  Body body;

  friend bool operator==(const Statement&, const Statement&) = default;
};

inline constexpr std::size_t payload_limit =
    std::size_t{16} * 1024;  // of kind 4; the others fill the statement
inline constexpr std::size_t largest_statement = std::size_t{768} * 1024;
// 64 KiB, or 768 KiB for kinds 5 to 7. `kind` as it stands in the bytes, known or not.
std::size_t size_limit(std::uint8_t kind);

inline constexpr std::uint64_t last_second = 253'402'300'799;  // of the year 9999
inline constexpr std::uint64_t longest_life_s =
    std::uint64_t{7} * 24 * 60 * 60;  // not_after - not_before
inline constexpr std::uint64_t clock_skew_s = 120;

// `malformed`, `too_large`, `unknown_kind`: first the whole layout, then the form of the fields.
[[nodiscard]] Result<Statement> parse(ByteView statement);

// `not_yet` or `expired`, unless not_before - 120 <= now < not_after.
[[nodiscard]] Status check_time(const Statement& statement, std::uint64_t now_s);

// `life`, when not_after - not_before is above seven days.
[[nodiscard]] Status check_life(const Statement& statement);

// What may be signed for nobody, in the order of the codes: `subject_is_ca_key`,
// `validity_not_allowed`, `key_not_allowed`, `option_not_allowed`, `namespace_not_allowed`,
// `field_not_allowed`. For statements that parse() made; `root` is the key that the root id names.
[[nodiscard]] Status check_fields(const Statement& statement, const ssh::PublicKey& root);

// parse(), check_life(), check_fields() with the Ed25519 key that the root id is; `unknown_root`
// where it is none.
[[nodiscard]] Result<Statement> decode(ByteView statement);

// For statements that parse() or compose() accepted, or that obey the same rules: a text that is
// too long or not printable is our own mistake here. encode(parse(x)) = x.
Bytes encode(const Statement& statement);

// As encode(), for what a person filled in: fails where decode() of the result would.
[[nodiscard]] Result<Bytes> compose(const Statement& statement);

RequestId request_id(ByteView statement);

// The purpose that a root must have to sign this kind: `ssh-user-ca`, `ssh-host-ca`, `file`,
// `access`, `bundle`, `revocation`.
std::string_view purpose(Kind kind);

// `SSH user certificate`, `file signature`, ...
std::string_view title(Kind kind);

}  // namespace quorate::statement
