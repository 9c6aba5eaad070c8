// Whoever leads a ceremony carries its messages, and may carry other ones. The members that the
// adversary controls need no network then: what they say is made here, by hand.

#include <algorithm>
#include <array>
#include <memory>

#include "client/driver/answer.h"
#include "crypto/ed25519/public_arithmetic.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"
#include "sim/adversary/attacks.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using ceremony::Signed;
using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Identifier;

using Messages = std::map<Identifier, Signed>;

struct Leading {
  RogueClient& client;
  std::string_view strategy;
  leader::Plan plan;
  ceremony::Proposal proposal;
  ceremony::Id id{};
  std::map<Identifier, OwnCeremony> own{};  // members that the adversary speaks for
  ceremony::Hellos hellos{};
  Messages hello_messages{};
  Messages deals{};
  Messages other_deals{};  // of the second transcript; the same where there is one
  std::map<Identifier, bool> sees_other{};
  Messages confirms{};
  Scalar root_secret{};  // of rogue-key

  const ed25519::SigningKey& key(Identifier member) const {
    return client.adversary().controlled(proposal.target.find(member)->identity)->identity();
  }
  Entropy& entropy() const { return client.adversary().entropy(); }
};
using Led = std::shared_ptr<Leading>;
using Next = void (*)(const Led&);

std::vector<Signed> in_order(const Messages& messages) {
  std::vector<Signed> all;
  for (const auto& [who, message] : messages) all.push_back(message);
  return all;
}

std::optional<std::size_t> place_of(const Leading& led, Identifier member) {
  return led.client.place_of(led.proposal.target.find(member)->identity);
}

std::optional<Signed> message_in(const wire::v1::Answer& answer) {
  if (!answer.has_ceremony() || !answer.ceremony().has_message()) return std::nullopt;
  const auto decoded = wire::decode(answer.ceremony().message());
  if (!decoded) return std::nullopt;
  return *decoded;
}

// Asks every member whom the adversary does not speak for, and goes on when all have answered.
void ask_others(const Led& led, const std::function<leader::Ask(Identifier)>& make,
                Messages Leading::*into, Next next) {
  std::vector<Identifier> asked;
  for (const ceremony::Member& member : led->proposal.target.members) {
    if (!led->own.contains(member.index) && place_of(*led, member.index)) {
      asked.push_back(member.index);
    }
  }
  const auto open = std::make_shared<std::size_t>(asked.size());
  for (const Identifier who : asked) {
    led->client.ask(*place_of(*led, who), driver::ceremony_ask(make(who)),
                    [led, who, into, open, next](const wire::v1::Answer& answer) {
                      const std::optional<Signed> message = message_in(answer);
                      if (message) ((*led).*into).insert_or_assign(who, *message);
                      if (--*open == 0) next(led);
                    });
  }
}

// --- the steps, for all strategies alike

bool is_whole(const Leading& led, const Messages& messages) {
  return messages.size() == led.proposal.target.members.size();
}

void activate(const Led& led);
void confirm(const Led& led);
void deal(const Led& led);

leader::Certificate certificate(const Leading& led, const Messages& deals) {
  return {led.plan.proposal, in_order(led.hello_messages), in_order(deals), in_order(led.confirms)};
}

Point times_base(const Scalar& scalar) {
  ByteArray<32> bytes = scalar.bytes();
  return Point::base_times(*SecretScalar::parse(bytes));
}

Scalar drawn(const Leading& led) { return Scalar::reveal(SecretScalar::draw(led.entropy())); }

// With the root's secret one needs nobody's approval. Once for each node that has taken the root
// on.
void sign_alone(const Leading& led) {
  std::vector<Bytes> targets = led.client.adversary().targets();
  if (targets.empty()) targets.emplace_back(32, 'x');
  for (Bytes& target : targets) {
    const Scalar nonce = drawn(led);
    const Point commitment = times_base(nonce);
    const Point key = times_base(led.root_secret);
    const Scalar z = nonce + frost::challenge(commitment, key, target) * led.root_secret;
    Forgery forgery{std::move(target), {}};
    const auto middle =
        std::copy(commitment.bytes().begin(), commitment.bytes().end(), forgery.signature.begin());
    std::copy(z.bytes().begin(), z.bytes().end(), middle);
    led.client.adversary().claim("rogue-key", key, std::move(forgery));
  }
}

void send_certificate(const Led& led, Identifier member, const Messages& deals) {
  const auto place = place_of(*led, member);
  if (!place) return;
  led->client.ask(*place, driver::ceremony_ask(leader::Activate{certificate(*led, deals)}),
                  [led](const wire::v1::Answer& answer) {
                    const bool is_active =
                        answer.has_ceremony() && answer.ceremony().state() == "active";
                    if (is_active && led->strategy == "rogue-key") sign_alone(*led);
                  });
}

void begin(const Led& led) {
  for (auto& [who, own] : led->own) {
    led->hello_messages.emplace(who, hello_by_hand(own, led->key(who), led->entropy()));
  }
  ask_others(
      led,
      [led](Identifier) {
        return leader::Open{led->plan.proposal, led->plan.administrators};
      },
      &Leading::hello_messages, deal);
}

void make_own_deals(const Led& led);

void deal(const Led& led) {
  auto checked = ceremony::check_hellos(led->proposal, in_order(led->hello_messages));
  if (!checked) return;
  led->hellos = *std::move(checked);
  ask_others(
      led,
      [led](Identifier) {
        return leader::Hellos{led->id, in_order(led->hello_messages)};
      },
      &Leading::deals, make_own_deals);
}

void confirm_own(const Led& led) {
  for (const auto& [who, own] : led->own) {
    const auto deals = ceremony::check_deals(led->proposal, led->hellos.hash, in_order(led->deals));
    if (!deals) continue;
    led->confirms.insert_or_assign(
        who, signed_by(led->key(who), ceremony::confirm_label,
                       ceremony::encode(ceremony::Confirm{deals->record.transcript, who})));
  }
}

void confirm(const Led& led) {
  if (!is_whole(*led, led->deals) || !is_whole(*led, led->other_deals)) return;
  ask_others(
      led,
      [led](Identifier who) {
        return leader::Deals{led->id,
                             in_order(led->sees_other[who] ? led->other_deals : led->deals)};
      },
      &Leading::confirms, activate);
}

// --- what differs

std::vector<Identifier> others(const Leading& led) {
  std::vector<Identifier> found;
  for (const ceremony::Member& member : led.proposal.target.members) {
    if (!led.own.contains(member.index)) found.push_back(member.index);
  }
  return found;
}

// The coefficients of the Lagrange polynomial of `at` over all places.
std::vector<Scalar> lagrange_polynomial(const std::vector<Scalar>& places, std::size_t at) {
  std::vector<Scalar> coefficients = {Scalar::of(1)};
  for (std::size_t q = 0; q < places.size(); ++q) {
    if (q == at) continue;
    const Scalar scale = (places[at] - places[q]).inverted();
    std::vector<Scalar> next(coefficients.size() + 1);
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
      next[k] = next[k] - scale * places[q] * coefficients[k];
      next[k + 1] = next[k + 1] + scale * coefficients[k];
    }
    coefficients = std::move(next);
  }
  return coefficients;
}

struct RogueDeal {
  dkg::Commitments commitments;
  std::map<Identifier, Scalar> shares;  // for those for whom they fit
};

// Commitments that nobody knows the polynomial of: with those of all others they add up to a key
// that the adversary knows, and t-1 others are dealt numbers that fit. It takes only that nobody
// asks for the proof of possession, and no more honest members than t-1.
std::optional<RogueDeal> rogue_commitments(const Leading& led, Identifier dealer) {
  const std::size_t threshold = led.proposal.target.threshold;
  PublicSum constant;
  constant.add_base_product(led.root_secret);
  const Scalar minus_one = Scalar() - Scalar::of(1);
  for (const auto& [who, message] : led.deals) {
    if (who == dealer) continue;
    const auto theirs = ceremony::decode_deal(led.proposal, message.body);
    if (!theirs) return std::nullopt;
    constant.add_product(minus_one, theirs->commitments.front());
  }
  const auto at_zero = constant.value_vartime();
  if (!at_zero) return std::nullopt;

  RogueDeal rogue;
  std::vector<Scalar> places = {Scalar()};
  std::vector<Point> values = {*at_zero};
  const auto fix = [&](std::uint16_t place) {
    const Scalar value = drawn(led);
    places.push_back(Scalar::of(place));
    values.push_back(times_base(value));
    return value;
  };
  for (const Identifier who : others(led)) {
    if (places.size() < threshold) rogue.shares.emplace(who, fix(who.number()));
  }
  std::uint16_t beyond = 60000;
  while (places.size() < threshold) (void)fix(beyond++);

  std::vector<PublicSum> sums(threshold);
  for (std::size_t at = 0; at < places.size(); ++at) {
    const std::vector<Scalar> weights = lagrange_polynomial(places, at);
    for (std::size_t k = 0; k < threshold; ++k) sums[k].add_product(weights[k], values[at]);
  }
  for (const PublicSum& sum : sums) {
    const auto commitment = sum.value_vartime();
    if (!commitment) return std::nullopt;
    rogue.commitments.push_back(*commitment);
  }
  return rogue;
}

Signed sealed_deal(const Leading& led, Identifier dealer, dkg::Commitments commitments,
                   const dkg::Proof& proof, const std::map<Identifier, Scalar>& shares) {
  ceremony::Deal deal{led.id, led.hellos.hash, dealer, std::move(commitments), proof, {}};
  for (const ceremony::Member& receiver : led.proposal.target.members) {
    const auto share = shares.find(receiver.index);
    ByteArray<32> bytes = (share == shares.end() ? drawn(led) : share->second).bytes();
    const auto envelope =
        dkg::seal(*SecretScalar::parse(bytes),
                  led.hellos.receive_key(led.proposal, receiver.index, dealer), led.entropy());
    if (envelope) deal.envelopes.push_back(*envelope);
  }
  return signed_by(led.key(dealer), ceremony::deal_label, ceremony::encode(deal));
}

void make_own_deals(const Led& led) {
  for (const auto& [who, own] : led->own) {
    DealPlan plan;
    if (led->strategy == "raise-threshold-by-leader") plan.more_coefficients = 1;
    led->deals.insert_or_assign(
        who, deal_by_hand(own, led->hellos, led->key(who), plan, led->entropy()));
  }
  if (led->own.empty()) {
    // Everybody speaks for himself.
  } else if (led->strategy == "rogue-key") {
    const Identifier dealer = led->own.begin()->first;
    led->root_secret = drawn(*led);
    const auto rogue = rogue_commitments(*led, dealer);
    if (!rogue) return;
    const dkg::Proof proof{times_base(drawn(*led)), drawn(*led)};
    led->deals.insert_or_assign(
        dealer, sealed_deal(*led, dealer, rogue->commitments, proof, rogue->shares));
  } else if (led->strategy == "copy-proof") {
    const Identifier dealer = led->own.begin()->first;
    const auto source = led->deals.find(others(*led).front());
    if (source == led->deals.end()) return;
    const auto theirs = ceremony::decode_deal(led->proposal, source->second.body);
    if (!theirs) return;
    led->deals.insert_or_assign(dealer,
                                sealed_deal(*led, dealer, theirs->commitments, theirs->proof, {}));
  }
  led->other_deals = led->deals;
  if (led->strategy == "split-transcript" || led->strategy == "activate-two-transcripts") {
    for (const auto& [who, own] : led->own) {
      led->other_deals.insert_or_assign(
          who, deal_by_hand(own, led->hellos, led->key(who), {}, led->entropy()));
    }
    const std::vector<Identifier> rest = others(*led);
    for (std::size_t i = 0; i < rest.size(); i += 2) led->sees_other[rest[i]] = true;
  }
  if (led->strategy != "abandon-after-deals") confirm(led);
}

void activate(const Led& led) {
  confirm_own(led);
  const std::vector<Identifier> rest = others(*led);
  if (led->strategy == "abandon-between-prepare-and-activate") {
    send_certificate(led, rest.front(), led->deals);
    return;
  }
  for (const Identifier who : rest) {
    const bool sees_other = led->sees_other[who];
    if (sees_other) {
      // Its own members confirm whatever they are asked to.
      Messages before = led->confirms;
      std::swap(led->deals, led->other_deals);
      confirm_own(led);
      std::swap(led->deals, led->other_deals);
      send_certificate(led, who, led->other_deals);
      led->confirms = std::move(before);
    } else {
      send_certificate(led, who, led->deals);
    }
    if (led->strategy == "activate-two-transcripts") {
      send_certificate(led, who, sees_other ? led->deals : led->other_deals);
    }
  }
}

bool lead(RogueClient& client, const Orders& orders, std::string_view strategy, bool by_hand) {
  if (!orders.plan) return false;
  auto proposal = ceremony::decode_proposal(orders.plan->proposal);
  if (!proposal) return false;
  const auto led =
      std::make_shared<Leading>(Leading{client, strategy, *orders.plan, *std::move(proposal)});
  led->id = ceremony::id(led->proposal);
  for (const ceremony::Member& member : led->proposal.target.members) {
    const bool is_ours = client.adversary().controlled(member.identity) != nullptr;
    if (by_hand && is_ours) led->own.emplace(member.index, OwnCeremony{led->proposal, member});
  }
  if ((by_hand && led->own.empty()) || others(*led).empty()) return false;
  begin(led);
  return true;
}

bool rogue_key(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "rogue-key", true);
}
bool copy_proof(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "copy-proof", true);
}
bool raise_threshold(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "raise-threshold-by-leader", true);
}
bool split_transcript(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "split-transcript", true);
}
bool two_transcripts(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "activate-two-transcripts", true);
}
bool abandon_after_deals(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "abandon-after-deals", false);
}
bool abandon_before_activation(RogueClient& client, const Orders& orders) {
  return lead(client, orders, "abandon-between-prepare-and-activate", false);
}

// Everything that any ceremony ever brought, again and in another order.
bool resurrect(RogueClient& client, const Orders& /*orders*/) {
  std::vector<wire::v1::Ask> asks = client.adversary().ceremony_asks();
  if (asks.empty()) return false;
  Stream& stream = client.adversary().stream("resurrect");
  stream.shuffle(asks);
  for (std::size_t k = 0; k < asks.size(); ++k) {
    client.world().queue.in(k * 20 * millisecond, [&client, ask = asks[k]] {
      for (std::size_t node = 0; node < client.roster().size(); ++node) client.ask(node, ask);
    });
  }
  return true;
}

constexpr std::array attacks_by_leaders = {
    AttackLine{{"rogue-key", Stage::leader,
                "a commitment chosen after the others', so that the sum is its own key"},
               rogue_key},
    AttackLine{{"copy-proof", Stage::leader, "another dealer's commitments and proof as its own"},
               copy_proof},
    AttackLine{{"raise-threshold-by-leader", Stage::leader,
                "deals polynomials of too high a degree, and shows them to everybody alike"},
               raise_threshold},
    AttackLine{{"split-transcript", Stage::leader,
                "shows half of the members other deals than the other half"},
               split_transcript},
    AttackLine{{"activate-two-transcripts", Stage::leader,
                "brings everybody the certificates of both halves"},
               two_transcripts},
    AttackLine{{"abandon-after-deals", Stage::leader, "leaves when all have dealt"},
               abandon_after_deals},
    AttackLine{{"abandon-between-prepare-and-activate", Stage::leader,
                "leaves when one member of all has the certificate"},
               abandon_before_activation},
    AttackLine{{"resurrect", Stage::leader, "replays every message of every ceremony"}, resurrect},
};

}  // namespace

std::span<const AttackLine> leader_attacks() { return attacks_by_leaders; }

}  // namespace quorate::sim
