// Hashes that stand in the ledger for what must be erasable: a reason, a token, a person's name.
// The salt and the text stand beside the ledger; once they are gone, nobody can try candidates.

#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/bytes.h"
#include "proto/layout/labelled.h"

namespace quorate::record {

using layout::Hash;
using Salt = ByteArray<16>;

// hash("veil", salt ‖ text). Every text has a salt of its own.
Hash veil(const Salt& salt, ByteView text);

// What is longer is cut by whoever writes it: the reason of a verdict, in bytes.
inline constexpr std::size_t reason_limit = 500;

// SHA-256 of the canonical JSON of one profile with its defaults filled in: the `profile` of a
// verdict.
Hash profile_hash(ByteView canonical_json);

// hash("policies", list(str profile name ‖ raw32 profile), ascending by name). The names are
// unique, and names as layout::is_name() says.
Hash policies_hash(std::vector<std::pair<std::string, Hash>> profiles);

}  // namespace quorate::record
