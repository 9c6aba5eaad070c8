// Revocation lists: canonical, in order, and every value readable by whoever looks something up.

#include <tuple>

#include <nlohmann/json.hpp>

#include "proto/statement/canonical_json.h"
#include "proto/statement/revocation_list.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

using statement::RevocationEntry;
using statement::RevocationType;

void look_at(const RevocationEntry& entry) {
  printable(entry.value);
  switch (entry.type) {
    case RevocationType::key:
      QUORATE_INVARIANT(statement::parse_fingerprint(entry.value).has_value());
      break;
    case RevocationType::serial: {
      const auto revoked = statement::parse_serial(entry.value);
      QUORATE_INVARIANT(revoked && revoked->serial != 0);
      break;
    }
    case RevocationType::request: QUORATE_INVARIANT(entry.value.size() == 64); break;
    case RevocationType::person: QUORATE_INVARIANT(!entry.value.empty()); break;
  }
}

}  // namespace

void revocation(ByteView input) {
  if (const auto serial = statement::parse_serial(text_of(input)); !serial) {
    refused(serial.error(), {Code::malformed});
  }
  if (const auto hash = statement::parse_fingerprint(text_of(input)); !hash) {
    refused(hash.error(), {Code::malformed});
  }
  const auto list = statement::parse_revocation(input);
  if (!list) return refused(list.error(), {Code::malformed, Code::too_large});
  QUORATE_INVARIANT(statement::parse_canonical(input).has_value());
  QUORATE_INVARIANT(list->number > 0);
  const RevocationEntry* before = nullptr;
  for (const RevocationEntry& entry : list->entries) {
    look_at(entry);
    if (before != nullptr) {
      QUORATE_INVARIANT(std::tie(before->type, before->value) < std::tie(entry.type, entry.value));
    }
    before = &entry;
  }
}

}  // namespace quorate::fuzz
