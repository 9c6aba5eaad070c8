#include "node/journal/journal.h"

#include <algorithm>

namespace quorate::node {

Result<std::uint64_t> Journal::judging_time_ms(std::uint64_t clock_ms) const {
  if (latest_ms_ > clock_ms && latest_ms_ - clock_ms > largest_lag_ms) {
    return fail(Code::clock_behind,
                "this node's clock is " + std::to_string((latest_ms_ - clock_ms) / 1000) +
                    " s behind what it last recorded; its operator must set the clock");
  }
  return std::max(clock_ms, latest_ms_);
}

Status Journal::append(record::Body body, std::uint64_t clock_ms) {
  const record::Record entry{identity_.public_key().bytes(), clock_ms, std::move(body)};
  QUORATE_CHECK(store_.append(record::encode(entry), clock_ms));
  latest_ms_ = std::max(latest_ms_, clock_ms);
  return Done{};
}

Status Journal::ceremony(const record::Ceremony& event, std::uint64_t clock_ms) {
  return append(event, clock_ms);
}

Status Journal::start(const record::Start& start, std::uint64_t clock_ms) {
  return append(start, clock_ms);
}

Status Journal::stop(std::uint64_t clock_ms) { return append(record::Stop{}, clock_ms); }

Status Journal::refusals(const record::Refusals& refusals, std::uint64_t clock_ms) {
  return append(refusals, clock_ms);
}

Result<record::SignedVerdict> Journal::verdict(const record::Verdict& verdict,
                                               std::uint64_t clock_ms) {
  const record::Record entry{identity_.public_key().bytes(), clock_ms, verdict};
  record::SignedVerdict signed_verdict = record::sign_verdict(entry, identity_);
  QUORATE_CHECK(store_.append(signed_verdict.record, clock_ms));
  latest_ms_ = std::max(latest_ms_, clock_ms);
  return signed_verdict;
}

}  // namespace quorate::node
