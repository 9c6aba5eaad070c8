// DSSE v1 envelopes: a payload, its type, and signatures over both. Step 1 of a verification.
//
//   {"payload": base64, "payloadType": "…", "signatures": [{"keyid": "…", "sig": base64} …]}
//
// The form is DSSE's, and so others' tools write it: blanks are free, members that we do not know
// are passed over, base64 is the standard alphabet or the one for URLs, each with padding. But
// there is one way to read it: no member twice, UTF-8 only, no stray bits. Nothing in here has been
// verified, and `keyid` never decides anything.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/statement/dsse.h"
#include "proto/statement/statement.h"

namespace quorate::attestation {

inline constexpr std::size_t signature_count_limit = 16;
// Of one signature, in bytes: a node's verdict with its receipt is the longest that there is.
inline constexpr std::size_t signature_limit = std::size_t{24} * 1024;
inline constexpr std::size_t keyid_limit = 256;
inline constexpr std::size_t envelope_depth_limit = 16;  // objects and arrays within each other

struct EnvelopeSignature {
  std::string keyid;  // a hint, may be empty
  Bytes sig;

  friend bool operator==(const EnvelopeSignature&, const EnvelopeSignature&) = default;
};

struct Envelope {
  std::string payload_type;
  Bytes payload;
  std::vector<EnvelopeSignature> signatures;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

// What kind of envelope somebody expects: exactly this type, and a payload of at most so many
// bytes.
struct EnvelopeForm {
  std::string_view type;
  std::size_t payload_limit;

  // Of the whole text; longer ones are refused before they are looked at.
  std::size_t size_limit() const;
};

// `req` makes the payload that a root signs longer than the one that was asked for.
inline constexpr std::size_t req_size = 73;  // "req":"…64 digits…",
inline constexpr EnvelopeForm access_form{statement::access_type,
                                          statement::payload_limit + req_size};
inline constexpr EnvelopeForm bundle_form{statement::bundle_type, statement::largest_statement};
inline constexpr EnvelopeForm revocation_form{statement::revocation_type,
                                              statement::largest_statement};

// `malformed`, `too_large`. Reads no more than it must: the seventeenth signature ends it.
[[nodiscard]] Result<Envelope> parse_envelope(ByteView text, const EnvelopeForm& form);

// Without blanks, members ascending, standard base64: what parse_envelope() reads again. The
// payload type and keyids are UTF-8.
std::string write(const Envelope& envelope);

}  // namespace quorate::attestation
