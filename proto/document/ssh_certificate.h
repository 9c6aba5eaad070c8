// OpenSSH certificates. formats.md section 2; OpenSSH's PROTOCOL.certkeys.
//
//   every node   check(fields, root), policy, then
//                to_be_signed(fields, root, derived_nonce(…), derived_serial(…))  is what the root
//                signs
//   the client   certificate(tbs, ed25519_signature_blob(signature)), then to_line()
//   a reader     ParsedCertificate::parse(blob)
//
// The fields determine every byte, so all nodes build the same, and nobody may choose any.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {

constexpr std::size_t key_id_limit = 256;
constexpr std::size_t principals_limit = 64;
constexpr std::size_t principal_limit = 255;
constexpr std::size_t options_limit = 16;  // in each list
constexpr std::size_t option_name_limit = 64;
constexpr std::size_t option_value_limit = 1024;
constexpr std::size_t certificate_limit = 65536;

enum class CertificateType : std::uint32_t { user = 1, host = 2 };

struct Option {
  std::string name;
  std::string value;  // empty for a flag

  friend bool operator==(const Option&, const Option&) = default;
};

// What a requester asks for. Not checked: that is check()'s work. The subject is therefore still a
// blob; a PublicKey would already have failed where the order of codes wants other errors first.
struct CertificateFields {
  CertificateType type;
  Bytes subject;  // public blob
  std::string key_id;
  std::vector<std::string> principals;  // in the requester's order
  std::uint64_t valid_after;            // seconds; valid_after <= now < valid_before
  std::uint64_t valid_before;
  std::vector<Option> critical;         // ascending by name
  std::vector<std::string> extensions;  // ascending

  friend bool operator==(const CertificateFields&, const CertificateFields&) = default;
};

// The rules of requests.md section 2 and formats.md section 2, in the order of the codes. Two
// parts, because a request's own time (1xx) is judged in between.
//
// check_form():   malformed, too_large: limits, characters, order, each once, flags without and
//                 others with a value, source-address a list of CIDR with host bits zero, no
//                 options for hosts, the layout of the subject's blob.
// check_rules():  subject_is_ca_key; validity_not_allowed (valid_after not before valid_before);
//                 key_not_allowed (as PublicKey::parse); option_not_allowed (an unknown name, and
//                 no-touch-required). Call it after check_form().
[[nodiscard]] Status check_form(const CertificateFields& fields);
[[nodiscard]] Status check_rules(const CertificateFields& fields, const PublicKey& ca);
[[nodiscard]] Status check(const CertificateFields& fields, const PublicKey& ca);

// "Values no one may choose", formats.md: hashes of root and request, so that one request is one
// document for ever. Root id: for Ed25519 the public key. The serial is never 0.
ByteArray<32> derived_nonce(const ByteArray<32>& root_id, const ByteArray<32>& request_id);
std::uint64_t derived_serial(const ByteArray<32>& root_id, const ByteArray<32>& request_id);

// The bytes that the CA signs. Checks first and fails as check() does, so that no bytes exist for
// a certificate that must not; and with `malformed` for serial 0, which no KRL can name.
[[nodiscard]] Result<Bytes> to_be_signed(const CertificateFields& fields, const PublicKey& ca,
                                         const ByteArray<32>& nonce, std::uint64_t serial);

// The finished blob; to_line() of armour.h makes the text of it.
Bytes certificate(ByteView to_be_signed, ByteView signature_blob);

struct ParsedCertificate {
  CertificateFields fields;
  ByteArray<32> nonce;
  std::uint64_t serial;
  PublicKey ca;
  Bytes signature;       // blob
  bool signature_valid;  // by `ca`, which says nothing about who that is

  // Accepts what we build, and what others build by our rules: fails as check() does, and with
  //   malformed          broken layout, trailing bytes, anything that building from the parsed
  //                      fields would not give back
  //   too_large          a field over its limit
  //   key_not_allowed    also: a CA key of a FIDO kind, or a certificate as CA
  //   signature_invalid  a signature named ssh-rsa (SHA-1), which ssh-keygen -L shows as if all
  //                      were well; any other bad signature is signature_valid = false
  [[nodiscard]] static Result<ParsedCertificate> parse(ByteView blob);
  // From "TYPE base64 comment", one line feed at the end at most.
  [[nodiscard]] static Result<ParsedCertificate> parse_line(std::string_view line);
};

}  // namespace quorate::ssh
