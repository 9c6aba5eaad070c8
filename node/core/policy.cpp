// The policy in force, and how another takes its place.

#include "node/core/core.h"
#include "node/core/veiler.h"

namespace quorate::node {

Status Core::record_people(const std::string& before, const std::string& now_json, const Now& now) {
  Veiler veiler(parts_.entropy);
  const record::Hash veiled_before = veiler.veil(bytes_of(before));
  const record::Hash veiled_now = veiler.veil(bytes_of(now_json));
  QUORATE_CHECK(journal_.people({veiled_before, veiled_now}, now.wall_ms));
  return parts_.store.verdicts().keep_texts(veiler.texts());
}

Status Core::reload(Result<PolicyFiles> files, const Now& now) {
  commit_queued();
  const Status taken = take_policy(std::move(files), now);
  policy_trouble_ = taken ? std::string() : taken.error().message;
  return taken;
}

Status Core::take_policy(Result<PolicyFiles> files, const Now& now) {
  if (!files) return tl::unexpected(files.error());
  policy::Policy& next = files->policy;
  QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
  if (next.policies() != policy_.policies()) {
    QUORATE_CHECK(journal_.policy_change({policy_.policies(), next.policies()}, now.wall_ms));
  }
  if (next.people_json() != policy_.people_json()) {
    QUORATE_CHECK(record_people(policy_.people_json(), next.people_json(), now));
  }
  QUORATE_CHECK(journal_.seal());
  // Keys that are pinned and broken refuse the whole policy, before anything of it is written.
  QUORATE_CHECK(providers_.configure(files->issuers, files->pinned_keys));
  if (const Status durable = transaction.commit(); !durable) {
    QUORATE_CHECK(providers_.configure(issuers_, pinned_keys_));
    return durable;
  }
  policy_ = std::move(next);
  issuers_ = std::move(files->issuers);
  pinned_keys_ = std::move(files->pinned_keys);
  return Done{};
}

Status Core::fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer, const Now& now) {
  return providers_.fetched(ticket, answer, ticks(now));
}

}  // namespace quorate::node
