// A root with its certificate, and a partial signature that one of its members signed: a wrong one,
// or a right one. What an honest node never writes, and what a liar can't take back.

#pragma once

#include "proto/blame/blame.h"
#include "proto/signing/session.h"
#include "tests/proto/ceremony/whole_ceremony.h"

namespace quorate::blame {

struct Lie {
  ceremony::WholeCeremony whole;
  WrongPartial evidence;
  std::size_t liar;  // its place among the members
};

enum class Said { wrong, right };

// Members 10 and 20 of three sign; the second of them sends it.
inline Lie lie(Said said = Said::wrong, std::uint64_t seed = 1) {
  testing::SeededEntropy entropy(seed);
  Lie made{ceremony::run(2, 3, entropy), {}, 1};
  WrongPartial& evidence = made.evidence;
  evidence.certificate = made.whole.certificate();
  evidence.record = ceremony::verify(*evidence.certificate).value();
  evidence.to_be_signed = Bytes{'m', 's', 'g'};
  const frost::Epoch epoch{1};
  const frost::Share other{made.whole.index(0), epoch, made.whole.share(0)};
  const frost::Share own{made.whole.index(1), epoch, made.whole.share(1)};
  const auto first = frost::NoncePair::generate(other, entropy);
  auto second = frost::NoncePair::generate(own, entropy);
  evidence.commitments = {first.commitment(), second.commitment()};
  const frost::Package package =
      frost::Package::make(evidence.record.quorum(), evidence.to_be_signed, evidence.commitments)
          .value();
  frost::Partial partial = frost::sign(own, std::move(second), package).value();
  if (said == Said::wrong) partial.value = partial.value + ed25519::Scalar::of(1);
  evidence.partial = made.whole.signed_by(
      1, signing::partial_label,
      signing::encode({signing::session(evidence.record.root_id(), package), partial}));
  return made;
}

}  // namespace quorate::blame
