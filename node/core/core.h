// One signer node, without a socket: a decoded message, the asking client's key and the time go in,
// an answer comes out. What it needs of the world (token, database, randomness) was injected, so
// the same class runs in production, in one thread of a test, and in the simulator.
//
//   Core core(config, identity, store, custody, ...);
//   Answer answer = core.handle(client, ask, now);
//
// One call at a time. When handle() returns a partial signature, its verdict is durable.

#pragma once

#include <map>
#include <memory>
#include <optional>

#include "crypto/base/entropy.h"
#include "crypto/ed25519/signing_key.h"
#include "node/ceremony/ceremonies.h"
#include "node/config/config.h"
#include "node/core/attempts.h"
#include "node/core/message.h"
#include "node/custody/custody.h"
#include "node/journal/journal.h"
#include "node/ledger/cosigner.h"
#include "node/ledger/ledger.h"
#include "node/policy/allow_list.h"
#include "node/store/store.h"

namespace quorate::node {

// Readings of one moment, taken by the driver.
struct Now {
  std::uint64_t wall_ms = 0;  // unix time
  custody::Clocks clocks{};
};

// For limits: a wall clock that is set back would stop them from ever forgetting.
inline std::uint64_t ticks(const Now& now) {
  return static_cast<std::uint64_t>(now.clocks.monotonic_ms);
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

// Whether the operator vouches for a clock that is behind the last record.
enum class ClockWord { none, given };

class Core {
 public:
  static constexpr std::size_t fresh_pairs = 2;  // that come with each answer

  // Reads what the store holds, ends what expired, and records the start. Fails with `io`, with
  // `ledger_rewritten`, and with `clock_behind` unless the operator gave his word.
  [[nodiscard]] static Result<std::unique_ptr<Core>> start(const Parts& parts, const Now& now,
                                                           ClockWord word);

  // For the program and for tests; one call at a time, as with handle().
  ledger::Ledger& ledger() { return *ledger_; }

  Answer handle(const ed25519::Point& client, const Ask& ask, const Now& now);

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

  Core(const Parts& parts, std::unique_ptr<ledger::Ledger> ledger, std::uint64_t latest_ms);
  [[nodiscard]] Status load_roots();

  Answer on(const ed25519::Point& client, const Describe& ask, const Now& now);
  Answer on(const ed25519::Point& client, const Commit& ask, const Now& now);
  Answer on(const ed25519::Point& client, const SignAsk& ask, const Now& now);
  Answer on(const ed25519::Point& client, const CeremonyAsk& ask, const Now& now);
  Answer on(const ed25519::Point& client, const History& ask, const Now& now);
  Answer on(const ed25519::Point& client, const Publish& ask, const Now& now);
  Answer on(const ed25519::Point& client, const Cosign& ask, const Now& now);

  // The root that signs in this epoch; or why not. `state` is what may be refused before anything
  // is judged.
  [[nodiscard]] Answered<const Root*> find_root(const RootId& id, std::uint64_t epoch) const;
  [[nodiscard]] custody::ShareRef share_of(const Root& root) const;
  [[nodiscard]] std::optional<Commitments> fresh_commitments(const Root& root,
                                                             const ed25519::Point& client,
                                                             const Now& now);
  Refused refused(Refusal refusal) const { return Refused{std::move(refusal)}; }

  // sign.cpp: the order of docs/protocol.md.
  [[nodiscard]] Status check_session(const Root& root, const ed25519::Point& client,
                                     const SignAsk& ask, const Now& now);
  [[nodiscard]] Answered<PartialAnswer> release(const Root& root, const ed25519::Point& client,
                                                const SignAsk& ask, Judged& judged, const Now& now);
  // judge.cpp
  [[nodiscard]] Judged judge(const Root& root, const SignAsk& ask, std::uint64_t time_ms);
  [[nodiscard]] Status judge_into(Judged& judged, const Root& root, const SignAsk& ask,
                                  std::uint64_t time_ms);
  [[nodiscard]] Status judge_form(Judged& judged, const Root& root, const SignAsk& ask,
                                  std::uint64_t time_ms);
  [[nodiscard]] Status write_verdict(Judged& judged, const Root& root,
                                     const frost::Commitment* spent, const Now& now);
  [[nodiscard]] bool may_record_refusal(const Judged& judged, const Now& now);
  [[nodiscard]] Status flush_refusals(const Now& now);

  Parts parts_;
  std::unique_ptr<ledger::Ledger> ledger_;
  ledger::Cosigner cosigner_;
  Journal journal_;
  Ceremonies ceremonies_;
  policy::AllowList policy_;
  std::map<RootId, Root> roots_;
  Attempts sessions_;            // per request id and client
  Attempts commits_;             // per client
  Attempts requester_refusals_;  // per person
  Attempts all_refusals_;
  Attempts approvals_;  // per person: what would grow the disk without end
  std::uint64_t uncounted_refusals_ =
      0;  // since `uncounted_since_ms_`, without a record of their own
  std::uint64_t uncounted_since_ms_ = 0;
};

}  // namespace quorate::node
