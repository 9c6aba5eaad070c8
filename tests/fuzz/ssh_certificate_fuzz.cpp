// SSH certificates: what is accepted is what building from its fields gives.

#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

void look_at(const Result<ssh::ParsedCertificate>& parsed, ByteView blob) {
  if (!parsed) {
    return refused(parsed.error(), {Code::malformed, Code::too_large, Code::signature_invalid,
                                    Code::subject_is_ca_key, Code::validity_not_allowed,
                                    Code::key_not_allowed, Code::option_not_allowed});
  }
  const auto signed_part =
      ssh::to_be_signed(parsed->fields, parsed->ca, parsed->nonce, parsed->serial);
  QUORATE_INVARIANT(signed_part.has_value());
  same(ssh::certificate(*signed_part, parsed->signature), blob);
}

}  // namespace

void ssh_certificate(ByteView input) {
  look_at(ssh::ParsedCertificate::parse(input), input);
  const auto line = ssh::from_line(text_of(input), ssh::certificate_limit);
  look_at(ssh::ParsedCertificate::parse_line(text_of(input)), line ? line->blob : Bytes());
}

}  // namespace quorate::fuzz
