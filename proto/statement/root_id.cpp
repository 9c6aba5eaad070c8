#include "proto/statement/root_id.h"

#include "crypto/ed25519/point.h"
#include "proto/layout/writer.h"

namespace quorate::statement {
namespace {

ByteView without_leading_zeros(ByteView number) {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  return number;
}

}  // namespace

RootId rsa_root_id(ByteView e, ByteView n) {
  layout::Writer key;
  key.blob(without_leading_zeros(e)).blob(without_leading_zeros(n));
  return layout::hash("rsa-root", key.bytes());
}

Result<ssh::PublicKey> ed25519_root(const RootId& root_id) {
  const Result<ed25519::Point> point = ed25519::Point::parse(root_id);
  if (!point) return fail(Code::unknown_root, "the root id is no Ed25519 key");
  return ssh::PublicKey::of(*point);
}

}  // namespace quorate::statement
