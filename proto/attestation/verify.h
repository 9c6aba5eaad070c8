// The ten steps between an attestation and an open door (docs/protocol.md has the statement): a
// function of the envelope, the policy and what the gateway knows at this moment.
//
//   Context context;              // knows nothing: everything would be denied
//   context.now_s = …; context.audience = "gw.example"; context.resource = …
//   Decision decision = verify(envelope, policy, context);
//
//    1  size, JSON, base64, type           malformed, too_large
//    2  which roots vouch for these bytes
//    3  the rule                           rule_unmet
//    4  only now: read the statement       malformed
//       who vouches for himself no longer counts: the rule again
//    5  audience, times, bundle, list      audience, not_yet, expired, life, bundle_old,
//                                          revocation_stale
//    6  the key is held by who is here     possession
//    7  resource and action                resource
//    8  nonce, and never twice             replay
//    9  nobody on the list                 revoked; roots whose key or person is on it don't count
//   10  the decision
//
// What a Context does not say is Unknown, and whoever needs to know it is denied. To do without a
// check takes the word NotDemanded, and the decision says that it was not made.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/attestation/decision.h"
#include "proto/attestation/policy.h"
#include "proto/attestation/revocations.h"

namespace quorate::attestation {

struct Unknown {};
struct NotDemanded {};
template <typename T>
using Fact = std::variant<Unknown, NotDemanded, T>;

// A key whose holder is at the other end of this connection or request: the caller has verified the
// DPoP proof, or taken the certificate of a TLS handshake, or of the SSH session.
struct HeldKey {
  statement::AccessPayload::Confirmation kind;
  std::string thumbprint;  // in the form of `cnf`

  friend auto operator<=>(const HeldKey&, const HeldKey&) = default;
};

struct KnownBundles {
  std::uint64_t minimum = 0;                        // older ones are refused
  std::map<std::uint64_t, statement::Hash> hashes;  // SHA-256 of the payloads, by version
  std::uint64_t expires_s = 0;                      // of the newest
};

// The challenges that this gateway has given out to whoever is here, and not yet seen again.
struct Challenges {
  enum class Need { always, where_named };
  Need need = Need::always;  // where_named: a statement without a nonce will do
  std::set<std::string, std::less<>> given;
};

// Remembers statements that must not be used twice, durably.
class ReplayMemory {
 public:
  enum class Answer {
    fresh,  // never seen, and from now on remembered until then
    seen,
    forgotten,  // expired before what this memory has already forgotten: it can't tell
  };

  virtual ~ReplayMemory() = default;
  // One atomic step: of two calls with one jti just one is told `fresh`. Returns after it is
  // durable. An error denies.
  [[nodiscard]] virtual Result<Answer> remember(const std::string& jti, std::uint64_t until_s) = 0;
};

// Judges ID tokens, which takes a library for JOSE and the provider's keys.
class TokenJudge {
 public:
  struct Question {
    const TrustRoot& root;  // of type oidc: issuer, audience, jwks
    std::string_view token;
    std::string_view nonce;  // what its claim `nonce` must be
    std::uint64_t now_s;
  };

  virtual ~TokenJudge() = default;
  // Done only for a token by this issuer for this audience alone, with an algorithm and a signature
  // of its keys, not expired, of exactly this nonce.
  [[nodiscard]] virtual Status judge(const Question& question) const = 0;
};

inline constexpr std::uint64_t largest_skew_s = 300;  // a larger one is taken for this

struct Context {
  std::uint64_t now_s = 0;
  std::uint64_t skew_s = 60;
  Fact<std::string> audience;  // what this gateway is called
  Fact<std::string> resource;  // of the request in hand
  Fact<std::string> action;
  Fact<std::set<HeldKey>> held_keys;
  Fact<KnownBundles> bundles;
  Fact<const Revocations*> revocations;
  Fact<Challenges> challenges;
  Fact<ReplayMemory*> replay;          // asked only where the policy says single use
  const TokenJudge* tokens = nullptr;  // without one no provider vouches
};

// Never fails: what is not right is denied. The cost has bounds: 16 signatures, each tried with
// the root that its keyid names and then with the others, of which there are at most 64.
[[nodiscard]] Decision verify(ByteView envelope, const Policy& policy, const Context& context);

// Step 2 alone, for whoever gathers an attestation and wants to know who has vouched already.
struct Vouching {
  std::vector<RootReport> roots;
  std::set<std::string> names;  // of those that vouched
};
[[nodiscard]] Vouching who_vouches(const Envelope& envelope, const Policy& policy,
                                   const TokenJudge* tokens, std::uint64_t now_s);

// What the `nonce` claim of a token for this payload must be: base64url(hash("tbs", PAE)).
std::string token_nonce(ByteView payload);

}  // namespace quorate::attestation
