#include "tests/client/ceremony/members.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/dkg/envelope.h"

namespace quorate::testing {

using ceremony::Certificate;
using frost::Identifier;
using layout::Signed;
using leader::Event;

namespace {

ed25519::SigningKey new_key(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

}  // namespace

Signed Member::signed_as(std::string_view label, Bytes body) const {
  const ed25519::Signature signature = layout::sign(identity_, label, body);
  return {std::move(body), signature};
}

Event Member::answer(const leader::Ask& ask, Entropy& entropy) {
  if (const auto* open = std::get_if<leader::Open>(&ask)) return hello(*open, entropy);
  if (std::holds_alternative<leader::Fetch>(ask)) {
    if (!hello_) {
      return leader::Refused{index_, number(Code::ceremony_unknown), "never heard of it"};
    }
    return leader::KnownArrived{index_, known_};
  }
  // A node that never opened the ceremony can't go on with it.
  if (!proposal_)
    return leader::Refused{index_, number(Code::ceremony_unknown), "never heard of it"};
  if (const auto* hellos = std::get_if<leader::Hellos>(&ask)) return deal(*hellos, entropy);
  if (const auto* deals = std::get_if<leader::Deals>(&ask)) return confirm(*deals);
  if (const auto* activate = std::get_if<leader::Activate>(&ask)) {
    if (fault_ == Fault::activates_late && activations_++ == 0) {
      return leader::StateArrived{index_, "confirmed"};
    }
    QUORATE_INVARIANT(ceremony::verify(activate->certificate).has_value());
    is_active_ = true;
    return leader::StateArrived{index_, "active"};
  }
  was_shown_evidence_ = true;
  return leader::MessageArrived{
      index_, signed_as(ceremony::abort_label,
                        ceremony::encode(ceremony::Abort{ceremony::id(*proposal_), index_,
                                                         ceremony::AbortReason::complaint}))};
}

Signed Member::new_hello(Entropy& entropy) {
  ceremony::Hello message{ceremony::id(*proposal_), index_, {}};
  keys_.clear();
  for (std::size_t i = 0; i < proposal_->target.members.size(); ++i) {
    keys_.push_back(dkg::ReceiveKey::generate(entropy));
    message.receive_keys.push_back(keys_.back().public_key);
  }
  if (fault_ == Fault::signs_short_hello) message.receive_keys.pop_back();
  return signed_as(ceremony::hello_label, ceremony::encode(message));
}

Signed Member::second_hello(Entropy& entropy) {
  const std::vector<dkg::ReceiveKey> kept = std::exchange(keys_, {});
  return new_hello(entropy);
}

Event Member::hello(const leader::Open& ask, Entropy& entropy) {
  if (fault_ == Fault::refuses) {
    return leader::Refused{index_, number(Code::administrators_missing), "1 of 2 has signed"};
  }
  if (!hello_) {
    proposal_ = ceremony::decode_proposal(ask.proposal).value();
    hello_ = new_hello(entropy);
    known_.proposal = ask.proposal;
    known_.hellos = {*hello_};
  }
  return leader::MessageArrived{index_, *hello_};
}

Event Member::deal(const leader::Hellos& ask, Entropy& entropy) {
  if (!deal_) {
    const ceremony::Hellos hellos = ceremony::check_hellos(*proposal_, ask.messages).value();
    const dkg::Polynomial polynomial = dkg::Polynomial::draw(proposal_->target.threshold, entropy);
    ceremony::Deal message{
        ceremony::id(*proposal_),
        hellos.hash,
        index_,
        polynomial.commitments(),
        polynomial.prove(index_, ceremony::id(*proposal_), ed25519::SecretScalar::draw(entropy)),
        {}};
    bool is_first_other = true;
    for (const ceremony::Member& receiver : proposal_->target.members) {
      const bool is_bad = fault_ == Fault::deals_badly && receiver.index != index_ &&
                          std::exchange(is_first_other, false);
      message.envelopes.push_back(
          dkg::seal(is_bad ? ed25519::SecretScalar::draw(entropy) : polynomial.at(receiver.index),
                    hellos.receive_key(*proposal_, receiver.index, index_), entropy)
              .value());
    }
    deal_ = signed_as(ceremony::deal_label, ceremony::encode(message));
    known_.hellos = ask.messages;
    known_.deals = {*deal_};
  }
  return leader::MessageArrived{index_, *deal_};
}

Event Member::confirm(const leader::Deals& ask) {
  if (confirm_) return leader::MessageArrived{index_, *confirm_};
  const ceremony::Hellos hellos = ceremony::check_hellos(*proposal_, known_.hellos).value();
  const ceremony::Deals deals =
      ceremony::check_deals(*proposal_, hellos.hash, ask.messages).value();
  const std::size_t own = ceremony::position(proposal_->target, index_);
  std::vector<ed25519::SecretScalar> shares;
  for (std::size_t i = 0; i < deals.messages.size(); ++i) {
    const ceremony::Deal& dealt = deals.messages[i];
    auto share = dkg::open(dealt.envelopes[own], keys_[i]);
    const bool is_good = share && dkg::check_share(index_, *share, dealt.commitments).has_value();
    if (!is_good || (fault_ == Fault::accuses_without_cause && dealt.sender != index_)) {
      return leader::MessageArrived{index_, complaint(dealt, ask.messages[i].body)};
    }
    shares.push_back(std::move(*share));
  }
  share_ = dkg::sum(shares);
  confirm_ = signed_as(ceremony::confirm_label,
                       ceremony::encode(ceremony::Confirm{deals.record.transcript, index_}));
  known_.deals = ask.messages;
  known_.confirms = {*confirm_};
  return leader::MessageArrived{index_, *confirm_};
}

Signed Member::complaint(const ceremony::Deal& deal, const Bytes& body) {
  const std::size_t dealer = ceremony::position(proposal_->target, deal.sender);
  return signed_as(ceremony::complaint_label,
                   ceremony::encode(ceremony::Complaint{ceremony::id(*proposal_), index_,
                                                        deal.sender, ceremony::deal_body_hash(body),
                                                        keys_[dealer].secret.expose()}));
}

Gathering::Gathering(std::uint16_t threshold, std::vector<Fault> faults, std::uint64_t seed)
    : entropy(seed) {
  leader::NewRoot root{"files", "file", threshold, {}};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const Identifier index = Identifier::make(static_cast<std::uint32_t>(i + 1)).value();
    Member member(index, faults[i], new_key(entropy));
    root.members.push_back(member.identity());
    members.emplace(index, std::move(member));
  }
  proposal_ = ceremony::encode(leader::propose(root, 1'700'000'000, entropy).value());
}

leader::Plan Gathering::plan() const {
  leader::Plan plan{proposal_, {{1, 2, 3}}, {}};
  for (const auto& [who, member] : members) {
    plan.names.emplace(who, "node-" + std::to_string(who.number()));
  }
  return plan;
}

Ending Gathering::run(leader::Leader& leader, leader::Begin begin,
                      std::optional<std::size_t> answers) {
  Ending ending;
  deliveries_.clear();
  perform(leader.handle(now_, leader::Start{begin}), ending);
  while (!ending.finished && !ending.failed) {
    if (answers && (*answers)-- == 0) break;
    if (deliveries_.empty()) {
      now_ += 60'000;
      perform(leader.handle(now_, leader::Deadline{}), ending);
      break;
    }
    const auto next = deliveries_.begin();
    now_ = std::max(now_, next->first);
    const Event event = std::move(next->second);
    deliveries_.erase(next);
    perform(leader.handle(now_, event), ending);
  }
  ending.ended_at = now_;
  return ending;
}

void Gathering::perform(std::vector<leader::Action> actions, Ending& ending) {
  for (leader::Action& action : actions) {
    if (auto* send = std::get_if<leader::Send>(&action)) {
      Member& member = members.at(send->member);
      const std::uint64_t at = now_ + 1 + entropy.number() % 30;
      if (member.fault() == Fault::silent) continue;
      if (member.fault() == Fault::busy_once && was_busy_.insert(send->member).second) {
        deliveries_.emplace(at, leader::Refused{send->member, number(Code::busy), "wait", 1});
        continue;
      }
      const Event answer = member.answer(send->ask, entropy);
      if (member.fault() == Fault::drops_once && dropped_.insert(send->member).second) {
        deliveries_.emplace(at, leader::Lost{send->member, "connection reset"});
        deliveries_.emplace(at + 50, leader::Reconnected{send->member});
        continue;
      }
      deliveries_.emplace(at, answer);
    } else if (auto* wake = std::get_if<leader::WakeAt>(&action)) {
      deliveries_.emplace(wake->time_ms, leader::Tick{});
    } else if (auto* progress = std::get_if<leader::Progress>(&action)) {
      ending.progress.push_back(progress->text);
    } else if (auto* finished = std::get_if<leader::Finished>(&action)) {
      ending.finished = std::move(*finished);
    } else if (auto* failed = std::get_if<leader::Failed>(&action)) {
      ending.failed = std::move(*failed);
    }
  }
}

}  // namespace quorate::testing
