// SSH public keys, as blobs and as lines: one form each, and what is accepted is a usable key.

#include <string>

#include "proto/document/ssh_key.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

void look_at(const ssh::PublicKey& key) {
  QUORATE_INVARIANT(key.blob().size() <= ssh::public_blob_limit);
  QUORATE_INVARIANT(key.fingerprint().size() == 50);
  printable(key.application());
  const auto again = ssh::PublicKey::parse_line(key.line("somebody's key"));
  QUORATE_INVARIANT(again && *again == key);
}

}  // namespace

void ssh_key(ByteView input) {
  const auto promised = {Code::malformed, Code::too_large, Code::key_not_allowed};
  if (const auto key = ssh::PublicKey::parse(input)) {
    same(key->blob(), input);
    look_at(*key);
  } else {
    refused(key.error(), promised);
  }
  if (const auto key = ssh::PublicKey::parse_line(text_of(input))) {
    QUORATE_INVARIANT(text_of(input).starts_with(key->line("")));
    look_at(*key);
  } else {
    refused(key.error(), promised);
  }
}

}  // namespace quorate::fuzz
