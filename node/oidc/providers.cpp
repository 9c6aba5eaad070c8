#include "node/oidc/providers.h"

#include <algorithm>
#include <limits>

#include "crypto/base/invariant.h"

namespace quorate::oidc {
namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

Result<KeySet> pinned_keys(const std::string& name,
                           const std::map<std::string, std::string>& pinned) {
  const auto text = pinned.find(name);
  if (text == pinned.end()) {
    return fail(Code::configuration, "the keys_file of issuer " + name + " was not read");
  }
  Result<KeySet> keys = KeySet::parse(text->second);
  if (!keys) {
    return fail(Code::configuration,
                "the keys_file of issuer " + name + ": " + keys.error().message);
  }
  return keys;
}

}  // namespace

Status Providers::configure(std::vector<Issuer> issuers,
                            const std::map<std::string, std::string>& pinned) {
  std::vector<Provider> next;
  for (Issuer& issuer : issuers) {
    Provider provider{std::move(issuer)};
    if (provider.issuer.is_pinned()) {
      QUORATE_TRY(provider.keys, pinned_keys(provider.issuer.name, pinned));
      provider.expires_ms = never;
    } else if (const Provider* old = same_place(provider.issuer)) {
      Provider kept = *old;
      kept.issuer = std::move(provider.issuer);
      provider = std::move(kept);
    }
    next.push_back(std::move(provider));
  }
  providers_ = std::move(next);
  return Done{};
}

const Issuer* Providers::issuer_of(const std::string& identifier) const {
  const auto found = std::find_if(
      providers_.begin(), providers_.end(),
      [&](const Provider& provider) { return provider.issuer.identifier == identifier; });
  return found == providers_.end() ? nullptr : &found->issuer;
}

const PublicKey* Providers::find(const Issuer& issuer, const std::optional<std::string>& key_id,
                                 Algorithm algorithm, std::uint64_t now_ms) const {
  const Provider& provider = providers_[place_of(issuer)];
  const bool is_believed = provider.keys && (provider.expires_ms == never ||
                                             now_ms < provider.expires_ms + limits_.grace_ms);
  return is_believed ? provider.keys->find(key_id, algorithm) : nullptr;
}

Standing Providers::want(const Issuer& issuer, const std::optional<std::string>& key_id,
                         Algorithm algorithm, std::uint64_t now_ms) {
  Provider& provider = providers_[place_of(issuer)];
  const bool is_known = find(issuer, key_id, algorithm, now_ms) != nullptr;
  if (provider.issuer.is_pinned()) return is_known ? Standing::known : Standing::unknown;

  const bool is_fresh = provider.keys && now_ms < provider.expires_ms;
  if (is_fresh && is_known) return Standing::known;
  if (is_under_way(provider, now_ms)) return is_known ? Standing::known : Standing::pending;
  if (now_ms < provider.paused_until_ms) {
    return is_known ? Standing::known : Standing::unavailable;
  }
  // Fresh keys without the one that is asked for: the provider has a new one since, or somebody
  // makes up names.
  if (is_fresh) {
    if (now_ms < provider.next_unknown_ms) return Standing::unknown;
    provider.next_unknown_ms = now_ms + limits_.between_unknown_ms;
  }
  start_fetch(provider, now_ms);
  return is_known ? Standing::known : Standing::pending;
}

Status Providers::fetched(std::uint64_t ticket, const Result<Documents>& answer,
                          std::uint64_t now_ms) {
  const auto found =
      std::find_if(providers_.begin(), providers_.end(),
                   [&](const Provider& provider) { return provider.ticket == ticket; });
  if (found == providers_.end()) return Done{};
  Provider& provider = *found;
  provider.ticket.reset();

  Result<KeySet> keys = answer ? KeySet::parse(answer->keys) : tl::unexpected(answer.error());
  if (!keys) {
    const std::uint64_t doublings = std::min<std::uint64_t>(provider.failures++, 16);
    provider.paused_until_ms =
        now_ms + std::min(limits_.first_pause_ms << doublings, limits_.longest_pause_ms);
    return fail(Code::provider_unavailable,
                "issuer " + provider.issuer.name + ": " + keys.error().message);
  }
  const std::uint64_t life_ms =
      answer->max_age_s
          ? std::clamp(std::min(*answer->max_age_s, limits_.most_life_ms / 1000) * 1000,
                       limits_.least_life_ms, limits_.most_life_ms)
          : limits_.default_life_ms;
  provider.keys = *std::move(keys);
  provider.expires_ms = now_ms + life_ms;
  provider.failures = 0;
  provider.paused_until_ms = 0;
  return Done{};
}

// The same page over the same authorities: what was learnt there holds.
const Providers::Provider* Providers::same_place(const Issuer& issuer) const {
  const auto found =
      std::find_if(providers_.begin(), providers_.end(), [&](const Provider& provider) {
        return !provider.issuer.is_pinned() && provider.issuer.identifier == issuer.identifier &&
               provider.issuer.ca_file == issuer.ca_file;
      });
  return found == providers_.end() ? nullptr : &*found;
}

std::size_t Providers::place_of(const Issuer& issuer) const {
  const auto found =
      std::find_if(providers_.begin(), providers_.end(),
                   [&](const Provider& provider) { return provider.issuer.name == issuer.name; });
  QUORATE_INVARIANT(found != providers_.end());  // issuer_of() gave it
  return static_cast<std::size_t>(found - providers_.begin());
}

bool Providers::is_under_way(const Provider& provider, std::uint64_t now_ms) const {
  return provider.ticket && now_ms < provider.asked_ms + limits_.lost_ms;
}

void Providers::start_fetch(Provider& provider, std::uint64_t now_ms) {
  provider.ticket = ++last_ticket_;
  provider.asked_ms = now_ms;
  fetches_.push_back({*provider.ticket, provider.issuer.name, provider.issuer.identifier,
                      provider.issuer.ca_file});
}

}  // namespace quorate::oidc
