#include "proto/record/veil.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::record {

Hash veil(const Salt& salt, ByteView text) { return layout::hash("veil", {salt, text}); }

Hash profile_hash(ByteView canonical_json) {
  Hash digest;
  crypto_hash_sha256(digest.data(), canonical_json.data(), canonical_json.size());
  return digest;
}

Hash policies_hash(std::vector<std::pair<std::string, Hash>> profiles) {
  std::sort(profiles.begin(), profiles.end());
  layout::Writer list;
  list.count(profiles.size());
  std::string_view before;
  for (const auto& [profile, hash] : profiles) {
    QUORATE_INVARIANT(layout::is_name(profile) && profile != before);
    list.str(profile).raw(hash);
    before = profile;
  }
  return layout::hash("policies", list.bytes());
}

}  // namespace quorate::record
