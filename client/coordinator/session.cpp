// The sessions of one request, and what their answers lead to.

#include <algorithm>
#include <cstring>
#include <functional>
#include <tuple>

#include "client/coordinator/coordinator.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "proto/signing/session.h"

namespace quorate::coordinator {

namespace {

constexpr std::uint64_t unknown_latency_ms = 250;

// Planted B34: an order that depends on where in memory things happen to lie.
ByteArray<32> where_it_lies(const auto& object) {
  const std::size_t hash = std::hash<const void*>()(&object) * 0x9E3779B97F4A7C15ULL;
  ByteArray<32> place{};
  std::memcpy(place.data(), &hash, sizeof hash);
  return place;
}

}  // namespace

// Opens a session where none is in hope of ending soon. Partials are verified one by one only when
// their senders are needed again; before that a session that goes well verifies them all at once.
void Coordinator::advance() {
  while (!finished_ && !is_unstalled_session_open()) {
    while (ready_and_unblamed() < quorum_.threshold) {
      const std::optional<Identifier> next = any_answered();
      if (!next) break;
      verify_one(*next);
      if (finished_) return;
    }
    if (ready().size() < quorum_.threshold) return;
    if (waits_for_the_unblamed()) return;
    open_session();
  }
}

std::size_t Coordinator::ready_and_unblamed() const {
  const std::vector<Identifier> found = ready();
  return static_cast<std::size_t>(std::count_if(
      found.begin(), found.end(), [this](Identifier who) { return !is_blamed(who); }));
}

// Some liar is ready before enough others are: give those a moment.
bool Coordinator::waits_for_the_unblamed() const {
  if (now_ >= started_at_ + task_.hedge.least_ms) return false;
  const std::size_t others = ready_and_unblamed();
  if (others >= quorum_.threshold || others == ready().size()) return false;
  return std::any_of(nodes_.begin(), nodes_.end(), [this](const auto& entry) {
    return entry.second.place == Place::asking && !entry.second.lost && !is_blamed(entry.first);
  });
}

// A member whose connection broke may never answer: nothing is gained by waiting for the hedge.
bool Coordinator::is_unstalled(const Session& session) const {
  if (!session.is_open || now_ >= session.stalls_at) return false;
  const SessionIndex index = static_cast<SessionIndex>(&session - sessions_.data());
  return std::none_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
    const Node& node = entry.second;
    return node.place == Place::pending && node.session == index && node.lost;
  });
}

bool Coordinator::is_unstalled_session_open() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [this](const Session& session) { return is_unstalled(session); });
}

std::vector<Identifier> Coordinator::ready() const {
  std::vector<Identifier> found;
  for (const auto& [who, node] : nodes_) {
    if (node.place == Place::ready && !node.lost) found.push_back(who);
  }
  return found;
}

std::optional<Identifier> Coordinator::any_answered() const {
  for (const auto& [who, node] : nodes_) {
    if (node.place == Place::answered) return who;
  }
  return std::nullopt;
}

// The quickest first, and behind them those who forgot their commitments before, were silent last
// time, or lied once. Ties go by a hash, so that not always the same nodes do the work.
std::vector<Identifier> Coordinator::choose() const {
  using Rank = std::tuple<bool, bool, unsigned, std::uint64_t, ByteArray<32>, Identifier>;
  std::vector<Rank> ranks;
  const bool is_other_order = QUORATE_SOMETIMES("coordinator: other order of equals");
  for (const Identifier who : ready()) {
    const Node& node = nodes_.at(who);
    // Whom nobody knows yet is tried first: it may be quick, and behind a slow node that is known
    // it would stay unknown.
    const std::uint64_t latency = latencies_->median_ms(node.identity).value_or(0);
    ByteArray<32> distance = task_.request_id;
    for (std::size_t i = 0; i < 32; ++i) distance[i] ^= node.identity.bytes()[i];
    if (is_other_order) std::reverse(distance.begin(), distance.end());
    if (QUORATE_PLANTED(B34)) distance = where_it_lies(node);
    ranks.emplace_back(is_blamed(who), latencies_->is_silent(node.identity), node.stale_answers,
                       latency, distance, who);
  }
  QUORATE_INVARIANT(ranks.size() >= quorum_.threshold);
  std::sort(ranks.begin(), ranks.end());
  std::vector<Identifier> chosen;
  for (std::size_t i = 0; i < quorum_.threshold; ++i) chosen.push_back(std::get<5>(ranks[i]));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void Coordinator::open_session() {
  const std::vector<Identifier> members = choose();
  std::vector<frost::Commitment> commitments;
  for (const Identifier who : members) {
    std::vector<Pair>& pairs = nodes_.at(who).pairs;
    QUORATE_INVARIANT(!pairs.empty());
    // Used from here on, whatever comes back.
    QUORATE_INVARIANT(used_.emplace(who, pairs.front().commitment.hiding).second);
    commitments.push_back(pairs.front().commitment);
    pairs.erase(pairs.begin());
  }
  Result<frost::Package> package =
      frost::Package::make(quorum_, task_.to_be_signed, std::move(commitments));
  QUORATE_INVARIANT(package.has_value());  // t members, ascending

  const layout::Hash id = signing::session(task_.record.root_id(), *package);
  const std::uint64_t hedge = hedge_for(members);
  sessions_.push_back(Session{std::move(*package), id, {}, now_, hedge, now_ + hedge});

  // Each earlier session still holds a member down that sits in no other (it has not answered), or
  // cost a member for good, or ended by a tolerated `nonce_unknown`.
  std::size_t stale = 0;
  for (const auto& [who, node] : nodes_) stale += node.stale_answers;
  const std::size_t most = nodes_.size() - quorum_.threshold + 1 + stale;
  QUORATE_INVARIANT(sessions_.size() <= most || QUORATE_PLANTED(B18));
  if (sessions_.size() == most) QUORATE_REACHED("coordinator: last session opened");

  if (std::any_of(sessions_.begin(), std::prev(sessions_.end()),
                  [](const Session& session) { return session.is_open; })) {
    QUORATE_REACHED("coordinator: second session beside an open one");
  }
  for (const Identifier who : members) {
    Node& node = nodes_.at(who);
    node.place = Place::pending;
    node.session = sessions_.size() - 1;
    node.asked_at = now_;
    ask_to_sign(who, sessions_.back());
  }
}

std::uint64_t Coordinator::hedge_for(const std::vector<Identifier>& members) const {
  if (QUORATE_SOMETIMES("coordinator: shortest hedge")) return task_.hedge.least_ms;
  std::uint64_t slowest = 0;
  bool is_any_unknown = false;
  for (const Identifier who : members) {
    const auto median = latencies_->median_ms(nodes_.at(who).identity);
    slowest = std::max(slowest, median.value_or(0));
    is_any_unknown = is_any_unknown || !median;
  }
  // Of an unknown node too much patience costs a person's time, too little a message or two.
  if (is_any_unknown && slowest == 0) slowest = unknown_latency_ms;
  return std::clamp(2 * slowest, task_.hedge.least_ms, task_.hedge.most_ms);
}

void Coordinator::ask_to_sign(Identifier who, const Session& session) {
  actions_.emplace_back(AskToSign{who, session.package.commitments()});
}

// All that must hold of an answer but the partial's equation, which waits until it is needed. None
// of it convinces anybody else, so whoever fails here is left out and not accused.
Result<Coordinator::Answer> Coordinator::check(Identifier who, const Node& node,
                                               const PartialArrived& event,
                                               const frost::Partial& partial) const {
  if (partial.signer != who) {
    return fail(Code::malformed, "sent a partial signature in another's name");
  }
  if (!layout::verifies(node.identity, signing::partial_label, event.partial.body,
                        event.partial.signature)) {
    return fail(Code::signature_invalid, "did not sign its partial signature");
  }
  QUORATE_TRY(record::SignedVerdict verdict, record::decode_signed_verdict(event.verdict));
  QUORATE_TRY(const record::Verdict decided,
              record::check(verdict, asked_of(node), approval_receipts));
  if (decided.decision != record::Decision::approve || decided.document != document_) {
    return fail(Code::message_differs, "signed, and holds no verdict that approves this document");
  }
  return Answer{event.partial, partial, std::move(verdict)};
}

void Coordinator::accept(Identifier who, Node& node, Answer answer) {
  Session& session = sessions_[node.session];
  if (!session.is_open) QUORATE_REACHED("coordinator: partial for a dead session");
  node.place = Place::answered;
  node.verdict = read_verdict(record::encode(answer.verdict), asked_of(node), approval_receipts);
  session.answers.emplace(who, std::move(answer));
  // News, so wait a little longer; but not without end, or t - 1 liars answer one by one, each just
  // in time.
  session.stalls_at = std::min(now_ + session.hedge_ms, session.opened_at + 2 * session.hedge_ms);
  if (session.is_open && session.answers.size() == quorum_.threshold) conclude(node.session, who);
}

void Coordinator::verify_one(Identifier who) {
  Node& node = nodes_.at(who);
  QUORATE_INVARIANT(node.place == Place::answered);
  const Session& session = sessions_[node.session];
  QUORATE_REACHED("coordinator: partial verified by itself");
  if (QUORATE_PLANTED(B18) ||
      frost::check(session.answers.at(who).partial, session.package, shares_.at(who))) {
    free(who, node);
  } else {
    convict(who, session);
  }
}

void Coordinator::conclude(SessionIndex index, Identifier last) {
  Session& session = sessions_[index];
  std::vector<frost::Partial> partials;
  for (const auto& [who, answer] : session.answers) partials.push_back(answer.partial);
  const auto signature = frost::aggregate(partials, session.package, shares_);
  if (signature) {
    Finished result{*signature, {}, node_reports(Conduct::answered)};
    for (auto& [who, answer] : session.answers) {
      result.verdicts.emplace(who, std::move(answer.verdict));
    }
    finish(std::move(result));
    return;
  }
  session.is_open = false;
  std::vector<Identifier> guilty = signature.error().guilty;
  if (QUORATE_PLANTED(B17)) guilty = {last};
  for (const auto& [who, answer] : session.answers) {
    if (finished_) return;
    Node& node = nodes_.at(who);
    if (QUORATE_PLANTED(B18)) {
      if (node.place == Place::answered && node.session == index) free(who, node);
    } else if (guilty.empty()) {
      QUORATE_REACHED("coordinator: commitments cancel each other");
      // The commitments cancel. No honest node signs such a session.
      exclude(who, Conduct::malformed, signature.error().error.message);
    } else if (std::binary_search(guilty.begin(), guilty.end(), who)) {
      convict(who, session);
    } else if (node.place == Place::answered && node.session == index) {
      free(who, node);  // one that was verified earlier may sit in another session, and stays there
    }
  }
}

void Coordinator::convict(Identifier who, const Session& session) {
  QUORATE_REACHED("coordinator: member convicted");
  nodes_.at(who).evidence =
      WrongPartial{task_.record, task_.to_be_signed, session.package.commitments(),
                   session.answers.at(who).message};
  exclude(who, Conduct::lied, "sent a wrong partial signature");
}

}  // namespace quorate::coordinator
