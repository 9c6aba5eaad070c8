#include "node/journal/journal.h"

#include <algorithm>
#include <ctime>

#include "crypto/base/plant.h"
#include "crypto/base/probe.h"

namespace quorate::node {

Result<std::uint64_t> Journal::judging_time_ms(std::uint64_t clock_ms) const {
  if (QUORATE_PLANTED(B29)) return clock_ms;
  if (latest_ms_ > clock_ms && latest_ms_ - clock_ms > largest_lag_ms) {
    QUORATE_REACHED("journal: clock behind");
    return fail(Code::clock_behind,
                "this node's clock is " + std::to_string((latest_ms_ - clock_ms) / 1000) +
                    " s behind what it last recorded; its operator must set the clock");
  }
  if (latest_ms_ > clock_ms) QUORATE_REACHED("journal: judged by the latest record");
  return std::max(clock_ms, latest_ms_);
}

Result<std::uint64_t> Journal::append(ByteView record, std::uint64_t clock_ms) {
  record::Salt salt;
  entropy_.fill(salt);
  QUORATE_TRY(const std::uint64_t leaf, ledger_.append(salt, record));
  latest_ms_ = std::max(latest_ms_, clock_ms);
  return leaf;
}

namespace {

std::uint64_t time_of_record_ms(std::uint64_t clock_ms) {
  if (!QUORATE_PLANTED(B35)) return clock_ms;
  std::timespec now{};  // what script/lint-rooms does not know
  static_cast<void>(std::timespec_get(&now, TIME_UTC));
  return clock_ms + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

Status Journal::write(record::Body body, std::uint64_t clock_ms) {
  const record::Record entry{identity_.public_key().bytes(), time_of_record_ms(clock_ms),
                             std::move(body)};
  QUORATE_CHECK(append(record::encode(entry), clock_ms));
  return Done{};
}

Status Journal::ceremony(const record::Ceremony& event, std::uint64_t clock_ms) {
  return write(event, clock_ms);
}

Status Journal::policy_change(const record::PolicyChange& change, std::uint64_t clock_ms) {
  return write(change, clock_ms);
}

Status Journal::start(const record::Start& start, std::uint64_t clock_ms) {
  return write(start, clock_ms);
}

Status Journal::stop(std::uint64_t clock_ms) { return write(record::Stop{}, clock_ms); }

Status Journal::refusals(const record::Refusals& refusals, std::uint64_t clock_ms) {
  return write(refusals, clock_ms);
}

Status Journal::people(const record::People& people, std::uint64_t clock_ms) {
  return write(people, clock_ms);
}

Result<Journal::Written> Journal::verdict(const record::Verdict& verdict, std::uint64_t clock_ms) {
  const record::Record entry{identity_.public_key().bytes(), time_of_record_ms(clock_ms), verdict};
  record::SignedVerdict signed_verdict = record::sign_verdict(entry, identity_);
  QUORATE_TRY(const std::uint64_t leaf, append(signed_verdict.record, clock_ms));
  return Written{std::move(signed_verdict), leaf};
}

Result<Bytes> Journal::receipt(std::uint64_t leaf) {
  QUORATE_TRY(const record::Receipt receipt, ledger_.receipt(leaf));
  return record::encode(receipt);
}

}  // namespace quorate::node
