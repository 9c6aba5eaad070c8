// Lies about nonce commitments.

#include <array>
#include <bit>

#include "crypto/ed25519/public_arithmetic.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using ed25519::Point;
using frost::Commitment;
using node::Answer;
using node::Asked;

// No honest program holds such points: Point::parse() makes none. What leaves a liar need not be
// possible.
static_assert(sizeof(Point) == sizeof(ByteArray<32>) && std::is_trivially_copyable_v<Point>);
Point impossible(const ByteArray<32>& encoding) { return std::bit_cast<Point>(encoding); }

// Zero in the transparent group, where 1 is the generator; 1 on the curve.
ByteArray<32> identity() {
  const ByteArray<32> one{1};
  const auto generator =
      ed25519::PublicSum().add_base_product(ed25519::Scalar::of(1)).value_vartime();
  return generator && generator->bytes() == one ? ByteArray<32>{} : one;
}

// Of order 8 on the curve, RFC 9591's reason to check; no element of the transparent group either.
constexpr ByteArray<32> small_order = {
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05};

node::Commitments* pairs_in(Answer& answer) {
  if (auto* commitments = std::get_if<node::Commitments>(&answer)) return commitments;
  if (auto* partial = std::get_if<node::PartialAnswer>(&answer)) {
    return partial->fresh ? &*partial->fresh : nullptr;
  }
  if (auto* refused = std::get_if<node::Refused>(&answer)) {
    return refused->fresh ? &*refused->fresh : nullptr;
  }
  return nullptr;
}

std::optional<Time> give(Answer& answer, const std::function<Commitment(const Commitment&)>& lie) {
  if (node::Commitments* found = pairs_in(answer)) {
    for (Commitment& pair : found->pairs) pair = lie(pair);
  }
  return in_time;
}

void remember_others(Liar& liar, const Asked& ask) {
  const auto* sign = std::get_if<node::SignAsk>(&ask.ask);
  if (sign == nullptr || !sign->commitments) return;
  for (const Commitment& pair : *sign->commitments) {
    liar.memory.others.insert_or_assign(pair.signer, pair);
  }
}

std::optional<Time> equivocating(Liar& liar, NodeHost& /*node*/, const Asked& /*ask*/,
                                 Answer& answer) {
  return give(answer, [&](const Commitment& pair) {
    const auto drawn = [&] {
      return Point::base_times(ed25519::SecretScalar::draw(liar.adversary.entropy()));
    };
    const Point hiding = drawn();
    return Commitment{pair.signer, hiding, drawn()};
  });
}

std::optional<Time> replayed(Liar& liar, NodeHost& /*node*/, const Asked& /*ask*/, Answer& answer) {
  return give(answer, [&](const Commitment& pair) {
    if (!liar.memory.pair) liar.memory.pair = pair;
    return *liar.memory.pair;
  });
}

std::optional<Time> both_identity(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                                  Answer& answer) {
  return give(answer, [](const Commitment& pair) {
    return Commitment{pair.signer, impossible(identity()), impossible(identity())};
  });
}

std::optional<Time> of_small_order(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                                   Answer& answer) {
  return give(answer, [](const Commitment& pair) {
    return Commitment{pair.signer, pair.hiding, impossible(small_order)};
  });
}

// Another member's pair under its own number.
std::optional<Time> of_another(Liar& liar, NodeHost& /*node*/, const Asked& ask, Answer& answer) {
  remember_others(liar, ask);
  return give(answer, [&](const Commitment& pair) {
    for (const auto& [who, other] : liar.memory.others) {
      if (who != pair.signer) return Commitment{pair.signer, other.hiding, other.binding};
    }
    return pair;
  });
}

// Its own pair under another member's number.
std::optional<Time> for_another(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                                Answer& answer) {
  return give(answer, [](const Commitment& pair) {
    const auto other = frost::Identifier::make(pair.signer.number() == 1 ? 2 : 1);
    return other ? Commitment{*other, pair.hiding, pair.binding} : pair;
  });
}

// The halves exchanged, so that its core does not know it any more.
std::optional<Time> exchanged(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                              Answer& answer) {
  return give(answer, [](const Commitment& pair) {
    return Commitment{pair.signer, pair.binding, pair.hiding};
  });
}

std::optional<Time> none_at_all(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                                Answer& answer) {
  if (node::Commitments* found = pairs_in(answer)) found->pairs.clear();
  return in_time;
}

constexpr std::array pair_strategies = {
    StrategyLine{{"equivocating-commitments", Stage::signing,
                  "everybody is given other commitments, none of which it can open"},
                 equivocating},
    StrategyLine{{"replayed-commitments", Stage::signing,
                  "everybody is given the same commitments, again and again"},
                 replayed},
    StrategyLine{{"commitment-is-identity", Stage::signing, "commitments that are the identity"},
                 both_identity},
    StrategyLine{
        {"commitment-of-small-order", Stage::signing, "commitments outside the prime-order group"},
        of_small_order},
    StrategyLine{
        {"commitment-of-another", Stage::signing, "another member's commitments as its own"},
        of_another},
    StrategyLine{
        {"commitment-for-another", Stage::signing, "its commitments under another member's number"},
        for_another},
    StrategyLine{
        {"commitment-exchanged", Stage::signing, "hiding and binding commitment exchanged"},
        exchanged},
    StrategyLine{{"commitment-missing", Stage::signing, "no commitments where some were asked for"},
                 none_at_all},
};

}  // namespace

std::span<const StrategyLine> pair_lines() { return pair_strategies; }

}  // namespace quorate::sim
