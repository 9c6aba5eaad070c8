#include "sim/oracle/collusion.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "crypto/ed25519/public_arithmetic.h"

namespace quorate::sim {

using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using frost::Identifier;

namespace {

// A partial signature with all that its equation holds: value = d + rho e + weight s.
struct Answer {
  frost::Commitment nonces;
  Scalar rho;
  Scalar weight;  // lambda c
  Scalar value;
};

struct Answered {
  std::vector<Answer> answers;  // ascending by signer
  bool is_complete;             // one of every signer

  // The nonces' part of the commitment, times `weight`, is added to the sum.
  static void add_nonces(PublicSum& sum, const Answer& answer, const Scalar& weight) {
    sum.add_product(weight, answer.nonces.hiding)
        .add_product(weight * answer.rho, answer.nonces.binding);
  }
};

std::optional<Answered> read(const Session& session, const BindingRule& binding) {
  const frost::BindingFactors factors = binding(session.package);
  const Result<Point> commitment = frost::group_commitment(session.package, factors);
  if (!commitment) return std::nullopt;
  const Scalar c =
      frost::challenge(*commitment, session.package.group_key(), session.package.message());
  Answered answered{{}, false};
  for (const frost::Commitment& nonces : session.package.commitments()) {
    const auto partial =
        std::find_if(session.partials.begin(), session.partials.end(),
                     [&](const frost::Partial& each) { return each.signer == nonces.signer; });
    if (partial == session.partials.end()) continue;
    const Scalar weight = frost::lagrange_coefficient(session.package, nonces.signer) * c;
    answered.answers.push_back({nonces, factors.at(nonces.signer), weight, partial->value});
  }
  answered.is_complete = answered.answers.size() == session.package.commitments().size();
  return answered;
}

class Attempt {
 public:
  Attempt(const Spoils& spoils, std::span<const Bytes> targets, std::size_t trials)
      : spoils_(spoils), targets_(targets), trials_(trials), left_(trials) {
    for (const Session& session : spoils.sessions) {
      if (std::optional<Answered> answered = read(session, spoils.binding)) {
        sessions_.push_back(*std::move(answered));
      }
    }
  }

  std::vector<Forgery> all() {
    left_ = trials_;
    interpolate_shares();
    left_ = trials_;
    add_sessions();
    left_ = trials_;
    mix_sessions();
    return std::move(forged_);
  }

 private:
  bool spend() { return left_ != 0 && left_-- != 0; }

  void keep_if_it_verifies(const Bytes& message, const Point& commitment, const Scalar& z) {
    Forgery forgery{message, {}};
    const auto middle =
        std::copy(commitment.bytes().begin(), commitment.bytes().end(), forgery.signature.begin());
    std::copy(z.bytes().begin(), z.bytes().end(), middle);
    if (!ed25519::verifies(spoils_.quorum.group_key, message, forgery.signature)) return;
    if (std::find(forged_.begin(), forged_.end(), forgery) == forged_.end()) {
      forged_.push_back(std::move(forgery));
    }
  }

  // A commitment and an answer that might fit some target's challenge.
  void try_on_targets(const PublicSum& commitments, const Scalar& z) {
    if (!spend()) return;
    const Result<Point> commitment = commitments.value_vartime();
    if (!commitment) return;
    for (const Bytes& target : targets_) keep_if_it_verifies(target, *commitment, z);
  }

  // Shares
  void interpolate_shares();
  std::vector<StolenShare> known_shares() const;
  void assign_numbers(const std::vector<Scalar>& values, std::vector<Identifier>& numbers);
  void try_as_secret(const std::vector<Scalar>& values, const std::vector<Identifier>& numbers);
  // Signatures
  void add_sessions();
  // Partial signatures
  void mix_sessions();
  void mix(const Answered& a, const Answered& b);
  void exchange_signers(const Answered& session);

  const Spoils& spoils_;
  std::span<const Bytes> targets_;
  std::size_t trials_;
  std::size_t left_;
  std::vector<Answered> sessions_;
  std::vector<Forgery> forged_;
};

// The share that answers made with one nonce pair give away, if they do: each says
// d + rho e + weight s = value, and a difference of two has lost d.
std::optional<Scalar> share_behind(const std::vector<Answer>& answers) {
  struct WithoutHiding {
    Scalar rho;
    Scalar weight;
    Scalar value;
  };
  std::optional<WithoutHiding> first;
  for (std::size_t i = 1; i < answers.size(); ++i) {
    const WithoutHiding next{answers[i].rho - answers[0].rho, answers[i].weight - answers[0].weight,
                             answers[i].value - answers[0].value};
    if (next.rho.is_zero()) {
      if (!next.weight.is_zero()) return next.value * next.weight.inverted();
      continue;
    }
    if (!first) {
      first = next;
      continue;
    }
    const Scalar weight = next.rho * first->weight - first->rho * next.weight;
    const Scalar value = next.rho * first->value - first->rho * next.value;
    if (!weight.is_zero()) return value * weight.inverted();
  }
  return std::nullopt;
}

std::vector<StolenShare> Attempt::known_shares() const {
  std::vector<StolenShare> shares = spoils_.shares;
  std::vector<Answer> answers;
  for (const Answered& session : sessions_) {
    answers.insert(answers.end(), session.answers.begin(), session.answers.end());
  }
  const auto pair_of = [](const Answer& answer) {
    return std::tie(answer.nonces.signer, answer.nonces.hiding, answer.nonces.binding);
  };
  std::stable_sort(answers.begin(), answers.end(),
                   [&](const Answer& a, const Answer& b) { return pair_of(a) < pair_of(b); });
  for (auto begin = answers.begin(); begin != answers.end();) {
    const auto end = std::find_if(begin, answers.end(), [&](const Answer& answer) {
      return pair_of(answer) != pair_of(*begin);
    });
    const std::optional<Scalar> share = share_behind({begin, end});
    const bool is_news = std::none_of(shares.begin(), shares.end(), [&](const StolenShare& known) {
      return known.holder == begin->nonces.signer;
    });
    if (share && is_news) shares.push_back({begin->nonces.signer, *share});
    begin = end;
  }
  return shares;
}

void Attempt::interpolate_shares() {
  const std::vector<StolenShare> shares = known_shares();
  const std::size_t count = std::min<std::size_t>(shares.size(), 12);
  // First every subset as it should be, the largest first, then with other numbers.
  for (const bool in_place : {true, false}) {
    for (std::uint32_t mask = (1u << count) - 1; mask != 0; --mask) {
      if (left_ == 0) return;
      std::vector<Scalar> values;
      std::vector<Identifier> numbers;
      for (std::size_t i = 0; i < count; ++i) {
        if ((mask >> i & 1) == 0) continue;
        values.push_back(shares[i].value);
        numbers.push_back(shares[i].holder);
      }
      if (in_place) {
        try_as_secret(values, numbers);
      } else {
        numbers.clear();
        assign_numbers(values, numbers);
      }
    }
  }
}

// Every way to give each value a member's number of its own.
void Attempt::assign_numbers(const std::vector<Scalar>& values, std::vector<Identifier>& numbers) {
  if (left_ == 0) return;
  if (numbers.size() == values.size()) return try_as_secret(values, numbers);
  for (const Identifier member : spoils_.quorum.members) {
    if (std::find(numbers.begin(), numbers.end(), member) != numbers.end()) continue;
    numbers.push_back(member);
    assign_numbers(values, numbers);
    numbers.pop_back();
  }
}

void Attempt::try_as_secret(const std::vector<Scalar>& values,
                            const std::vector<Identifier>& numbers) {
  if (!spend()) return;
  std::vector<Identifier> set = numbers;
  std::sort(set.begin(), set.end());
  Scalar secret;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Result<Scalar> lambda = frost::lagrange_coefficient(set, numbers[i]);
    if (!lambda) return;
    secret = secret + *lambda * values[i];
  }
  const Result<Point> key = PublicSum().add_base_product(secret).value_vartime();
  if (!key || *key != spoils_.quorum.group_key) return;

  const Scalar nonce = Scalar::of(1);  // nobody's secret any more
  const Result<Point> commitment = PublicSum().add_base_product(nonce).value_vartime();
  if (!commitment) return;
  for (const Bytes& target : targets_) {
    keep_if_it_verifies(target, *commitment,
                        nonce + frost::challenge(*commitment, *key, target) * secret);
  }
}

void Attempt::add_sessions() {
  struct Whole {
    Point commitment;
    Scalar z;
  };
  std::vector<Whole> wholes;
  PublicSum everything;
  Scalar of_everything;
  for (const Answered& session : sessions_) {
    if (!session.is_complete) continue;
    PublicSum sum;
    Scalar z;
    for (const Answer& answer : session.answers) {
      Answered::add_nonces(sum, answer, Scalar::of(1));
      z = z + answer.value;
    }
    const Result<Point> commitment = sum.value_vartime();
    if (!commitment) continue;
    wholes.push_back({*commitment, z});
    everything.add(*commitment);
    of_everything = of_everything + z;
  }
  try_on_targets(everything, of_everything);
  for (const Whole& whole : wholes) try_on_targets(PublicSum().add(whole.commitment), whole.z);
  // Neighbours first: they were most likely open at the same time.
  for (std::size_t apart = 1; apart < wholes.size(); ++apart) {
    for (std::size_t i = 0; i + apart < wholes.size(); ++i) {
      if (left_ == 0) return;
      const Whole& a = wholes[i];
      const Whole& b = wholes[i + apart];
      const Scalar minus_one = Scalar() - Scalar::of(1);
      try_on_targets(PublicSum().add(a.commitment).add(b.commitment), a.z + b.z);
      try_on_targets(PublicSum().add(a.commitment).add_product(minus_one, b.commitment), a.z - b.z);
    }
  }
}

void Attempt::mix_sessions() {
  for (const Answered& session : sessions_) {
    if (left_ <= trials_ / 2) break;  // the other half is for those below
    exchange_signers(session);
  }
  for (std::size_t apart = 1; apart < sessions_.size(); ++apart) {
    for (std::size_t i = 0; i + apart < sessions_.size(); ++i) {
      if (left_ == 0) return;
      mix(sessions_[i], sessions_[i + apart]);
    }
  }
}

// From each signer of both its answer in the one or in the other.
void Attempt::mix(const Answered& a, const Answered& b) {
  std::vector<std::pair<const Answer*, const Answer*>> common;
  for (const Answer& in_a : a.answers) {
    for (const Answer& in_b : b.answers) {
      if (in_a.nonces.signer == in_b.nonces.signer) common.emplace_back(&in_a, &in_b);
    }
  }
  if (common.empty() || common.size() > 12) return;
  for (std::uint32_t mask = 1; mask + 1 < 1u << common.size() && left_ != 0; ++mask) {
    PublicSum sum;
    Scalar z;
    for (std::size_t i = 0; i < common.size(); ++i) {
      const Answer& answer = (mask >> i & 1) != 0 ? *common[i].first : *common[i].second;
      Answered::add_nonces(sum, answer, Scalar::of(1));
      z = z + answer.value;
    }
    try_on_targets(sum, z);
  }
}

// Each answer with the coefficient of another signer's place.
void Attempt::exchange_signers(const Answered& session) {
  const std::vector<Answer>& answers = session.answers;
  std::vector<Scalar> inverses;
  for (const Answer& answer : answers) {
    if (answer.weight.is_zero()) return;
    inverses.push_back(answer.weight.inverted());
  }
  std::vector<std::size_t> order(answers.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  while (std::next_permutation(order.begin(), order.end()) && left_ > trials_ / 2) {
    PublicSum sum;
    Scalar z;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Scalar weight = answers[order[i]].weight * inverses[i];
      Answered::add_nonces(sum, answers[i], weight);
      z = z + weight * answers[i].value;
    }
    try_on_targets(sum, z);
  }
}

}  // namespace

std::vector<Forgery> collude_and_forge(const Spoils& spoils, std::span<const Bytes> targets,
                                       std::size_t trials) {
  return Attempt(spoils, targets, trials).all();
}

}  // namespace quorate::sim
