// policy.toml: a policy that means the same whenever it is read, or the line that is wrong.

#include <nlohmann/json.hpp>

#include "node/policy/policy.h"
#include "node/policy/words.h"
#include "proto/statement/canonical_json.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void policy(ByteView input) {
  const auto policy = policy::Policy::load(text_of(input), "policy.toml");
  if (!policy) return refused_file(policy.error(), "policy.toml");
  const auto again = policy::Policy::load(text_of(input), "policy.toml");
  QUORATE_INVARIANT(again && again->policies() == policy->policies());
  QUORATE_INVARIANT(policy::differences(*policy, *again).empty());
  QUORATE_INVARIANT(policy::in_words(*policy) == policy::in_words(*again));
  const auto people = statement::parse_canonical(bytes_of(policy->people_json()));
  QUORATE_INVARIANT(people.has_value());
}

}  // namespace quorate::fuzz
