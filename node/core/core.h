// One signer node, without a socket: a decoded message, the asking client's key and the time go in,
// an answer comes out. What it needs of the world (token, database, randomness) was injected, so
// the same class runs in production, in one thread of a test, and in the simulator.
//
//   QUORATE_TRY(auto core, Core::start(parts, now, word));
//   std::vector<std::optional<Answer>> answers = core->handle(asks, now);
//   for (const oidc::Fetch& fetch : core->take_fetches()) ...      providers' keys, over the
//   network
//
// One call at a time. What is handed over together shares one sync of the disk. When handle()
// returns a partial signature, its verdict is durable, and stands in the ledger that its receipt
// shows.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/base/plant.h"
#include "crypto/ed25519/signing_key.h"
#include "node/ceremony/ceremonies.h"
#include "node/config/config.h"
#include "node/core/attempts.h"
#include "node/core/message.h"
#include "node/custody/custody.h"
#include "node/holdings/holdings.h"
#include "node/journal/journal.h"
#include "node/ledger/cosigner.h"
#include "node/ledger/ledger.h"
#include "node/oidc/providers.h"
#include "node/oidc/verifier.h"
#include "node/policy/policy.h"
#include "node/store/store.h"

namespace quorate::node {

// Readings of one moment, taken by the driver.
struct Now {
  std::uint64_t wall_ms = 0;  // unix time
  custody::Clocks clocks{};
};

// For limits: a wall clock that is set back would stop them from ever forgetting.
inline std::uint64_t ticks(const Now& now) {
  return QUORATE_PLANTED(B37) ? now.wall_ms : static_cast<std::uint64_t>(now.clocks.monotonic_ms);
}

// What lives as long as the core does, and longer.
struct Parts {
  const config::NodeConfig& config;
  const ed25519::SigningKey& identity;
  const ed25519::SigningKey& cosigner;
  store::Store& store;
  custody::Custody& custody;
  Entropy& entropy;
};

// The node's policy; its issuers, with paths that do not depend on where the process runs; and the
// texts of the key sets that they pin, by the issuers' names.
struct PolicyFiles {
  policy::Policy policy = policy::Policy::none();
  std::vector<oidc::Issuer> issuers{};
  std::map<std::string, std::string> pinned_keys{};
};

struct Asked {
  ed25519::Point client;
  Ask ask;
};

// Whether the operator vouches for a clock that is behind the last record.
enum class ClockWord { none, given };

class Core {
 public:
  static constexpr std::size_t fresh_pairs = 2;  // that come with each answer

  // Reads what the store holds, ends what expired, and records the start. Fails with `io`, with
  // `ledger_rewritten`, with `configuration` for pinned keys that are broken, and with
  // `clock_behind` unless the operator gave his word.
  [[nodiscard]] static Result<std::unique_ptr<Core>> start(const Parts& parts, PolicyFiles policy,
                                                           const Now& now, ClockWord word);

  // For the program and for tests; one call at a time, as with handle().
  ledger::Ledger& ledger() { return *ledger_; }

  // One answer for each ask, in their order. Nothing in an answer's place: a provider's keys are
  // being fetched; ask again once fetched() was told what came of it.
  std::vector<std::optional<Answer>> handle(std::span<const Asked> asks, const Now& now);

  // Which providers' keys are to be fetched, over the node's own connections; and what came of it.
  // The error says what is wrong with a provider, for the log.
  std::vector<oidc::Fetch> take_fetches() { return providers_.take_fetches(); }
  Status fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer, const Now& now);

  // All or nothing: where it fails, the policy before stays in force, and Description says why.
  // What changes is recorded.
  Status reload(Result<PolicyFiles> files, const Now& now);

  // What an operator should hear of, since the last call: lists and bundles that split, a disk that
  // failed.
  std::vector<std::string> take_alarms();

  // Records the stop. Nothing may be handled afterwards.
  [[nodiscard]] Status stop(const Now& now);

 private:
  // A root that this node is a member of, ready to sign.
  struct Root {
    ceremony::EpochRecord record;
    frost::Quorum quorum;
    frost::VerificationShares shares;
    frost::Identifier holder;
    std::optional<store::SealedShare> share;
  };
  struct Judged;  // judge.h
  struct Entry;
  struct Batch;
  using Slots = std::vector<std::optional<Answer>>;

  Core(const Parts& parts, std::unique_ptr<ledger::Ledger> ledger, holdings::Holdings holdings,
       std::uint64_t latest_ms);
  [[nodiscard]] Status load_roots();
  [[nodiscard]] Status take_policy(Result<PolicyFiles> files, const Now& now);
  [[nodiscard]] Status record_people(const std::string& before, const std::string& now_json,
                                     const Now& now);

  void expire_ceremonies(const Now& now);
  Answer answer(const ed25519::Point& client, const Describe& ask, const Now& now);
  Answer answer(const ed25519::Point& client, const Commit& ask, const Now& now);
  Answer answer(const ed25519::Point& client, const CeremonyAsk& ask, const Now& now);
  Answer answer(const ed25519::Point& client, const History& ask, const Now& now);
  Answer answer(const ed25519::Point& client, const Publish& ask, const Now& now);
  Answer answer(const ed25519::Point& client, const Cosign& ask, const Now& now);

  // The root that signs in this epoch; or why not. `state` is what may be refused before anything
  // is judged.
  [[nodiscard]] Answered<const Root*> find_root(const RootId& id, std::uint64_t epoch) const;
  [[nodiscard]] custody::ShareRef share_of(const Root& root) const;
  [[nodiscard]] std::optional<Commitments> fresh_commitments(const Root& root,
                                                             const ed25519::Point& client,
                                                             const Now& now);
  Refused refused(Refusal refusal) const { return Refused{std::move(refusal)}; }

  // sign.cpp: the order of docs/protocol.md.
  void begin_signing(Batch& batch, std::size_t place, const ed25519::Point& client,
                     const SignAsk& ask, const Now& now, Slots& slots);
  [[nodiscard]] Status check_session(const Root& root, const ed25519::Point& client,
                                     const SignAsk& ask, const Now& now);
  [[nodiscard]] Answered<Done> check_limits(const Entry& entry, const Now& now);
  void settle(Batch& batch, const Now& now, Slots& slots);
  void commit_queued();
#if QUORATE_PLANT
  void save_nonces();
  void restore_nonces();
#endif
  void abandon(Batch& batch, const Refused& answer, Slots& slots);
  Answer finish(Entry& entry, const Now& now);
  Refused refused_by(const Judged& judged) const;
  [[nodiscard]] Answered<PartialAnswer> release(const Entry& entry, const Now& now);

  // judge.cpp
  struct Time {
    std::uint64_t wall_ms;       // to judge by: never behind what was recorded
    std::uint64_t monotonic_ms;  // of the providers' keys
  };
  [[nodiscard]] Judged judge(const Root& root, const SignAsk& ask, const Time& time);
  [[nodiscard]] Status judge_into(Judged& judged, const Root& root, const SignAsk& ask,
                                  const Time& time);
  [[nodiscard]] Status judge_form(Judged& judged, const Root& root, const SignAsk& ask,
                                  std::uint64_t time_ms);
  [[nodiscard]] Status judge_requester(Judged& judged, const Root& root, const Time& time);
  [[nodiscard]] Status find_standing(Judged& judged, std::uint64_t time_ms);
  [[nodiscard]] Status judge_policy(Judged& judged, std::uint64_t time_ms);
  [[nodiscard]] Result<bool> is_revoked(const std::string& person,
                                        const std::optional<ssh::PublicKey>& key);
  [[nodiscard]] Result<Bytes> to_be_signed(const statement::Statement& asked);

  // verdict.cpp
  [[nodiscard]] Status write_verdict(Batch& batch, Entry& entry, std::uint64_t time_ms,
                                     const Now& now);
  [[nodiscard]] Status write_new_verdict(Entry& entry, store::VerdictRow row, const Now& now);
  [[nodiscard]] Status restate(store::VerdictRow before, const store::VerdictRow& now);
  [[nodiscard]] Status bind(const Entry& entry, std::uint64_t time_ms);
  [[nodiscard]] Result<std::optional<store::VerdictRow>> written_before(
      const Judged& judged, const store::VerdictRow& row);
  [[nodiscard]] bool may_record(const Judged& judged, const Now& now);
  [[nodiscard]] Status flush_refusals(const Now& now);

  Parts parts_;
  std::unique_ptr<ledger::Ledger> ledger_;
  ledger::Cosigner cosigner_;
  Journal journal_;
  Ceremonies ceremonies_;
  holdings::Holdings holdings_;
  policy::Policy policy_ = policy::Policy::none();
  std::vector<oidc::Issuer> issuers_;
  std::map<std::string, std::string> pinned_keys_;
  std::string policy_trouble_;  // why a newer policy is not in force; empty: none was brought
  oidc::Providers providers_;
  std::vector<std::string> alarms_;
  std::map<RootId, Root> roots_;
  Attempts sessions_;    // per request id and client
  Attempts commits_;     // per client
  Attempts strangers_;   // requests that showed nobody's evidence, per client
  Attempts publishes_;   // per client
  Attempts unapproved_;  // refusals and pendings, per person
  Attempts all_refusals_;
  Attempts approvals_;  // per person: what would grow the disk without end
  std::uint64_t uncounted_refusals_ =
      0;  // since `uncounted_since_ms_`, without a record of their own
  std::uint64_t ceremonies_expired_ms_ = 0;  // when that was last looked at
  std::uint64_t uncounted_since_ms_ = 0;
  // Planted B04: answered, and not yet committed.
  std::optional<store::Transaction> queued_;
};

}  // namespace quorate::node
