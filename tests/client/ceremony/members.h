// The members of a ceremony as honest nodes act, without disk and custody, and a relay in virtual
// time that hands their answers on in any order.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/ceremony/leader.h"
#include "client/ceremony/proposal.h"
#include "crypto/dkg/receiver.h"
#include "crypto/ed25519/signing_key.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {

// What a member does wrong, if anything.
enum class Fault {
  none,
  silent,
  refuses,
  busy_once,
  drops_once,   // the connection breaks after each first ask, and comes back
  deals_badly,  // a wrong share for the first other member
  accuses_without_cause,
  signs_short_hello,
  activates_late,  // says `confirmed` to the first activate
};

class Member {
 public:
  Member(frost::Identifier index, Fault fault, ed25519::SigningKey identity)
      : index_(index), fault_(fault), identity_(std::move(identity)) {}

  frost::Identifier index() const { return index_; }
  const ed25519::Point& identity() const { return identity_.public_key(); }
  Fault fault() const { return fault_; }
  bool is_active() const { return is_active_; }
  bool was_shown_evidence() const { return was_shown_evidence_; }
  const std::optional<ed25519::SecretScalar>& share() const { return share_; }
  // Every answer is made once and repeated after.
  leader::Event answer(const leader::Ask& ask, Entropy& entropy);
  layout::Signed second_hello(Entropy& entropy);

 private:
  leader::Event hello(const leader::Open& ask, Entropy& entropy);
  leader::Event deal(const leader::Hellos& ask, Entropy& entropy);
  leader::Event confirm(const leader::Deals& ask);
  layout::Signed complaint(const ceremony::Deal& deal, const Bytes& body);
  layout::Signed new_hello(Entropy& entropy);
  layout::Signed signed_as(std::string_view label, Bytes body) const;

  frost::Identifier index_;
  Fault fault_;
  ed25519::SigningKey identity_;
  std::optional<ceremony::Proposal> proposal_;
  std::vector<dkg::ReceiveKey> keys_;  // one for each dealer
  ceremony::Certificate known_;        // what it answers `fetch` with
  std::optional<layout::Signed> hello_, deal_, confirm_;
  std::optional<ed25519::SecretScalar> share_;
  int activations_ = 0;
  bool is_active_ = false;
  bool was_shown_evidence_ = false;
};

struct Ending {
  std::optional<leader::Finished> finished;
  std::optional<leader::Failed> failed;
  std::vector<std::string> progress;
  std::uint64_t ended_at = 0;
};

class Gathering {
 public:
  Gathering(std::uint16_t threshold, std::vector<Fault> faults, std::uint64_t seed);

  leader::Plan plan() const;
  // Ends early after so many answers, where `answers` says so: the leader died.
  Ending run(leader::Leader& leader, leader::Begin begin = leader::Begin::anew,
             std::optional<std::size_t> answers = {});

  std::map<frost::Identifier, Member> members;
  SeededEntropy entropy;

 private:
  void perform(std::vector<leader::Action> actions, Ending& ending);

  Bytes proposal_;
  std::multimap<std::uint64_t, leader::Event> deliveries_;
  std::set<frost::Identifier> dropped_;
  std::set<frost::Identifier> was_busy_;
  std::uint64_t now_ = 1000;
};

}  // namespace quorate::testing
