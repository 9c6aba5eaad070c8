// The order of one signature: epoch and commitments, then the judgement, then the verdict on disk,
// then and only then the nonce.

#include <algorithm>

#include "node/core/judge.h"
#include "proto/record/veil.h"
#include "proto/signing/session.h"

namespace quorate::node {

using ed25519::Point;

namespace {

// Far above what people and build farms ask, and far below what would fill a disk overnight.
constexpr std::size_t approvals_a_minute = 6000;

const frost::Commitment* find_own(const SignAsk& ask, frost::Identifier holder) {
  for (const frost::Commitment& commitment : *ask.commitments) {
    if (commitment.signer == holder) return &commitment;
  }
  return nullptr;
}

// A reason is text for a person and stands under a veil: printable, and not longer than its limit.
std::string as_reason(std::string message) {
  if (message.size() > record::reason_limit) message.resize(record::reason_limit);
  std::replace_if(
      message.begin(), message.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return message;
}

}  // namespace

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

Answer Core::on(const Point& client, const SignAsk& ask, const Now& now) {
  const Answered<const Root*> found = find_root(ask.root, ask.epoch);
  if (!found) return refused(found.error());
  const Root& root = **found;
  if (const Status session = check_session(root, client, ask, now); !session) {
    Refused answer = refused(refusal(session.error()));
    answer.fresh = fresh_commitments(root, client, now);
    return answer;
  }
  const Result<std::uint64_t> time_ms = journal_.judging_time_ms(now.wall_ms);
  if (!time_ms) return refused(refusal(time_ms.error()));

  Judged judged = judge(root, ask, *time_ms);
  if (!judged.status) {
    Error error = refusal(judged.status.error()).error;
    error.message = as_reason(std::move(error.message));
    judged.status = Status(tl::unexpected(error));
    Refused answer = refused(Refusal{error});
    if (!may_record_refusal(judged, now)) {
      if (uncounted_refusals_++ == 0) uncounted_since_ms_ = now.wall_ms;
      return answer;
    }
    if (const Status written = write_verdict(judged, root, nullptr, now); !written) {
      return refused(refusal(written.error()));
    }
    answer.verdict = record::encode(*judged.verdict);
    answer.salt = judged.reason_salt;
    return answer;
  }
  Answered<PartialAnswer> released = release(root, client, ask, judged, now);
  if (released) return std::move(*released);
  Refused answer = refused(std::move(released).error());
  if (judged.verdict) answer.verdict = record::encode(*judged.verdict);
  if (answer.refusal.error.code == Code::nonce_unknown) {
    answer.fresh = fresh_commitments(root, client, now);
  }
  return answer;
}

Answered<PartialAnswer> Core::release(const Root& root, const Point& client, const SignAsk& ask,
                                      Judged& judged, const Now& now) {
  Bytes session_key(judged.request_id.begin(), judged.request_id.end());
  append(session_key, client.bytes());
  const std::size_t most_sessions = 5 * root.quorum.members.size() - root.quorum.threshold + 1;
  if (!sessions_.count(session_key, most_sessions, ticks(now))) {
    return refuse(Code::too_many_sessions,
                  "this client opened " + std::to_string(most_sessions) +
                      " sessions for this request within ten minutes; wait, or ask anew");
  }
  if (!approvals_.count(bytes_of(judged.requester->person), approvals_a_minute, ticks(now))) {
    Refusal limited{{Code::rate_limited, judged.requester->person +
                                             " was given as many signatures as this node gives one"
                                             " person in a minute; ask again later"}};
    limited.wait_s = 10;
    return tl::unexpected(std::move(limited));
  }
  const custody::Health health = parts_.custody.health();
  const bool is_ready = health.state == custody::State::ready;
  // A token that is away costs no nonce: nothing is spent, in the pool or on disk.
  const frost::Commitment* own = find_own(ask, root.holder);
  if (const Status written = write_verdict(judged, root, is_ready ? own : nullptr, now); !written) {
    judged.verdict.reset();  // what is not durable is not said
    return refuse(written.error());
  }
  if (!is_ready) return refuse(Code::custody_unavailable, health.advice);

  const auto package = frost::Package::make(root.quorum, judged.to_be_signed, *ask.commitments);
  if (!package) return refuse(Code::commitments_malformed, package.error().message);
  const Result<frost::Partial> partial =
      parts_.custody.frost_partial(share_of(root), client.bytes(), *package, now.clocks);
  if (!partial) return refuse(partial.error());

  const Bytes body = signing::encode({signing::session(root.record.root_id(), *package), *partial});
  return PartialAnswer{{body, layout::sign(parts_.identity, signing::partial_label, body)},
                       record::encode(*judged.verdict),
                       fresh_commitments(root, client, now)};
}

}  // namespace quorate::node
