// One signing session with everybody in one place, for the tests of this folder.

#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "crypto/frost/aggregator.h"
#include "crypto/frost/signer.h"
#include "tests/support/dealer.h"

namespace quorate::frost {

struct Round {
  std::vector<const Share*> signers;
  std::vector<NoncePair> nonces;
  std::vector<Commitment> commitments;
};

// Round one of the shares at these places of `root.shares`, ascending.
inline Round commit(const testing::DealtRoot& root, const std::vector<std::size_t>& places,
                    Entropy& entropy) {
  Round round;
  for (const std::size_t place : places) {
    round.signers.push_back(&root.shares[place]);
    round.nonces.push_back(NoncePair::generate(root.shares[place], entropy));
    round.commitments.push_back(round.nonces.back().commitment());
  }
  return round;
}

inline std::vector<Partial> sign_all(Round& round, const Package& package) {
  std::vector<Partial> partials;
  for (std::size_t i = 0; i < round.signers.size(); ++i) {
    partials.push_back(sign(*round.signers[i], std::move(round.nonces[i]), package).value());
  }
  return partials;
}

inline std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), 0);
  return places;
}

// `count` different places of `of`, ascending.
inline std::vector<std::size_t> some(std::size_t count, std::size_t of,
                                     testing::SeededEntropy& entropy) {
  std::vector<std::size_t> places = first(of);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(places[i], places[i + entropy.number() % (of - i)]);
  }
  places.resize(count);
  std::sort(places.begin(), places.end());
  return places;
}

// A root whose members have any numbers, not 1 to n.
inline testing::DealtRoot any_root(std::uint16_t threshold, std::size_t members,
                                   testing::SeededEntropy& entropy) {
  std::vector<Identifier> numbers;
  while (numbers.size() < members) {
    const Identifier drawn =
        testing::identifier(static_cast<std::uint32_t>(1 + entropy.number() % 65535));
    if (std::find(numbers.begin(), numbers.end(), drawn) == numbers.end()) numbers.push_back(drawn);
  }
  std::sort(numbers.begin(), numbers.end());
  return testing::deal(threshold, numbers, entropy);
}

}  // namespace quorate::frost
