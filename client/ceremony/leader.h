// Leads a ceremony that creates a root: carries the members' messages between them, and can neither
// read nor change any. No socket, no clock; tell it what happened, then do what it says.
//
//   QUORATE_TRY(Leader leader, Leader::make(plan));
//   perform(leader.handle(now_ms, Start{Begin::anew}));
//   ...                                                    until an action is Finished or Failed
//
//   open -> hello of all;  hellos -> deal of all;  deals -> confirm of all;  activate -> all active
//
// What to ask a member next follows only from the messages at hand, so a ceremony that broke off is
// resumed with the same proposal: Begin::resume first asks every member for what it has. Every step
// is idempotent for the nodes.
//
// Creating a root needs every member. It is done only when each has it active; before that nobody
// should be told of the new root.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/transcript.h"

namespace quorate::leader {

using ceremony::Certificate;
using ceremony::Id;
using frost::Identifier;
using layout::Signed;

struct Plan {
  Bytes proposal;                           // as administrators signed it
  std::vector<Bytes> administrators;        // their SSHSIG blobs
  std::map<Identifier, std::string> names;  // of every member, for people
};

// The asks, as CeremonyAsk of the wire has them.
struct Open {
  Bytes proposal;
  std::vector<Bytes> administrators;
};
struct Hellos {
  Id ceremony;
  std::vector<Signed> messages;
};
struct Deals {
  Id ceremony;
  std::vector<Signed> messages;
};
struct Activate {
  Certificate certificate;
};
struct Fetch {
  Id ceremony;
};
struct Evidence {
  Id ceremony;
  std::vector<Signed> messages;  // a complaint behind the deal that it is about
};
using Ask = std::variant<Open, Hellos, Deals, Activate, Fetch, Evidence>;

// Events. The Identifier is that of the member whose identity the channel is pinned to; answers
// belong to the last ask on that channel.
enum class Begin { anew, resume };
struct Start {
  Begin begin = Begin::anew;
};
struct MessageArrived {
  Identifier member;
  Signed message;
};
struct KnownArrived {  // the answer to Fetch; lists may be incomplete or empty
  Identifier member;
  Certificate known;
};
struct StateArrived {
  Identifier member;
  std::string state;
};
struct Refused {
  Identifier member;
  std::uint32_t code;
  std::string reason;
  std::uint32_t wait_s = 0;
};
struct MalformedAnswer {
  Identifier member;
  std::string why;
};
struct Lost {
  Identifier member;
  std::string why;
};
struct Reconnected {
  Identifier member;
};
struct Tick {};
struct Deadline {};
using Event = std::variant<Start, MessageArrived, KnownArrived, StateArrived, Refused,
                           MalformedAnswer, Lost, Reconnected, Tick, Deadline>;

enum class Conduct { fine, silent, unreachable, refused, aborted, malformed, guilty };
std::string_view name(Conduct conduct);

struct MemberReport {
  Identifier member;
  std::string name;
  Conduct conduct;
  std::uint32_t code;  // of a refusal, as it travelled; else 0
  std::string reason;  // printable ASCII
};

// `bravo refused: administrators_missing: …`
std::string text(const MemberReport& report);

struct Report {
  Error error;                        // `guilty`, `too_few_nodes`, `timed_out`, or what broke it
  std::vector<MemberReport> members;  // all, ascending
  // What proves the guilt of those named `guilty`: signed messages of this ceremony, with the
  // hellos where a complaint is judged. Together with the proposal they convince anybody.
  std::vector<Signed> evidence;
  // All confirmed, and somebody has not taken the root on yet: bring it again later.
  std::optional<Certificate> certificate;
};

// Actions. An ask to a member that is not connected is dropped by the driver: Reconnected makes the
// core ask again.
struct Send {
  Identifier member;
  Ask ask;
};
struct Progress {
  std::string text;  // `2 of 3 have dealt; waiting for charlie`
};
struct WakeAt {  // in place of any earlier WakeAt
  std::uint64_t time_ms;
};
struct Finished {
  Certificate certificate;
  ceremony::EpochRecord record;
};
struct Failed {
  Report report;
};
using Action = std::variant<Send, Progress, WakeAt, Finished, Failed>;

class Leader {
 public:
  // Fails as decode_proposal() and check_create() do, and with `not_a_member` where a member has no
  // name in the plan.
  [[nodiscard]] static Result<Leader> make(Plan plan);

  // The first event is Start. After Finished or Failed there are no more actions. `now_ms` never
  // goes back.
  [[nodiscard]] std::vector<Action> handle(std::uint64_t now_ms, const Event& event);

  const ceremony::Proposal& proposal() const { return proposal_; }
  const Id& id() const { return id_; }
  bool is_finished() const { return finished_; }

 private:
  enum class Step { fetch, hello, deal, confirm, activate, evidence };
  struct Member {
    std::string name;
    ed25519::Point identity;
    std::optional<Signed> hello = {};
    std::optional<Signed> deal = {};
    std::optional<Signed> confirm = {};
    bool is_active = false;
    std::optional<Step> asked = {};                  // the question that is open
    std::optional<std::uint64_t> ask_again_at = {};  // it was busy
    std::optional<std::string> lost = {};
    bool was_told = false;  // of the complaint
    Conduct conduct = Conduct::fine;
    std::uint32_t code = 0;
    std::string reason = {};
  };

  Leader(Plan plan, ceremony::Proposal proposal);

  void on(const Start& event);
  void on(const MessageArrived& event);
  void on(const KnownArrived& event);
  void on(const StateArrived& event);
  void on(const Refused& event);
  void on(const MalformedAnswer& event);
  void on(const Lost& event);
  void on(const Reconnected& event);
  void on(const Tick& event);
  void on(const Deadline& event);

  // answers.cpp: what a member said
  Member* find(Identifier who);
  using Slot = std::optional<Signed> Member::*;
  static Slot slot_of(Step step);
  void take(Identifier who, Step step, const Signed& message);
  bool take_abort(Identifier who, Member& member, const Signed& message);
  bool take_complaint(Identifier who, const Signed& message);
  void take_known(Step step, const std::vector<Signed>& messages);
  void settle_on(const Certificate& whole);
  void spoil(Identifier who, Conduct conduct, const Error& error, std::uint32_t code = 0);

  // leader.cpp: what follows
  void advance();
  bool has_all(Step step) const;
  std::vector<Signed> all(Step step) const;
  [[nodiscard]] bool check(Step step);
  void blame(const ceremony::Fault& fault, Slot slot);
  void ask_those_who_are_missing();
  bool is_missing(const Member& member) const;
  Ask ask_for(Step step) const;
  std::vector<Signed> complaint_with_its_deal() const;
  Certificate certificate() const;
  void say_progress();
  void break_with(Error error);
  void spread_evidence();
  void conclude_if_settled();
  void finish(Action last);
  Report report() const;
  void plan_wake();

  Plan plan_;
  ceremony::Proposal proposal_;
  Id id_;
  std::map<Identifier, Member> members_;
  Step step_ = Step::hello;
  std::optional<ceremony::Hellos> hellos_;
  std::optional<ceremony::Deals> deals_;
  std::vector<Signed> known_confirms_;  // until the transcript is known that they must name
  bool is_certified_ = false;           // a member had all of it when it was taken up again
  std::vector<Signed> evidence_;
  std::optional<Signed> complaint_;  // the first, relayed to all
  std::optional<Error> broken_;      // why it can't succeed any more
  std::uint64_t settles_at_ = 0;
  std::uint64_t now_ = 0;
  std::optional<std::uint64_t> wake_at_;
  std::string said_;
  std::vector<Action> actions_;
  bool finished_ = false;
};

}  // namespace quorate::leader
