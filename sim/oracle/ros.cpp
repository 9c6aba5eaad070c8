#include "sim/oracle/ros.h"

#include <algorithm>

#include "crypto/ed25519/public_arithmetic.h"

namespace quorate::sim {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;
using frost::Commitment;

namespace {

bool bit(const Scalar& number, std::size_t at) {
  return (number.bytes()[at / 8] >> (at % 8) & 1) != 0;
}

frost::Commitment drawn(frost::Identifier signer, Entropy& entropy) {
  const Point hiding = Point::base_times(SecretScalar::draw(entropy));
  const Point binding = Point::base_times(SecretScalar::draw(entropy));
  return {signer, hiding, binding};
}

// A session as it would go on after one choice of the corrupt members' commitments.
struct Choice {
  frost::Package package;
  Scalar challenge;
  Point honest_part;  // of the group commitment
};

Result<Choice> choose(const frost::Quorum& quorum, const std::vector<StolenShare>& stolen,
                      const OpenSession& session, Entropy& entropy, const BindingRule& binding) {
  std::vector<Commitment> chosen = session.honest;
  for (const StolenShare& corrupt : stolen) chosen.push_back(drawn(corrupt.holder, entropy));
  std::sort(chosen.begin(), chosen.end(),
            [](const Commitment& a, const Commitment& b) { return a.signer < b.signer; });
  QUORATE_TRY(const frost::Package package,
              frost::Package::make(quorum, session.message, std::move(chosen)));
  const frost::BindingFactors factors = binding(package);
  QUORATE_TRY(const Point commitment, frost::group_commitment(package, factors));
  PublicSum honest;
  for (const Commitment& nonces : session.honest) {
    honest.add(nonces.hiding).add_product(factors.at(nonces.signer), nonces.binding);
  }
  QUORATE_TRY(const Point honest_part, honest.value_vartime());
  return Choice{package, frost::challenge(commitment, quorum.group_key, session.message),
                honest_part};
}

Status check_sessions(const std::vector<StolenShare>& stolen,
                      const std::vector<OpenSession>& sessions) {
  if (stolen.empty()) return fail(Code::wrong_participants, "nobody is corrupt");
  if (sessions.size() < Ros::sessions_needed()) {
    return fail(Code::wrong_participants, "it takes " + std::to_string(Ros::sessions_needed()) +
                                              " open sessions, not " +
                                              std::to_string(sessions.size()));
  }
  const std::vector<Commitment>& first = sessions.front().honest;
  for (const OpenSession& session : sessions) {
    if (!std::equal(
            session.honest.begin(), session.honest.end(), first.begin(), first.end(),
            [](const Commitment& a, const Commitment& b) { return a.signer == b.signer; })) {
      return fail(Code::wrong_participants, "the sessions have different honest signers");
    }
  }
  return Done{};
}

}  // namespace

std::size_t Ros::sessions_needed() {
  const Scalar largest = Scalar() - Scalar::of(1);
  std::size_t bits = 8 * largest.bytes().size();
  while (bits != 0 && !bit(largest, bits - 1)) --bits;
  return bits;
}

Result<Ros> Ros::plan(const frost::Quorum& quorum, const std::vector<StolenShare>& stolen,
                      const std::vector<OpenSession>& sessions, Bytes target, Entropy& entropy,
                      const BindingRule& binding) {
  QUORATE_CHECK(check_sessions(stolen, sessions));
  const std::size_t needed = sessions_needed();

  std::vector<std::pair<Choice, Choice>> choices;
  std::vector<Scalar> weights;
  PublicSum sum;
  Scalar answered;  // the sum of weight times challenge, if the first choice is taken everywhere
  Scalar power = Scalar::of(1);
  for (std::size_t i = 0; i < needed; ++i) {
    QUORATE_TRY(Choice first, choose(quorum, stolen, sessions[i], entropy, binding));
    QUORATE_TRY(Choice second, choose(quorum, stolen, sessions[i], entropy, binding));
    const Scalar step = second.challenge - first.challenge;
    if (step.is_zero()) return fail(Code::identity_reached, "two commitments, one challenge");
    weights.push_back(power * step.inverted());  // so that the second choice adds 2^i
    sum.add_product(weights.back(), first.honest_part);
    answered = answered + weights.back() * first.challenge;
    choices.emplace_back(std::move(first), std::move(second));
    power = power + power;
  }
  QUORATE_TRY(const Point commitment, sum.value_vartime());

  Ros attack(std::move(target), quorum.group_key, commitment);
  const Scalar c = frost::challenge(commitment, quorum.group_key, attack.target_);
  const Scalar missing = c - answered;
  for (std::size_t i = 0; i < needed; ++i) {
    const Choice& choice = bit(missing, i) ? choices[i].second : choices[i].first;
    attack.packages_.push_back(choice.package);
  }
  for (const StolenShare& corrupt : stolen) {
    const Scalar lambda = frost::lagrange_coefficient(attack.packages_.front(), corrupt.holder);
    attack.answered_alone_ = attack.answered_alone_ + c * lambda * corrupt.value;
  }
  attack.weights_ = std::move(weights);
  return attack;
}

std::optional<Forgery> Ros::forge(std::span<const std::vector<frost::Partial>> honest) const {
  if (honest.size() != packages_.size()) return std::nullopt;
  Scalar z = answered_alone_;
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    for (const frost::Partial& partial : honest[i]) z = z + weights_[i] * partial.value;
  }
  Forgery forgery{target_, {}};
  const auto middle =
      std::copy(commitment_.bytes().begin(), commitment_.bytes().end(), forgery.signature.begin());
  std::copy(z.bytes().begin(), z.bytes().end(), middle);
  if (!ed25519::verifies(group_key_, target_, forgery.signature)) return std::nullopt;
  return forgery;
}

}  // namespace quorate::sim
