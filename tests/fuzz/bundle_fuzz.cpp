// Trust bundles: canonical, consistent in themselves, and judged by without a stumble.

#include <span>

#include <nlohmann/json.hpp>

#include "proto/statement/bundle.h"
#include "proto/statement/canonical_json.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void bundle(ByteView input) {
  const auto bundle = statement::parse_bundle(input);
  if (!bundle) return refused(bundle.error(), {Code::malformed, Code::too_large});
  QUORATE_INVARIANT(statement::parse_canonical(input).has_value());
  QUORATE_INVARIANT(bundle->version > 0);
  const statement::TrustRoot* before = nullptr;
  for (const statement::TrustRoot& root : bundle->roots) {
    QUORATE_INVARIANT(bundle->find(root.name) == &root);
    QUORATE_INVARIANT(before == nullptr || before->name < root.name);
    QUORATE_INVARIANT(root.threshold <= root.members.size());
    before = &root;
  }
  for (const std::string& name : bundle->update.names()) {
    QUORATE_INVARIANT(bundle->find(name) != nullptr);
  }
  const auto* revoker = bundle->find(bundle->revocation_root);
  QUORATE_INVARIANT(revoker != nullptr && revoker->root_id());

  // It does not follow itself, and nobody signed it.
  const Status follows = statement::check_follows(*bundle, *bundle, input);
  QUORATE_INVARIANT(!follows);
  refused(follows.error(), {Code::field_not_allowed});
  const Bytes signature(input.begin(), input.end());
  const Status updated = statement::check_update(*bundle, input, std::span(&signature, 1));
  QUORATE_INVARIANT(!updated);
  refused(updated.error(), {Code::signature_invalid});
}

}  // namespace quorate::fuzz
