// The keys of all providers that a policy names: which are at hand, how long they are believed,
// and when to ask a provider again. A state machine without a socket: it says what should be
// fetched, and is told what came of it.
//
//   Providers providers(limits);
//   providers.configure(issuers, pinned)         at the start, and when the policy is reloaded
//   …  a Verifier (verifier.h) asks for keys; then, after each batch of asks:
//   for (const Fetch& fetch : providers.take_fetches()) fetcher.start(fetch);
//   …  and when the fetcher (fetch/fetcher.h) calls back, on the thread of the core:
//   providers.fetched(ticket, documents, now_ms);      // then judge again what was parked
//
// Whoever may ask can make a node turn to a provider, so what he causes is bounded: one fetch of an
// issuer is under way at a time, however many wait for it; an unknown key leads to one in 30
// seconds; after a failure none is made for 2 seconds, then 4, up to 64.
//
// All times are milliseconds of a clock that never jumps.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "node/oidc/issuer.h"
#include "node/oidc/key_set.h"

namespace quorate::oidc {

// What to fetch, over the node's own connection.
struct Fetch {
  std::uint64_t ticket;    // comes back with the answer
  std::string name;        // of the issuer, for the log
  std::string identifier;  // its URL
  std::string ca_file;     // empty: those of the system
};

// What a provider answered.
struct Documents {
  std::string keys;                        // its JWK set, unread
  std::optional<std::uint64_t> max_age_s;  // of Cache-Control, if it said so
};

enum class Standing {
  known,        // find() gives the key
  pending,      // being fetched: judge again after the next fetched()
  unknown,      // the provider has no such key
  unavailable,  // the provider can't be asked: it is down, slow, or answers nonsense
};

struct ProviderLimits {
  std::uint64_t default_life_ms = 3'600'000;  // of keys whose provider says nothing
  std::uint64_t least_life_ms = 300'000;
  std::uint64_t most_life_ms = 86'400'000;
  // Past their life keys still serve while they are fetched anew, or can't be, for so long.
  std::uint64_t grace_ms = 3'600'000;
  std::uint64_t between_unknown_ms = 30'000;
  std::uint64_t first_pause_ms = 2'000;
  std::uint64_t longest_pause_ms = 64'000;
  std::uint64_t lost_ms = 60'000;  // after which a fetch that never answered is made again
};

class Providers {
 public:
  explicit Providers(ProviderLimits limits = {}) : limits_(limits) {}

  // `pinned` has the text of each `keys_file`, by the issuer's name; `configuration` if one is
  // missing or broken, and then nothing has changed. Keys of issuers that stay the same are kept;
  // answers that were asked for others are not.
  [[nodiscard]] Status configure(std::vector<Issuer> issuers,
                                 const std::map<std::string, std::string>& pinned);

  // The issuer whose tokens say so in `iss`.
  const Issuer* issuer_of(const std::string& identifier) const;

  // The key, if it is at hand. Valid until the next call that is not const.
  const PublicKey* find(const Issuer& issuer, const std::optional<std::string>& key_id,
                        Algorithm algorithm, std::uint64_t now_ms) const;

  // What to make of find()'s answer; asks for a fetch where one is due.
  Standing want(const Issuer& issuer, const std::optional<std::string>& key_id, Algorithm algorithm,
                std::uint64_t now_ms);

  // What was asked for since the last call.
  std::vector<Fetch> take_fetches() { return std::exchange(fetches_, {}); }

  // The error's message, or what is wrong with the keys, is for the log. Tickets that nobody waits
  // for are passed over.
  Status fetched(std::uint64_t ticket, const Result<Documents>& answer, std::uint64_t now_ms);

 private:
  struct Provider {
    Issuer issuer;
    std::optional<KeySet> keys{};
    std::uint64_t expires_ms = 0;  // never, where they are pinned
    std::optional<std::uint64_t> ticket{};
    std::uint64_t asked_ms = 0;  // when the last fetch began
    std::uint64_t failures = 0;  // since the last success
    std::uint64_t paused_until_ms = 0;
    std::uint64_t next_unknown_ms = 0;  // when an unknown key may lead to a fetch again
  };

  const Provider* same_place(const Issuer& issuer) const;
  std::size_t place_of(const Issuer& issuer) const;
  bool is_under_way(const Provider& provider, std::uint64_t now_ms) const;
  void start_fetch(Provider& provider, std::uint64_t now_ms);

  ProviderLimits limits_;
  std::vector<Provider> providers_;
  std::vector<Fetch> fetches_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace quorate::oidc
