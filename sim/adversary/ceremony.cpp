// Lies of a member in a ceremony. Where a liar says something else than its core, the core will
// have no part of the rest, and the liar goes on by itself.

#include <array>

#include "proto/ceremony/message.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using ceremony::Signed;
using node::Answer;
using node::Asked;

// How a member lies through a whole ceremony. It deals by hand, and another deal to everybody who
// asks; who fetches is given its core's.
struct Course {
  bool says_other_hellos = false;  // one for each who asks; its core's to those who fetch
  bool complains_without_cause = false;
  DealPlan plan{};
};

OwnCeremony* find(Liar& liar, const ceremony::Id& id) {
  const auto found = liar.memory.ceremonies.find(id);
  return found == liar.memory.ceremonies.end() ? nullptr : &found->second;
}

// The first member that is not the liar.
std::optional<frost::Identifier> victim(const OwnCeremony& own) {
  for (const ceremony::Member& member : own.proposal.target.members) {
    if (member.index != own.self.index) return member.index;
  }
  return std::nullopt;
}

void answer_with(Answer& answer, Signed message) {
  answer = node::CeremonyAnswer(std::move(message));
}

void open(Liar& liar, NodeHost& node, const Asked& ask, const node::Open& what,
          const Course& course, Answer& answer) {
  const auto* said = std::get_if<node::CeremonyAnswer>(&answer);
  if (said == nullptr || !std::holds_alternative<Signed>(*said)) return;
  const Result<ceremony::Proposal> proposal = ceremony::decode_proposal(what.proposal);
  if (!proposal) return;
  const ceremony::Member* self = proposal->target.find(node.identity().public_key());
  if (self == nullptr) return;
  OwnCeremony& own =
      liar.memory.ceremonies.try_emplace(ceremony::id(*proposal), OwnCeremony{*proposal, *self})
          .first->second;
  if (!course.says_other_hellos && !course.complains_without_cause) return;
  if (!own.said_hello.contains(ask.client)) {
    own.said_hello.emplace(ask.client,
                           hello_by_hand(own, node.identity(), liar.adversary.entropy()));
  }
  answer_with(answer, own.said_hello.at(ask.client));
}

void deal(Liar& liar, NodeHost& node, const Asked& ask, const node::Hellos& what,
          const Course& course, Answer& answer) {
  OwnCeremony* own = find(liar, what.ceremony);
  if (own == nullptr) return;
  auto hellos = ceremony::check_hellos(own->proposal, what.messages);
  if (!hellos) return;
  own->hellos = *std::move(hellos);
  own->hello_messages = what.messages;
  const auto said = own->said_deal.find(ask.client);
  if (said != own->said_deal.end()) {
    answer_with(answer, said->second);
    return;
  }
  DealPlan plan = course.plan;
  if (plan.zero_for) plan.zero_for = victim(*own);
  if (plan.wrong_for) plan.wrong_for = victim(*own);
  Signed made = deal_by_hand(*own, *own->hellos, node.identity(), plan, liar.adversary.entropy());
  own->said_deal.emplace(ask.client, made);
  answer_with(answer, std::move(made));
}

void conclude(Liar& liar, NodeHost& node, const node::Deals& what, const Course& course,
              Answer& answer) {
  const OwnCeremony* own = find(liar, what.ceremony);
  if (own == nullptr || !own->hellos) return;
  const auto deals = ceremony::check_deals(own->proposal, own->hellos->hash, what.messages);
  if (!deals) return;
  if (course.complains_without_cause) {
    const std::optional<frost::Identifier> accused = victim(*own);
    if (!accused) return;
    const std::size_t place = ceremony::position(own->proposal.target, *accused);
    const ceremony::Complaint complaint{what.ceremony, own->self.index, *accused,
                                        ceremony::deal_body_hash(what.messages[place].body),
                                        own->receive_keys[place].secret.expose()};
    answer_with(answer,
                signed_by(node.identity(), ceremony::complaint_label, ceremony::encode(complaint)));
    return;
  }
  answer_with(
      answer,
      signed_by(node.identity(), ceremony::confirm_label,
                ceremony::encode(ceremony::Confirm{deals->record.transcript, own->self.index})));
}

std::optional<Time> take_course(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer,
                                const Course& course) {
  const auto* ceremony = std::get_if<node::CeremonyAsk>(&ask.ask);
  if (ceremony == nullptr) return in_time;
  if (const auto* what = std::get_if<node::Open>(ceremony)) {
    open(liar, node, ask, *what, course, answer);
  } else if (const auto* hellos = std::get_if<node::Hellos>(ceremony)) {
    deal(liar, node, ask, *hellos, course, answer);
  } else if (const auto* deals = std::get_if<node::Deals>(ceremony)) {
    conclude(liar, node, *deals, course, answer);
  }
  return in_time;
}

// Any member will do: who it is, is known when the hellos are there.
frost::Identifier somebody() { return *frost::Identifier::make(1); }

std::optional<Time> equivocate_1(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  return take_course(liar, node, ask, answer, {true, false, {}});
}

std::optional<Time> equivocate_2(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  return take_course(liar, node, ask, answer, {});
}

std::optional<Time> raise_threshold(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  Course course;
  course.plan.more_coefficients = 1;
  return take_course(liar, node, ask, answer, course);
}

std::optional<Time> lower_threshold(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  Course course;
  course.plan.more_coefficients = -1;
  return take_course(liar, node, ask, answer, course);
}

std::optional<Time> zero_share(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  Course course;
  course.plan.zero_for = somebody();
  return take_course(liar, node, ask, answer, course);
}

std::optional<Time> bad_share(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  Course course;
  course.plan.wrong_for = somebody();
  return take_course(liar, node, ask, answer, course);
}

std::optional<Time> foreign_proof(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  Course course;
  course.plan.has_foreign_proof = true;
  return take_course(liar, node, ask, answer, course);
}

std::optional<Time> false_complaint(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  return take_course(liar, node, ask, answer, {false, true, {}});
}

// What the leader then has is a certificate, and a member that never says that it is active.
std::optional<Time> abandon(Liar& /*liar*/, NodeHost& /*node*/, const Asked& ask,
                            Answer& /*answer*/) {
  const auto* ceremony = std::get_if<node::CeremonyAsk>(&ask.ask);
  if (ceremony != nullptr && std::holds_alternative<node::Activate>(*ceremony)) {
    return std::nullopt;
  }
  return in_time;
}

std::optional<Time> silent_in_ceremonies(Liar& /*liar*/, NodeHost& /*node*/, const Asked& ask,
                                         Answer& /*answer*/) {
  if (std::holds_alternative<node::CeremonyAsk>(ask.ask)) return std::nullopt;
  return in_time;
}

constexpr std::array ceremony_strategies = {
    StrategyLine{{"equivocate-round-1", Stage::ceremony, "another hello for everybody who asks"},
                 equivocate_1},
    StrategyLine{{"equivocate-round-2", Stage::ceremony, "another deal for everybody who asks"},
                 equivocate_2},
    StrategyLine{{"raise-threshold", Stage::ceremony, "deals a polynomial of too high a degree"},
                 raise_threshold},
    StrategyLine{{"lower-threshold", Stage::ceremony, "deals a polynomial of too low a degree"},
                 lower_threshold},
    StrategyLine{{"zero-share", Stage::ceremony, "deals a share of zero, truly"}, zero_share},
    StrategyLine{{"bad-share-to-one", Stage::ceremony, "deals one member a wrong share"},
                 bad_share},
    StrategyLine{{"foreign-proof", Stage::ceremony,
                  "proves that it knows its constant, for another ceremony"},
                 foreign_proof},
    StrategyLine{{"false-complaint", Stage::ceremony, "complains of an honest dealer"},
                 false_complaint},
    StrategyLine{
        {"abandon-at-activation", Stage::ceremony, "confirms, and never answers the certificate"},
        abandon},
    StrategyLine{{"silent-in-ceremonies", Stage::ceremony, "answers no step of a ceremony"},
                 silent_in_ceremonies},
};

}  // namespace

std::span<const StrategyLine> ceremony_lines() { return ceremony_strategies; }

}  // namespace quorate::sim
