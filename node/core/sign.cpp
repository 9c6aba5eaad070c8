// The order of one signature: epoch and commitments, then the judgement, then the verdict on disk,
// then and only then the nonce. What comes together shares the disk's sync.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/core/judge.h"
#include "proto/signing/session.h"

namespace quorate::node {

using ed25519::Point;

namespace {

// Far above what people and build farms ask, and far below what would fill a disk overnight.
constexpr std::size_t approvals_a_minute = 6000;
constexpr std::size_t strangers_a_minute = 120;

// A reason is text for a person and stands under a veil: printable, and not longer than its limit.
std::string as_reason(std::string message) {
  if (message.size() > record::reason_limit) message.resize(record::reason_limit);
  std::replace_if(
      message.begin(), message.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return message;
}

}  // namespace

const frost::Commitment& Core::Entry::own() const {
  for (const frost::Commitment& commitment : *ask.commitments) {
    if (commitment.signer == root.holder) return commitment;
  }
  QUORATE_INVARIANT(false);
}

Status Core::check_session(const Root& root, const Point& client, const SignAsk& ask,
                           const Now& now) {
  if (!ask.commitments) {
    return fail(Code::commitments_malformed, ask.commitments.error().message);
  }
  // Exactly t, ascending, members only: before the pool or anything costly is touched.
  const auto package = frost::Package::make(root.quorum, {}, *ask.commitments);
  if (!package) return fail(Code::commitments_malformed, package.error().message);
  const frost::Commitment* own = package->find(root.holder);
  if (own == nullptr) {
    return fail(Code::commitments_malformed, "this session is not for this node");
  }
  const Status known = parts_.custody.check_nonce(root.record.root_id(), root.quorum.epoch,
                                                  client.bytes(), *own, now.clocks);
  if (!known) {
    return fail(Code::nonce_unknown,
                "this node does not hold that commitment unused: it was used,"
                " is too old, or is from before a restart");
  }
  return Done{};
}

void Core::begin_signing(Batch& batch, std::size_t place, const Point& client, const SignAsk& ask,
                         const Now& now, Slots& slots) {
  const Answered<const Root*> found = find_root(ask.root, ask.epoch);
  if (!found) {
    slots[place] = refused(found.error());
    return;
  }
  const Root& root = **found;
  if (const Status session = check_session(root, client, ask, now); !session) {
    Refused answer = refused(refusal(session.error()));
    answer.fresh = fresh_commitments(root, client, now);
    slots[place] = std::move(answer);
    return;
  }
  const Result<std::uint64_t> time_ms = journal_.judging_time_ms(now.wall_ms);
  if (!time_ms) {
    slots[place] = refused(refusal(time_ms.error()));
    return;
  }
  // Verifying what nobody signed costs this node's time, and the client nothing.
  if (strangers_.is_full(client.bytes(), strangers_a_minute, ticks(now))) {
    QUORATE_REACHED("core: too much evidence of strangers");
    Refusal busy{{Code::busy, "this client brought too much evidence that is nobody's"}};
    busy.wait_s = 60;
    slots[place] = refused(std::move(busy));
    return;
  }
  Entry entry{place, client, ask, root, judge(root, ask, {*time_ms, ticks(now)})};
  Judged& judged = entry.judged;
  if (judged.waits_for_provider()) {
    QUORATE_REACHED("core: parked until a provider's keys are there");
    return;  // the place stays empty: it is asked again
  }
  if (judged.status) {
    if (const Answered<Done> open = check_limits(entry, now); !open) {
      slots[place] = refused(open.error());
      return;
    }
    // A token that is away costs no nonce: nothing is spent, in the pool or on disk.
    entry.spends = parts_.custody.health().state == custody::State::ready;
  } else {
    const bool is_stranger = !judged.requester && number(judged.status.error().code) >= 200 &&
                             number(judged.status.error().code) < 300;
    if (is_stranger) {
      (void)strangers_.count(client.bytes(), strangers_a_minute, ticks(now));
    }
    Error error = refusal(judged.status.error()).error;
    error.message = as_reason(std::move(error.message));
    judged.status = tl::unexpected(std::move(error));
  }
  if (const Status written = write_verdict(batch, entry, *time_ms, now); !written) {
    const Refused answer = refused(refusal(written.error()));
    if (written.error().code == Code::nonce_spent) {
      QUORATE_REACHED("core: commitment spent on disk");
    } else {
      abandon(batch, answer, slots);
    }
    slots[place] = answer;
    return;
  }
  if (!judged.verdict) {
    QUORATE_REACHED("core: refusal only counted");
    if (uncounted_refusals_++ == 0) uncounted_since_ms_ = now.wall_ms;
    slots[place] = refused_by(judged);
    return;
  }
  batch.entries.push_back(std::move(entry));
}

Answered<Done> Core::check_limits(const Entry& entry, const Now& now) {
  Bytes session_key(entry.judged.request_id.begin(), entry.judged.request_id.end());
  append(session_key, entry.client.bytes());
  const frost::Quorum& quorum = entry.root.quorum;
  const std::size_t most_sessions = 5 * quorum.members.size() - quorum.threshold + 1;
  if (!sessions_.count(session_key, most_sessions, ticks(now))) {
    QUORATE_REACHED("core: too many sessions");
    return refuse(Code::too_many_sessions,
                  "this client opened " + std::to_string(most_sessions) +
                      " sessions for this request within ten minutes; wait, or ask anew");
  }
  const std::string& person = entry.judged.requester->person;
  if (!approvals_.count(bytes_of(person), approvals_a_minute, ticks(now))) {
    Refusal limited{{Code::rate_limited, person +
                                             " was given as many signatures as this node gives one"
                                             " person in a minute; ask again later"}};
    limited.wait_s = 10;
    return tl::unexpected(std::move(limited));
  }
  return Done{};
}

void Core::abandon(Batch& batch, const Refused& answer, Slots& slots) {
  for (const Entry& entry : batch.entries) {
    Refused said = answer;
    if (QUORATE_PLANTED(B31) && !entry.judged.verdict->receipt.empty()) {
      said.verdict = record::encode(*entry.judged.verdict);
    }
    slots[entry.place] = std::move(said);
  }
  batch.end();  // what is not durable is not said
}

void Core::commit_queued() {
  if (!queued_) return;
  static_cast<void>(queued_->commit());  // too late to say anything else
  queued_.reset();
}

void Core::settle(Batch& batch, const Now& now, Slots& slots) {
  if (!batch.transaction) return;
  Status durable = journal_.seal();
  if (QUORATE_PLANTED(B31) && durable) {
    for (Entry& entry : batch.entries) {
      entry.judged.verdict->receipt = journal_.receipt(entry.judged.leaf).value_or(Bytes());
    }
  }
  if (QUORATE_PLANTED(B04) && durable) {
    queued_.emplace(*std::exchange(batch.transaction, std::nullopt));
  } else if (durable) {
    durable = batch.transaction->commit();
  }
  if (!durable) {
    QUORATE_REACHED("core: commit failed");
    abandon(batch, refused(refusal(durable.error())), slots);
    return;
  }
  for (Entry& entry : batch.entries) slots[entry.place] = finish(entry, now);
  batch.end();
}

Refused Core::refused_by(const Judged& judged) const {
  Refused answer = refused(Refusal{judged.status.error()});
  answer.refusal.wait_s = judged.wait_s;
  if (judged.verdict) {
    answer.verdict = record::encode(*judged.verdict);
    answer.salt = judged.reason_salt;
  }
  return answer;
}

Answer Core::finish(Entry& entry, const Now& now) {
  Judged& judged = entry.judged;
  auto receipt = journal_.receipt(judged.leaf);
  if (!receipt) return refused(refusal(receipt.error()));
  judged.verdict->receipt = *std::move(receipt);
  if (!judged.status) return refused_by(judged);

  Answered<PartialAnswer> released = release(entry, now);
  if (released) return *std::move(released);
  Refused answer = refused(std::move(released).error());
  answer.verdict = record::encode(*judged.verdict);
  if (answer.refusal.error.code == Code::nonce_unknown) {
    answer.fresh = fresh_commitments(entry.root, entry.client, now);
  }
  return answer;
}

Answered<PartialAnswer> Core::release(const Entry& entry, const Now& now) {
  if (!entry.spends) {
    QUORATE_REACHED("core: token away when the verdict was written");
    return refuse(Code::custody_unavailable, parts_.custody.health().advice);
  }
  const Root& root = entry.root;
  const auto package =
      frost::Package::make(root.quorum, entry.judged.to_be_signed, *entry.ask.commitments);
  if (!package) return refuse(Code::commitments_malformed, package.error().message);
  const Result<frost::Partial> partial =
      parts_.custody.frost_partial(share_of(root), entry.client.bytes(), *package, now.clocks);
  if (!partial) return refuse(partial.error());

  const Bytes body = signing::encode({signing::session(root.record.root_id(), *package), *partial});
  return PartialAnswer{{body, layout::sign(parts_.identity, signing::partial_label, body)},
                       record::encode(*entry.judged.verdict),
                       fresh_commitments(root, entry.client, now)};
}

}  // namespace quorate::node
