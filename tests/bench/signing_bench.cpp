// FROST: what a node and a client compute for one signature.

#include <algorithm>
#include <vector>

#include "crypto/base/invariant.h"
#include "crypto/frost/aggregator.h"
#include "crypto/frost/signer.h"
#include "tests/bench/yardstick.h"
#include "tests/support/dealer.h"

namespace quorate::bench {
namespace {

using frost::Commitment;
using frost::NoncePair;
using frost::Package;
using frost::Partial;
using testing::DealtRoot;
using testing::SeededEntropy;

// A root and its first t members, who sign a message of a certificate's size again and again.
class Signers {
 public:
  explicit Signers(const Shape& shape)
      : entropy_(1), root_(testing::deal(shape.threshold, shape.members, entropy_)) {
    for (std::size_t i = 0; i < shape.threshold; ++i) {
      nonces_.push_back(NoncePair::generate(root_.shares[i], entropy_));
      commitments_.push_back(nonces_.back().commitment());
    }
  }

  const DealtRoot& root() const { return root_; }
  SeededEntropy& entropy() { return entropy_; }
  Package package(std::vector<Commitment> commitments) const {
    return Package::make(root_.quorum, Bytes(300), std::move(commitments)).value();
  }
  const std::vector<Commitment>& commitments() const { return commitments_; }
  // Once: the nonces are gone after it.
  std::vector<Partial> partials(const Package& package) {
    std::vector<Partial> partials;
    for (std::size_t i = 0; i < nonces_.size(); ++i) {
      partials.push_back(frost::sign(root_.shares[i], std::move(nonces_[i]), package).value());
    }
    return partials;
  }
  // The first member's part of a new session.
  struct Turn {
    NoncePair nonce;
    Package package;
  };
  Turn turn() {
    NoncePair nonce = NoncePair::generate(root_.shares[0], entropy_);
    std::vector<Commitment> commitments = commitments_;
    commitments[0] = nonce.commitment();
    return {std::move(nonce), package(std::move(commitments))};
  }

 private:
  SeededEntropy entropy_;
  DealtRoot root_;
  std::vector<NoncePair> nonces_;
  std::vector<Commitment> commitments_;
};

void commit(benchmark::State& state, const Shape& shape) {
  Signers signers(shape);
  measure(
      state, [] { return 0; },
      [&](int /*nothing*/) {
        return NoncePair::generate(signers.root().shares[0], signers.entropy());
      });
}

void partial(benchmark::State& state, const Shape& shape) {
  Signers signers(shape);
  measure(
      state, [&] { return signers.turn(); },
      [&](Signers::Turn& turn) {
        return frost::sign(signers.root().shares[0], std::move(turn.nonce), turn.package).value();
      });
}

// All that stands between the bytes of a request and the partial: every point of the list checked,
// the share checked against its verification share.
void partial_from_bytes(benchmark::State& state, const Shape& shape) {
  Signers signers(shape);
  const frost::Share& share = signers.root().shares[0];
  const ed25519::Point known_by = signers.root().verification_shares.at(share.holder);
  measure(
      state, [&] { return signers.turn(); },
      [&](Signers::Turn& turn) {
        std::vector<Commitment> decoded;
        for (const Commitment& sent : turn.package.commitments()) {
          decoded.push_back({sent.signer, ed25519::Point::parse(sent.hiding.bytes()).value(),
                             ed25519::Point::parse(sent.binding.bytes()).value()});
        }
        QUORATE_INVARIANT(frost::fits(share, known_by));
        const Package package = signers.package(std::move(decoded));
        return frost::sign(share, std::move(turn.nonce), package).value();
      });
}

void check(benchmark::State& state, const Shape& shape) {
  Signers signers(shape);
  const Package package = signers.package(signers.commitments());
  const Partial partial = signers.partials(package).front();
  const ed25519::Point share = signers.root().verification_shares.at(partial.signer);
  measure(
      state, [] { return 0; },
      [&](int /*nothing*/) { return frost::check(partial, package, share); });
}

void aggregate(benchmark::State& state, const Shape& shape) {
  Signers signers(shape);
  const Package package = signers.package(signers.commitments());
  const std::vector<Partial> partials = signers.partials(package);
  measure(
      state, [] { return 0; },
      [&](int /*nothing*/) {
        return frost::aggregate(partials, package, signers.root().verification_shares).value();
      });
}

}  // namespace

void register_signing() {
  for (const Shape& shape : shapes) add("commit", shape, commit);
  for (const Shape& shape : shapes) add("partial", shape, partial);
  for (const Shape& shape : shapes) add("partial_from_bytes", shape, partial_from_bytes);
  for (const Shape& shape : shapes) add("check_of_a_partial", shape, check);
  for (const Shape& shape : shapes) add("aggregate_and_verify", shape, aggregate);
}

}  // namespace quorate::bench
