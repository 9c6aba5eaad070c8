// The lists of requesters that a node holds per root: who may ask, for which SSH principals and how
// long a validity, for which file namespaces. What no entry allows is refused.

#pragma once

#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "node/config/config.h"
#include "proto/record/veil.h"
#include "proto/statement/statement.h"

namespace quorate::policy {
inline namespace lists {  // beside policy.h, which has a Decision of its own

// The hash of the entry that a verdict was made under; zeros where none fitted.
using Profile = record::Hash;

struct Decision {
  Profile profile{};
  Status status;  // Done, or the code of the first rule that fails, with a reason for a person
};

class AllowList {
 public:
  explicit AllowList(std::vector<config::Allow> entries);

  // May this person ask this root for this? One entry must allow all of it: two entries that each
  // allow half do not add up. Codes: `requester_not_allowed`, `profile_unknown`,
  // `principal_not_allowed`, `validity_not_allowed`, `namespace_not_allowed`.
  [[nodiscard]] Decision judge(const std::string& person,
                               const statement::Statement& statement) const;

  // hash("policies", ...) over all entries.
  record::Hash policies() const;

 private:
  struct Entry {
    config::Allow allow;
    Profile profile;
  };
  std::vector<Entry> entries_;
};

}  // namespace lists
}  // namespace quorate::policy
