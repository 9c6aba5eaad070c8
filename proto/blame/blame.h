// A wrong partial signature, signed by the node that sent it, and all that anybody needs to see it:
// docs/protocol.md, "Blame".
//
//   Result<WrongPartial> evidence = decode_armour(file);      malformed, too_large, ...
//   QUORATE_TRY(Guilt guilt, prove(*evidence));               who, of which root, in which session
//
// The certificate makes it portable. Every member of the ceremony has signed the record that the
// verification shares come from, so its liar can't say that it held another share. Against a record
// whose ceremony never ended an honest node would look guilty: judge(), which takes the record as
// it stands, is for those who trust it already.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/frost/package.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/layout/labelled.h"

namespace quorate::blame {

struct WrongPartial {
  ceremony::EpochRecord record;
  Bytes to_be_signed;
  std::vector<frost::Commitment> commitments;  // of the session: exactly t, ascending
  layout::Signed partial;
  std::optional<ceremony::Certificate> certificate = {};  // of the record's ceremony

  friend bool operator==(const WrongPartial&, const WrongPartial&) = default;
};

// Who sent the wrong partial: computed from the evidence alone. Fails where it proves nothing:
// `wrong_participants` (no session of this record), `malformed`, `unknown_participant`,
// `message_differs` (a partial of another session), `signature_invalid` (not signed by that
// member), and `partial_invalid` where the partial is a right one.
[[nodiscard]] Result<frost::Identifier> judge(const WrongPartial& evidence);

struct Guilt {
  ceremony::Member liar;
  layout::Hash session;
  layout::Hash document;  // hash("tbs", to-be-signed bytes), as verdicts have it
};

// What convinces a stranger. Fails as judge() does, and with
//   evidence_missing   there is no certificate
//   message_differs    it is the certificate of another record
//   ...                whatever ceremony::verify() says of it
[[nodiscard]] Result<Guilt> prove(const WrongPartial& evidence);

inline constexpr std::size_t to_be_signed_limit = std::size_t{1024} * 1024;
inline constexpr std::size_t size_limit = std::size_t{4} * 1024 * 1024;

// The evidence keeps the limits, as whatever a coordinator or decode() made does.
Bytes encode(const WrongPartial& evidence);
// Strict, and without a judgement: `malformed`, `too_large`, and what decode_epoch_record() says.
// What it accepts, encode() writes again byte for byte.
[[nodiscard]] Result<WrongPartial> decode(ByteView bytes);

// `-----BEGIN QUORATE BLAME-----`, base64 in lines of 70.
std::string armour(const WrongPartial& evidence);
[[nodiscard]] Result<WrongPartial> decode_armour(std::string_view file);

}  // namespace quorate::blame
