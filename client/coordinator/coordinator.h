// Gathers one signature from a threshold of nodes: ROAST over FROST, without a socket in sight.
// Tell it what happened and when, then do what it says:
//
//   QUORATE_TRY(Coordinator coordinator, Coordinator::make(std::move(task), latencies));
//   for (const Action& action : coordinator.handle(now_ms, Start{})) driver.perform(action);
//   ...                                                     until an action is Finished or Failed
//
// It reads no clock and draws no randomness: the same events give the same actions. It is trusted
// for nothing, and trusts nobody: whatever nodes send, the worst that comes of it is Failed.
//
// While t nodes are honest and answer, it finishes. A node is in at most one open question at a
// time, so one that is silent holds up one session only, and after a while (the hedge) another
// session opens with others beside it. At most n - t + 1 sessions are opened, and one more for each
// nonce pair that a node had forgotten or was too busy to use (at most four per node).
//
// Whom it asks first: whoever lied before comes last, then whoever was silent last time or forgot
// its nonces in this request; the others by their latency. A session that needs somebody who is
// blamed waits HedgeBounds::least_ms for others, and no longer.
//
// A node that is busy is asked again after the time that it names, twice as long each time, up to a
// minute, and up to half as long again by a hash of request and node: those that it turned away
// together do not come back together. While it is let alone the others go on.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/coordinator/latency.h"
#include "client/coordinator/pair.h"
#include "client/coordinator/report.h"
#include "crypto/frost/aggregator.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/record/signed_verdict.h"
#include "proto/statement/statement.h"

namespace quorate::coordinator {

using frost::Identifier;

// The time without news after which another session may open: twice the slowest median latency of
// the session's members, within these bounds. Both 0 is plain ROAST. Without the upper bound one
// silent node would hang the request.
struct HedgeBounds {
  std::uint64_t least_ms = 50;
  std::uint64_t most_ms = 2000;
};

// `nonce_unknown` and, to `sign`, `busy`: per node and request.
inline constexpr unsigned stale_answers_limit = 4;

// One signature. `to_be_signed` is what statement::to_be_signed() made of the request's statement;
// the request itself stays with the driver, which puts its bytes into every `sign`.
struct Task {
  ceremony::EpochRecord record;
  std::string quorum;                       // the roster's, for the origin of receipts
  std::map<Identifier, std::string> names;  // whom to ask; members that are missing are left out
  statement::RequestId request_id;
  Bytes to_be_signed;
  HedgeBounds hedge = {};
  std::set<Identifier> blamed = {};  // who lied before: asked last, until an operator forgives
};

// Events. The driver takes every Identifier from the pinned channel that a message came in on,
// never from the message, and answers belong to the last ask on that channel. What does not decode
// comes as MalformedAnswer.
struct Start {
  std::map<Identifier, Pair> cached = {};  // CommitmentCache::take(), else empty
};
struct CommitmentsArrived {
  Identifier node;
  Fresh fresh;
};
struct PartialArrived {
  Identifier node;
  layout::Signed partial;
  Bytes verdict;  // record::encode(SignedVerdict)
  Fresh fresh;    // without pairs where the node sent none
};
struct Refused {  // to either ask
  Identifier node;
  std::uint32_t code;
  std::string reason;
  std::uint32_t wait_s = 0;
  Fresh fresh = {};
  Bytes verdict = {};      // record::encode(SignedVerdict), where one was written
  record::Salt salt = {};  // of its reason
};
struct MalformedAnswer {
  Identifier node;
  std::string why;
};
struct Lost {  // the connection broke, or there is none; comes again for each attempt that fails
  Identifier node;
  std::string why;
};
struct Reconnected {  // after Lost. A first connection needs no event
  Identifier node;
};
struct Tick {};      // the time of WakeAt has come
struct Deadline {};  // the caller's patience is over

using Event = std::variant<Start, CommitmentsArrived, PartialArrived, Refused, MalformedAnswer,
                           Lost, Reconnected, Tick, Deadline>;

// Actions. An ask to a node that is not connected is dropped by the driver: Reconnected makes the
// core ask again.
struct AskCommitments {  // of the record's root and epoch; one pair is enough
  Identifier node;
};
struct AskToSign {
  Identifier node;
  std::vector<frost::Commitment> commitments;  // exactly t, ascending
};
struct WakeAt {  // in place of any earlier WakeAt
  std::uint64_t time_ms;
};
struct Finished {
  ed25519::Signature signature;                          // verified with the ordinary algorithm
  std::map<Identifier, record::SignedVerdict> verdicts;  // of the t members that made it, checked
  std::vector<NodeReport> nodes;  // what each did; a liar stands here with its evidence
};
struct Failed {
  Report report;
};
using Action = std::variant<AskCommitments, AskToSign, WakeAt, Finished, Failed>;

class Coordinator {
 public:
  // Fails with `identity_reached` where the record never came out of a ceremony. `latencies` must
  // outlive the coordinator, which adds what it measures.
  [[nodiscard]] static Result<Coordinator> make(Task task, Latencies& latencies);

  // The first event is Start. After Finished or Failed there are no more actions. `now_ms` never
  // goes back.
  [[nodiscard]] std::vector<Action> handle(std::uint64_t now_ms, const Event& event);

  bool is_finished() const { return finished_; }
  std::size_t sessions() const { return sessions_.size(); }
  // After the end, for CommitmentCache::give_back(): pairs that were in no session.
  std::vector<Leftover> leftovers() const;

 private:
  using SessionIndex = std::size_t;
  enum class Place {
    idle,      // not asked yet, or to be asked again at `ask_at`
    asking,    // for commitments
    ready,     // has a pair and no open question
    pending,   // in `session`, and has not answered
    answered,  // in `session`; its partial is not verified, so it may serve in no other yet
    excluded,
  };
  struct Node {
    std::string name;
    ed25519::Point identity;
    Place place = Place::idle;
    std::vector<Pair> pairs = {};  // unused, of its latest boot; the first is used next
    SessionIndex session = 0;
    std::uint64_t asked_at = 0;
    std::optional<std::uint64_t> ask_at = {};  // it was busy: ask for commitments again
    unsigned busy_answers = 0;
    unsigned stale_answers = 0;
    std::optional<std::string> lost = {};  // why there is no connection
    Conduct conduct = Conduct::answered;   // why it is excluded
    std::uint32_t code = 0;
    std::string reason = {};
    std::optional<WrongPartial> evidence = {};
    std::optional<ReportedVerdict> verdict = {};
  };
  struct Answer {
    layout::Signed message;
    frost::Partial partial;
    record::SignedVerdict verdict;
  };
  struct Session {
    frost::Package package;
    layout::Hash id;
    std::map<Identifier, Answer> answers;
    std::uint64_t opened_at;
    std::uint64_t hedge_ms;
    std::uint64_t stalls_at;
    bool is_open = true;
  };

  Coordinator(Task task, Latencies& latencies, frost::VerificationShares shares);

  void on(const Start& event);
  void on(const CommitmentsArrived& event);
  void on(const PartialArrived& event);
  void on(const Refused& event);
  void on(const MalformedAnswer& event);
  void on(const Lost& event);
  void on(const Reconnected& event);
  void on(const Tick& event);
  void on(const Deadline& event);

  // coordinator.cpp: nodes one by one
  Node* find(Identifier who);  // nullptr for whom we were not to ask, or have excluded
  void ask_commitments(Identifier who, Node& node);
  void ask_those_who_were_busy();
  [[nodiscard]] Status keep(Identifier who, Node& node, const Fresh& fresh);
  void come_again_later(Identifier who, Node& node, const Refused& event);
  std::uint64_t pause_ms(const Node& node, std::uint32_t wait_s) const;
  void free(Identifier who, Node& node);  // ready with its next pair, or asked for one
  void leave_session(const Node& node);
  record::Asked asked_of(const Node& node) const;
  void exclude(Identifier who, Conduct conduct, std::string reason, std::uint32_t code = 0);
  void fail_if_hopeless();
  void finish(Action last);
  std::vector<NodeReport> node_reports(Conduct of_the_silent) const;
  Outcome outcome() const;
  Report report(Outcome outcome, Conduct of_the_silent) const;
  void plan_wake();

  // session.cpp: sessions
  void advance();
  bool is_unstalled(const Session& session) const;
  bool is_unstalled_session_open() const;
  std::vector<Identifier> ready() const;
  bool is_blamed(Identifier who) const { return task_.blamed.contains(who); }
  std::size_t ready_and_unblamed() const;
  bool waits_for_the_unblamed() const;
  std::optional<Identifier> any_answered() const;
  std::vector<Identifier> choose() const;
  void open_session();
  std::uint64_t hedge_for(const std::vector<Identifier>& members) const;
  void ask_to_sign(Identifier who, const Session& session);
  [[nodiscard]] Result<Answer> check(Identifier who, const Node& node, const PartialArrived& event,
                                     const frost::Partial& partial) const;
  void accept(Identifier who, Node& node, Answer answer);
  void verify_one(Identifier who);
  void conclude(SessionIndex index, Identifier last);  // `last` answered last
  void convict(Identifier who, const Session& session);

  Task task_;
  Latencies* latencies_;
  frost::Quorum quorum_;
  frost::VerificationShares shares_;
  layout::Hash document_;
  std::map<Identifier, Node> nodes_;  // those whom we may ask
  std::vector<Session> sessions_;
  std::set<std::pair<Identifier, ed25519::Point>>
      used_;  // whose hiding commitments were in a session
  std::uint64_t now_ = 0;
  std::uint64_t started_at_ = 0;
  std::optional<std::uint64_t> wake_at_;
  std::vector<Action> actions_;  // of the event at hand
  bool finished_ = false;
};

}  // namespace quorate::coordinator
