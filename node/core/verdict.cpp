// How this node writes down what it thinks of a request.

#include <algorithm>

#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/core/judge.h"
#include "node/core/veiler.h"
#include "proto/signing/session.h"

namespace quorate::node {

using record::Decision;

namespace {

constexpr std::size_t unapproved_a_minute_and_requester = 10;
constexpr std::size_t refusals_a_minute = 60;

// Who keeps pairs that were used also thinks that he need not write them down as spent: else the
// disk would hide what the pool does.
bool nonces_live_on() { return QUORATE_PLANTED(B01) || QUORATE_PLANTED(B02); }

// Who stands behind each piece of evidence that held, by its place in the request.
std::map<std::size_t, std::string> persons_of(const request::Judgement& judgement) {
  std::map<std::size_t, std::string> persons;
  for (const request::Requester& item : judgement.requesters) {
    persons.emplace(item.evidence, item.person);
  }
  for (const request::Approver& item : judgement.approvers) {
    persons.emplace(item.evidence, item.person);
  }
  return persons;
}

std::vector<record::SeenEvidence> seen(const request::Request& request,
                                       const request::Judgement& judgement, Veiler& veiler) {
  std::vector<record::SeenEvidence> out;
  for (const auto& [place, person] : persons_of(judgement)) {
    const request::Evidence& evidence = request.evidence[place];
    const record::Hash data = veiler.veil(evidence.data);
    out.push_back({evidence.type, data, veiler.veil(bytes_of(person))});
  }
  return out;
}

// As long as every approval that counted, and not longer than the statement.
std::uint64_t stands_until(const statement::Statement& asked, const request::Judgement& judgement,
                           const policy::Decision& decision) {
  std::uint64_t until = asked.not_after;
  for (const std::size_t counted : decision.approvals) {
    until = std::min(until, judgement.approvers[counted].approval.expires);
  }
  return until;
}

}  // namespace

std::vector<const request::Evidence*> Core::Judged::evidence_that_held() const {
  std::vector<const request::Evidence*> out;
  for (const auto& [place, person] : persons_of(*requester)) {
    out.push_back(&request.evidence[place]);
  }
  return out;
}

bool Core::may_record(const Judged& judged, const Now& now) {
  if (judged.outcome() == Decision::approve) return true;
  // Before a requester is known, whoever reaches the node could fill its disk.
  if (!judged.requester || number(judged.status.error().code) >= 400) return false;
  if (!unapproved_.count(bytes_of(judged.requester->person), unapproved_a_minute_and_requester,
                         ticks(now))) {
    return false;
  }
  return judged.is_pending() || all_refusals_.count({}, refusals_a_minute, ticks(now));
}

// The verdict of this very outcome, if it was written before.
Result<std::optional<store::VerdictRow>> Core::written_before(const Judged& judged,
                                                              const store::VerdictRow& row) {
  if (judged.standing) return judged.standing;
  if (!judged.is_pending()) return parts_.store.verdicts().same(row);
  // Another approval has come since: that is written, so that it need not be brought again fresh.
  QUORATE_TRY(const auto listed, parts_.store.verdicts().listed(row.request_id));
  for (const request::Evidence* item : judged.evidence_that_held()) {
    if (!listed.contains(evidence_id(row.request_id, item->data))) {
      return std::optional<store::VerdictRow>();
    }
  }
  return parts_.store.verdicts().same(row);
}

Status Core::write_verdict(Batch& batch, Entry& entry, std::uint64_t time_ms, const Now& now) {
  Judged& judged = entry.judged;
  store::VerdictRow row;
  row.request_id = judged.request_id;
  row.decision = static_cast<std::uint8_t>(judged.outcome());
  row.code = judged.status ? std::uint16_t{0} : number(judged.status.error().code);
  row.profile = judged.decision.profile;
  QUORATE_TRY(row.revocation, holdings_.revocation());
  row.policy_file = policy_.file_hash();
  if (judged.requester) row.person = judged.requester->person;
  row.lists = judged.lists;
  if (judged.status) {
    row.stands_until = stands_until(*judged.statement, *judged.requester, judged.decision);
  }

  std::optional<store::VerdictRow> before;
  if (judged.requester) {
    QUORATE_TRY(before, written_before(judged, row));
  }
  if (!before && !may_record(judged, now)) return Done{};
  if (!batch.transaction) {
    QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
    batch.transaction.emplace(std::move(transaction));
  }
  // First of all, so that a commitment that was spent before leaves nothing half-written behind.
  if (entry.spends && !nonces_live_on()) {
    QUORATE_CHECK(parts_.store.verdicts().spend(entry.own().hiding.bytes()));
  }
  if (judged.status) QUORATE_CHECK(bind(entry, time_ms));
  if (!before) return write_new_verdict(entry, std::move(row), now);
  if (judged.status && !judged.standing) QUORATE_CHECK(restate(*before, row));
  judged.verdict = record::SignedVerdict{before->record, before->signature, {}};
  judged.leaf = before->leaf;
  judged.reason_salt = before->reason_salt;
  return Done{};
}

Status Core::write_new_verdict(Entry& entry, store::VerdictRow row, const Now& now) {
  Judged& judged = entry.judged;
  const Root& root = entry.root;
  Veiler veiler(parts_.entropy);
  record::Verdict verdict{judged.request_id,
                          root.record.root_id(),
                          root.record.members.epoch,
                          static_cast<std::uint8_t>(judged.statement->kind),
                          judged.outcome(),
                          row.code,
                          {},
                          row.profile,
                          row.revocation,
                          judged.statement->not_after,
                          {},
                          {}};
  if (judged.outcome() != Decision::refuse) {
    verdict.document = signing::document(judged.to_be_signed);
  }
  if (!judged.status) {
    verdict.reason = veiler.veil(bytes_of(judged.status.error().message));
    row.reason_salt = veiler.texts().back().salt;
  }
  verdict.evidence = seen(judged.request, *judged.requester, veiler);
  QUORATE_TRY(const Journal::Written written, journal_.verdict(verdict, now.wall_ms));
  row.record = written.verdict.record;
  row.signature = written.verdict.signature;
  row.leaf = written.leaf;
  if (judged.status) row.vouched = vouch(parts_.identity, row);
  QUORATE_CHECK(parts_.store.verdicts().put(row, veiler.texts()));
  if (judged.outcome() != Decision::refuse) {
    std::vector<store::ListedEvidence> listed;
    for (const request::Evidence* item : judged.evidence_that_held()) {
      listed.push_back(listed_evidence(parts_.identity, row.request_id, *item));
    }
    QUORATE_CHECK(parts_.store.verdicts().list(row.request_id, listed));
  }
  judged.verdict = written.verdict;
  judged.leaf = written.leaf;
  judged.reason_salt = row.reason_salt;
  return Done{};
}

// The same approval came out under another policy file or other lists.
Status Core::restate(store::VerdictRow before, const store::VerdictRow& now) {
  QUORATE_REACHED("core: approval came out again under another policy or lists");
  before.policy_file = now.policy_file;
  before.lists = now.lists;
  before.stands_until = now.stands_until;
  before.vouched = vouch(parts_.identity, before);
  return parts_.store.verdicts().restate(before);
}

// What an approval binds this node to: one request a serial, what lists and bundles it signed, and
// what the limits give.
Status Core::bind(const Entry& entry, std::uint64_t time_ms) {
  const Judged& judged = entry.judged;
  if (judged.serial) {
    QUORATE_CHECK(parts_.store.verdicts().take_serial(entry.root.record.root_id(), *judged.serial,
                                                      judged.request_id));
  }
  QUORATE_CHECK(holdings_.remember(*judged.statement));
  if (judged.standing || judged.was_approved) return Done{};
  for (const policy::Charge& charge : judged.decision.charges) {
    QUORATE_CHECK(parts_.store.buckets().take(charge.bucket, charge.rate, time_ms));
  }
  return Done{};
}

Status Core::flush_refusals(const Now& now) {
  if (uncounted_refusals_ == 0) return Done{};
  QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
  QUORATE_CHECK(journal_.refusals({uncounted_since_ms_, uncounted_refusals_}, now.wall_ms));
  QUORATE_CHECK(journal_.seal());
  QUORATE_CHECK(transaction.commit());
  uncounted_refusals_ = 0;
  return Done{};
}

}  // namespace quorate::node
