// Lies about partial signatures.

#include <algorithm>
#include <array>

#include "proto/layout/writer.h"
#include "sim/actors/person.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using ed25519::Scalar;
using node::Answer;
using node::Asked;

node::PartialAnswer* partial_in(Answer& answer) {
  return std::get_if<node::PartialAnswer>(&answer);
}

void put(node::PartialAnswer& answer, const NodeHost& node, Bytes body) {
  answer.partial = signed_by(node.identity(), signing::partial_label, std::move(body));
}

// The same answer, truly signed, with another value.
std::optional<Time> answer_with(const NodeHost& node, Answer& answer,
                                const std::function<Scalar(const Scalar&)>& lie) {
  node::PartialAnswer* partial = partial_in(answer);
  if (partial == nullptr) return in_time;
  Result<signing::PartialBody> body = signing::decode_partial(partial->partial.body);
  if (!body) return in_time;
  body->partial.value = lie(body->partial.value);
  put(*partial, node, signing::encode(*body));
  return in_time;
}

std::optional<Time> random_partial(Liar& liar, NodeHost& node, const Asked& /*ask*/,
                                   Answer& answer) {
  return answer_with(node, answer, [&](const Scalar&) {
    return Scalar::reveal(ed25519::SecretScalar::draw(liar.adversary.entropy()));
  });
}

std::optional<Time> off_by_one(Liar& /*liar*/, NodeHost& node, const Asked& /*ask*/,
                               Answer& answer) {
  return answer_with(node, answer, [](const Scalar& z) { return z + Scalar::of(1); });
}

std::optional<Time> of_another_message(Liar& liar, NodeHost& node, const Asked& /*ask*/,
                                       Answer& answer) {
  return answer_with(node, answer, [&](const Scalar& z) {
    const Scalar said = liar.memory.partial.value_or(z + z);
    liar.memory.partial = z;
    return said;
  });
}

std::optional<Time> negated(Liar& /*liar*/, NodeHost& node, const Asked& /*ask*/, Answer& answer) {
  return answer_with(node, answer, [](const Scalar& z) { return Scalar() - z; });
}

std::optional<Time> zero(Liar& /*liar*/, NodeHost& node, const Asked& /*ask*/, Answer& answer) {
  return answer_with(node, answer, [](const Scalar&) { return Scalar(); });
}

std::optional<Time> sometimes_wrong(Liar& liar, NodeHost& node, const Asked& ask, Answer& answer) {
  if (partial_in(answer) == nullptr || liar.stream.chance(percent(50))) return in_time;
  return off_by_one(liar, node, ask, answer);
}

std::optional<Time> non_canonical(Liar& /*liar*/, NodeHost& node, const Asked& /*ask*/,
                                  Answer& answer) {
  node::PartialAnswer* partial = partial_in(answer);
  if (partial == nullptr) return in_time;
  Bytes body = partial->partial.body;
  std::fill(body.end() - 32, body.end(), std::uint8_t{0xff});
  put(*partial, node, std::move(body));
  return in_time;
}

std::optional<Time> in_anothers_name(Liar& /*liar*/, NodeHost& node, const Asked& /*ask*/,
                                     Answer& answer) {
  node::PartialAnswer* partial = partial_in(answer);
  if (partial == nullptr) return in_time;
  Bytes body = partial->partial.body;
  body[33] = static_cast<std::uint8_t>(body[33] == 1 ? 2 : 1);  // the sender, behind the session
  put(*partial, node, std::move(body));
  return in_time;
}

std::optional<Time> wrong_identity(Liar& liar, NodeHost& /*node*/, const Asked& /*ask*/,
                                   Answer& answer) {
  node::PartialAnswer* partial = partial_in(answer);
  if (partial == nullptr) return in_time;
  partial->partial =
      signed_by(draw_key(liar.adversary.entropy()), signing::partial_label, partial->partial.body);
  return in_time;
}

std::optional<Time> session_of_another(Liar& liar, NodeHost& node, const Asked& /*ask*/,
                                       Answer& answer) {
  node::PartialAnswer* partial = partial_in(answer);
  if (partial == nullptr) return in_time;
  Bytes body = partial->partial.body;
  body[liar.stream.below(32)] ^= 1U;
  put(*partial, node, std::move(body));
  return in_time;
}

std::optional<Time> silent(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                           Answer& /*answer*/) {
  return std::nullopt;
}

std::optional<Time> selectively_silent(Liar& liar, NodeHost& /*node*/, const Asked& ask,
                                       Answer& /*answer*/) {
  if (!std::holds_alternative<node::SignAsk>(ask.ask)) return in_time;
  const auto [told, is_new] = liar.memory.told.emplace(ask.client, 0);
  if (is_new) told->second = static_cast<unsigned>(liar.stream.below(4));
  if (told->second == 0) return std::nullopt;  // some from the start, others after a while
  --told->second;
  return in_time;
}

std::optional<Time> just_before_timeout(Liar& liar, NodeHost& /*node*/, const Asked& ask,
                                        Answer& /*answer*/) {
  if (!std::holds_alternative<node::SignAsk>(ask.ask)) return in_time;
  constexpr Time longest = coordinator::HedgeBounds{}.most_ms * millisecond;
  return longest - liar.stream.between(20, 200) * millisecond;
}

std::optional<Time> nonce_unknown(Liar& /*liar*/, NodeHost& /*node*/, const Asked& ask,
                                  Answer& answer) {
  if (!std::holds_alternative<node::SignAsk>(ask.ask)) return in_time;
  std::optional<node::Commitments> fresh;
  if (const auto* partial = partial_in(answer)) fresh = partial->fresh;
  if (const auto* refused = std::get_if<node::Refused>(&answer)) fresh = refused->fresh;
  answer = node::Refused{{{Code::nonce_unknown, "no idea"}}, {}, {}, std::move(fresh)};
  return in_time;
}

std::optional<Time> refuse(Liar& /*liar*/, NodeHost& /*node*/, const Asked& ask, Answer& answer) {
  if (!std::holds_alternative<node::SignAsk>(ask.ask)) return in_time;
  answer = node::Refused{{{Code::requester_not_allowed, "not today"}}};
  return in_time;
}

std::optional<Time> busy_for_ever(Liar& liar, NodeHost& /*node*/, const Asked& ask,
                                  Answer& answer) {
  if (!std::holds_alternative<node::SignAsk>(ask.ask)) return in_time;
  node::Refusal busy{{Code::busy, "later"}};
  busy.wait_s = static_cast<std::uint32_t>(liar.stream.below(3));
  answer = node::Refused{std::move(busy)};
  return in_time;
}

std::optional<Time> another_kind(Liar& /*liar*/, NodeHost& /*node*/, const Asked& ask,
                                 Answer& answer) {
  if (std::holds_alternative<node::SignAsk>(ask.ask)) answer = node::Published{7};
  return in_time;
}

constexpr std::array answer_strategies = {
    StrategyLine{{"wrong-partial-random", Stage::signing, "a partial signature that is a number"},
                 random_partial},
    StrategyLine{{"wrong-partial-off-by-one", Stage::signing, "the right partial signature and 1"},
                 off_by_one},
    StrategyLine{{"wrong-partial-other-message", Stage::signing,
                  "the partial signature that was right for the request before"},
                 of_another_message},
    StrategyLine{{"wrong-partial-negated", Stage::signing, "the right partial signature, negated"},
                 negated},
    StrategyLine{{"wrong-partial-zero", Stage::signing, "a partial signature of zero"}, zero},
    StrategyLine{{"wrong-partial-sometimes", Stage::signing, "right and wrong, as a coin falls"},
                 sometimes_wrong},
    StrategyLine{
        {"non-canonical-scalar", Stage::signing, "a partial signature above the group's order"},
        non_canonical},
    StrategyLine{{"partial-in-anothers-name", Stage::signing,
                  "the right partial signature, as if another member had made it"},
                 in_anothers_name},
    StrategyLine{{"signed-by-wrong-identity", Stage::signing,
                  "the right partial signature under a key that nobody knows"},
                 wrong_identity},
    StrategyLine{{"session-of-another", Stage::signing, "a partial signature of another session"},
                 session_of_another},
    StrategyLine{{"silent", Stage::signing, "takes every question and answers none"}, silent},
    StrategyLine{
        {"selectively-silent", Stage::signing, "answers some coordinators, and those not for ever"},
        selectively_silent},
    StrategyLine{{"just-before-timeout", Stage::signing,
                  "answers right, just before the longest hedge is over"},
                 just_before_timeout},
    StrategyLine{
        {"nonce-unknown-for-ever", Stage::signing, "has forgotten every commitment it gave"},
        nonce_unknown},
    StrategyLine{{"refuse", Stage::signing, "refuses what its policy allows"}, refuse},
    StrategyLine{{"busy-for-ever", Stage::signing, "asks to be asked later, always"},
                 busy_for_ever},
    StrategyLine{{"another-kind-of-answer", Stage::signing,
                  "answers as if it had been asked something else"},
                 another_kind},
};

}  // namespace

layout::Signed signed_by(const ed25519::SigningKey& key, std::string_view label, Bytes body) {
  const ed25519::Signature signature = layout::sign(key, label, body);
  return {std::move(body), signature};
}

std::span<const StrategyLine> signing_lines() { return answer_strategies; }

}  // namespace quorate::sim
