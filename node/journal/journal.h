// Writes records, and keeps the node's idea of time: what the clock says goes into records, even
// when it goes back; but a clock set back would bring expired approvals to life, so the node judges
// by the later of its clock and the latest time it recorded.

#pragma once

#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "node/store/store.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"

namespace quorate::node {

class Journal {
 public:
  // How far the clock may lag behind the latest record before the node refuses to judge.
  static constexpr std::uint64_t largest_lag_ms = 120'000;

  // `store` and `identity` outlive the journal. `latest_ms` is the store's last_record_ms().
  Journal(store::Store& store, const ed25519::SigningKey& identity, std::uint64_t latest_ms)
      : store_(store), identity_(identity), latest_ms_(latest_ms) {}

  // The time to judge by. Fails with `clock_behind`.
  [[nodiscard]] Result<std::uint64_t> judging_time_ms(std::uint64_t clock_ms) const;

  // All below inside a transaction of the caller's; they count when it commits.
  [[nodiscard]] Status ceremony(const record::Ceremony& event, std::uint64_t clock_ms);
  [[nodiscard]] Status start(const record::Start& start, std::uint64_t clock_ms);
  [[nodiscard]] Status stop(std::uint64_t clock_ms);
  [[nodiscard]] Status refusals(const record::Refusals& refusals, std::uint64_t clock_ms);
  // The verdict as it goes to the client too: what is signed is what is logged. No ledger yet, so
  // the receipt is empty.
  [[nodiscard]] Result<record::SignedVerdict> verdict(const record::Verdict& verdict,
                                                      std::uint64_t clock_ms);

 private:
  [[nodiscard]] Status append(record::Body body, std::uint64_t clock_ms);

  store::Store& store_;
  const ed25519::SigningKey& identity_;
  std::uint64_t latest_ms_;
};

}  // namespace quorate::node
