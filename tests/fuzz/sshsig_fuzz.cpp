// SSHSIG, as blobs and armoured: one form each, and judging what was accepted ends in a word about
// evidence.

#include "proto/document/sshsig.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void sshsig(ByteView input) {
  if (const auto armoured = ssh::Sshsig::parse_armour(text_of(input))) {
    same(armoured->armour(), input);
  } else {
    refused(armoured.error(), {Code::evidence_malformed});
  }
  const auto sshsig = ssh::Sshsig::parse_blob(input);
  if (!sshsig) return refused(sshsig.error(), {Code::evidence_malformed});
  same(sshsig->blob(), input);
  printable(sshsig->name_space);
  const auto again = ssh::Sshsig::parse_armour(sshsig->armour());
  QUORATE_INVARIANT(again && *again == *sshsig);

  const auto verified = ssh::verify(*sshsig, "file", bytes_of("hello file\n"));
  if (verified) return;
  refused(verified.error(), {Code::evidence_malformed, Code::signature_invalid,
                             Code::namespace_wrong, Code::touch_required});
}

}  // namespace quorate::fuzz
