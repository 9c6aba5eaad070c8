// Writes records into the ledger, and keeps the node's idea of time: what the clock says goes into
// records, even when it goes back; but a clock set back would bring expired approvals to life, so
// the node judges by the later of its clock and the latest time it recorded.
//
//   QUORATE_TRY(store::Transaction transaction, store.begin());
//   QUORATE_TRY(const Journal::Written written, journal.verdict(verdict, now));   // n times
//   QUORATE_CHECK(journal.seal());                                                 // once
//   QUORATE_CHECK(transaction.commit());
//   QUORATE_TRY(signed_verdict.receipt, journal.receipt(written.leaf));            // n times

#pragma once

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "node/ledger/ledger.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"

namespace quorate::node {

class Journal {
 public:
  // How far the clock may lag behind the latest record before the node refuses to judge.
  static constexpr std::uint64_t largest_lag_ms = 120'000;

  // All three outlive the journal. `latest_ms` is the ledger's last_record_ms(), or 0 where the
  // operator vouched for an earlier clock.
  Journal(ledger::Ledger& ledger, const ed25519::SigningKey& identity, Entropy& entropy,
          std::uint64_t latest_ms)
      : ledger_(ledger), identity_(identity), entropy_(entropy), latest_ms_(latest_ms) {}

  // The time to judge by. Fails with `clock_behind`.
  [[nodiscard]] Result<std::uint64_t> judging_time_ms(std::uint64_t clock_ms) const;

  // All of these inside a transaction of the caller's; they count when it commits.
  [[nodiscard]] Status ceremony(const record::Ceremony& event, std::uint64_t clock_ms);
  [[nodiscard]] Status policy_change(const record::PolicyChange& change, std::uint64_t clock_ms);
  [[nodiscard]] Status start(const record::Start& start, std::uint64_t clock_ms);
  [[nodiscard]] Status stop(std::uint64_t clock_ms);
  [[nodiscard]] Status refusals(const record::Refusals& refusals, std::uint64_t clock_ms);
  [[nodiscard]] Status people(const record::People& people, std::uint64_t clock_ms);

  // A verdict as it goes to the client, still without its receipt: what is signed is what is
  // logged.
  struct Written {
    record::SignedVerdict verdict;
    std::uint64_t leaf;  // its index, for receipt(); a verdict found again has it in its row
  };
  [[nodiscard]] Result<Written> verdict(const record::Verdict& verdict, std::uint64_t clock_ms);

  // Once before each commit of a transaction that any of these wrote into: one signature over all
  // of them. Nothing where nothing was written.
  [[nodiscard]] Status seal() { return ledger_.seal(identity_); }

  // An encoded record::Receipt. After the commit only: what is not durable does not leave.
  [[nodiscard]] Result<Bytes> receipt(std::uint64_t leaf);

 private:
  [[nodiscard]] Result<std::uint64_t> append(ByteView record, std::uint64_t clock_ms);
  [[nodiscard]] Status write(record::Body body, std::uint64_t clock_ms);

  ledger::Ledger& ledger_;
  const ed25519::SigningKey& identity_;
  Entropy& entropy_;
  std::uint64_t latest_ms_;
};

}  // namespace quorate::node
